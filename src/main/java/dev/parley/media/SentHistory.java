package dev.parley.media;

import java.util.Arrays;

/// What one consumer was sent lately, by outgoing sequence number: where the packet is cached and
/// what was written into it, so that it can be sent again the same. Parallel arrays, no objects.
final class SentHistory {

  /// Packets remembered: about 1.5 s of a 2.5 Mbps stream.
  static final int SIZE = 512;

  /// Times one packet is sent again.
  static final int MAX_RESENDS = 10;

  private final long[] outSeqs = new long[SIZE];
  private final long[] inSeqs = new long[SIZE];
  private final long[] resentNs = new long[SIZE];
  private final int[] timestamps = new int[SIZE];
  private final int[] pictures = new int[SIZE];
  private final byte[] encodings = new byte[SIZE];
  private final byte[] resends = new byte[SIZE];

  SentHistory() {
    Arrays.fill(outSeqs, -1);
  }

  /// Notes a packet that is sent.
  ///
  /// @param picture picture id in the low 16 bits, TL0PICIDX above
  void add(long outSeq, int encoding, long inSeq, int timestamp, int picture) {
    int at = slot(outSeq);
    outSeqs[at] = outSeq;
    inSeqs[at] = inSeq;
    timestamps[at] = timestamp;
    pictures[at] = picture;
    encodings[at] = (byte) encoding;
    resends[at] = 0;
  }

  boolean has(long outSeq) {
    return outSeq >= 0 && outSeqs[slot(outSeq)] == outSeq;
  }

  /// Whether `outSeq`, which must be here, may be sent again now; counts as sent when true.
  boolean takeResend(long outSeq, long minIntervalNs, long nowNs) {
    int at = slot(outSeq);
    if (resends[at] > 0 && (resends[at] == MAX_RESENDS || nowNs - resentNs[at] < minIntervalNs)) {
      return false;
    }
    resends[at]++;
    resentNs[at] = nowNs;
    return true;
  }

  long inSeq(long outSeq) {
    return inSeqs[slot(outSeq)];
  }

  int encoding(long outSeq) {
    return encodings[slot(outSeq)];
  }

  int timestamp(long outSeq) {
    return timestamps[slot(outSeq)];
  }

  int picture(long outSeq) {
    return pictures[slot(outSeq)];
  }

  private static int slot(long outSeq) {
    return (int) outSeq & (SIZE - 1);
  }
}
