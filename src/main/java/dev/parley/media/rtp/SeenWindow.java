package dev.parley.media.rtp;

import java.util.Arrays;

/// Remembers which of the last 1024 sequence numbers of a stream were seen.
public final class SeenWindow {

  /// What a number was found to be.
  public enum Verdict {
    /// Not seen before; now it has been.
    NEW,
    /// Seen before.
    DUPLICATE,
    /// Older than the window.
    TOO_OLD
  }

  /// Numbers remembered.
  public static final int SIZE = 1024;

  private final long[] bits = new long[SIZE / 64];
  private long highest = Long.MIN_VALUE;

  /// Notes `extSeq` and tells whether it is new.
  public Verdict check(long extSeq) {
    if (highest == Long.MIN_VALUE) {
      highest = extSeq;
      set(extSeq);
      return Verdict.NEW;
    }
    if (extSeq > highest) {
      if (extSeq - highest >= SIZE) {
        Arrays.fill(bits, 0);
      } else {
        for (long seq = highest + 1; seq < extSeq; seq++) {
          bits[word(seq)] &= ~(1L << seq);
        }
      }
      highest = extSeq;
      set(extSeq);
      return Verdict.NEW;
    }
    if (extSeq <= highest - SIZE) {
      return Verdict.TOO_OLD;
    }
    if ((bits[word(extSeq)] & (1L << extSeq)) != 0) {
      return Verdict.DUPLICATE;
    }
    set(extSeq);
    return Verdict.NEW;
  }

  private void set(long extSeq) {
    bits[word(extSeq)] |= 1L << extSeq;
  }

  private static int word(long extSeq) {
    return (int) (extSeq >>> 6) & (SIZE / 64 - 1);
  }
}
