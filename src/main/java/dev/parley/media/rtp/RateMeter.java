package dev.parley.media.rtp;

import java.util.Arrays;

/// Bits per second over the last second, in steps of 100 ms.
public final class RateMeter {

  private static final int STEPS = 10;
  private static final long STEP_NS = 100_000_000;

  private final long[] bytes = new long[STEPS];
  private long step = Long.MIN_VALUE;
  private long sum;

  /// Counts `count` bytes at `nowNs`.
  public void add(int count, long nowNs) {
    advance(nowNs);
    bytes[slot(step)] += count;
    sum += count;
  }

  /// The rate over the second that ends at `nowNs`.
  public long bitrateBps(long nowNs) {
    advance(nowNs);
    return sum * 8;
  }

  private void advance(long nowNs) {
    long now = Math.floorDiv(nowNs, STEP_NS);
    if (now <= step) {
      return;
    }
    if (step == Long.MIN_VALUE || now - step >= STEPS) {
      Arrays.fill(bytes, 0);
      sum = 0;
    } else {
      for (long passed = step + 1; passed <= now; passed++) {
        sum -= bytes[slot(passed)];
        bytes[slot(passed)] = 0;
      }
    }
    step = now;
  }

  private static int slot(long step) {
    return (int) Math.floorMod(step, (long) STEPS);
  }
}
