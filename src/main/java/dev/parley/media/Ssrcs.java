package dev.parley.media;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The ssrcs under which one transport forwards: random pairs, the lower for a stream and the one
/// above for its retransmissions, unique while they are taken.
///
/// Nine decimal digits, so that nothing on the way that reads a signed number is in trouble, and
/// none of them is the 1234 browsers keep for probing. On the worker's event loop.
final class Ssrcs implements LongSupplier {

  private static final long LOWEST = 100_000_000;
  private static final long HIGHEST = 999_999_999;

  private final RandomGenerator random;
  private final Set<Long> taken = new HashSet<>();

  Ssrcs(RandomGenerator random) {
    this.random = random;
  }

  /// Takes a free pair and returns the lower, which is even.
  @Override
  public long getAsLong() {
    long ssrc;
    do {
      ssrc = random.nextLong(LOWEST / 2, HIGHEST / 2 + 1) * 2;
    } while (!taken.add(ssrc));
    return ssrc;
  }

  /// Frees a pair by its lower ssrc, when its consumer is closed.
  void release(long ssrc) {
    taken.remove(ssrc);
  }
}
