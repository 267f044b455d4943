package dev.parley.kernel;

/// Holds events to an even rate with room for bursts: a bucket of `burst` tokens, full at first,
/// gets one back every `1/rate` seconds, and an event takes one. For one user of one thread; time
/// comes in and must not go back.
///
/// Only the moment is kept at which the bucket is full again (the generic cell rate algorithm,
/// ITU-T I.371), so that a bucket costs one number.
public final class TokenBucket {

  private static final long SECOND_NS = 1_000_000_000L;

  private final long tokenNs;
  private final long depthNs;
  private long fullAtNs = Long.MIN_VALUE;

  public TokenBucket(Config.Bucket size) {
    this.tokenNs = SECOND_NS / size.rate();
    this.depthNs = tokenNs * size.burst();
  }

  /// Takes a token; false when there is none, which costs nothing.
  public boolean takes(long nowNs) {
    if (waitNs(nowNs) > 0) {
      return false;
    }
    fullAtNs = Math.max(fullAtNs, nowNs) + tokenNs;
    return true;
  }

  /// Milliseconds until there is a token, at least 1; 0 when there is one now.
  public long retryAfterMs(long nowNs) {
    long waitNs = waitNs(nowNs);
    return waitNs <= 0 ? 0 : (waitNs + 999_999) / 1_000_000;
  }

  /// Whether nothing has been taken that is not back: a full bucket is like a new one.
  public boolean isFull(long nowNs) {
    return fullAtNs <= nowNs;
  }

  private long waitNs(long nowNs) {
    return Math.max(fullAtNs, nowNs) - nowNs + tokenNs - depthNs;
  }
}
