package dev.parley.kernel;

/// Counts events in fixed windows: the first opens a window, and more than the limit within it are
/// refused. For one user of one thread; time comes in.
public final class RateLimiter {

  private final int limit;
  private final long windowMs;
  private long windowEndMs = Long.MIN_VALUE;
  private int count;

  public RateLimiter(Config.RateLimit limit) {
    this.limit = limit.events();
    this.windowMs = limit.window().toMillis();
  }

  /// Counts one event; false when it is over the limit.
  public boolean allows(long nowMs) {
    if (nowMs >= windowEndMs) {
      windowEndMs = nowMs + windowMs;
      count = 0;
    }
    if (count >= limit) {
      return false;
    }
    count++;
    return true;
  }

  /// Milliseconds until the window ends; 0 when none is open.
  public long retryAfterMs(long nowMs) {
    return Math.max(0, windowEndMs - nowMs);
  }
}
