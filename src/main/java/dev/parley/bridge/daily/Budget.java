package dev.parley.bridge.daily;

import dev.parley.kernel.Failure;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// Turns of requests: no more than so many in any window of time, those beyond wait. Time comes in;
/// any number of threads.
///
/// Each of the window's turns is a place that is free again one window after it was last taken, and
/// the places are taken round and round.
final class Budget {

  private final AtomicLongArray takenAtNs;
  private final AtomicInteger next = new AtomicInteger();
  private final long windowNs;
  private final long maxWaitNs;

  /// @param maxWaitNs whose turn is later than that is refused
  Budget(int turns, long windowNs, long maxWaitNs) {
    this.takenAtNs = new AtomicLongArray(turns);
    this.windowNs = windowNs;
    this.maxWaitNs = maxWaitNs;
    for (int i = 0; i < turns; i++) {
      takenAtNs.set(i, -windowNs);
    }
  }

  /// Takes a turn, and returns how long it is until it comes, 0 when it is now.
  ///
  /// @param nowNs since anything that is not later than the first turn
  /// @throws Failure UNAVAILABLE when that is too long
  long take(long nowNs) {
    int place = Math.floorMod(next.getAndIncrement(), takenAtNs.length());
    long before =
        takenAtNs.getAndUpdate(
            place,
            taken -> freeAt(taken, nowNs) - nowNs > maxWaitNs ? taken : freeAt(taken, nowNs));
    long waitNs = freeAt(before, nowNs) - nowNs;
    if (waitNs > maxWaitNs) {
      throw new Failure(
          Failure.Code.UNAVAILABLE, "too many requests to Daily at once", waitNs / 1_000_000);
    }
    return waitNs;
  }

  private long freeAt(long takenNs, long nowNs) {
    return Math.max(nowNs, takenNs + windowNs);
  }
}
