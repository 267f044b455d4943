package dev.parley.media.rtp;

/// Arithmetic of 16-bit sequence numbers (RFC 3550 §5.1) and of their unwrapped 64-bit form,
/// `extSeq`.
public final class Seq {

  private Seq() {}

  /// The number nearest to `reference` whose low 16 bits are `seq`. A tie (exactly half the circle)
  /// counts as older.
  public static long unwrap(long reference, int seq) {
    return reference + (short) (seq - (int) reference);
  }

  /// Where counting begins for a stream whose first number is `seq`: far enough from zero that an
  /// older packet is still positive.
  public static long first(int seq) {
    return 0x10000L + seq;
  }

  /// The 16 bits on the wire.
  public static int wire(long extSeq) {
    return (int) extSeq & 0xffff;
  }

  /// Whether 16-bit `a` comes after `b`.
  public static boolean isNewer(int a, int b) {
    return (short) (a - b) > 0;
  }
}
