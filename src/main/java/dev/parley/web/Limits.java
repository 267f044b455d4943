package dev.parley.web;

import dev.parley.kernel.Config;
import dev.parley.kernel.RateLimiter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Requests per client address in fixed windows. Remembers a bounded number of addresses and
/// forgets the one not seen for longest. It has no lock: for one context.
final class Limits {

  private static final int MAX_ADDRESSES = 10_000;

  private final Config.RateLimit limit;
  private final Map<String, RateLimiter> limiters = new LinkedHashMap<>(16, 0.75f, true);

  Limits(Config.RateLimit limit) {
    this.limit = limit;
  }

  /// Counts one request. Returns 0 when it may be served, else the milliseconds to wait.
  long retryAfterMs(String address, long nowMs) {
    RateLimiter limiter = limiters.get(address);
    if (limiter == null) {
      if (limiters.size() == MAX_ADDRESSES) {
        limiters.remove(limiters.keySet().iterator().next());
      }
      limiter = new RateLimiter(limit);
      limiters.put(address, limiter);
    }
    return limiter.allows(nowMs) ? 0 : Math.max(1, limiter.retryAfterMs(nowMs));
  }
}
