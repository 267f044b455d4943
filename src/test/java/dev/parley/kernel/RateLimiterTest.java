package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {

  private static RateLimiter limiter(int events) {
    return new RateLimiter(new Config.RateLimit(events, Duration.ofSeconds(60)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5_000_000_000L, 1_763_000_000_000L})
  void theSixtyFirstWithinTheWindowIsRefusedAtWhateverTimeTheClockBegins(long start) {
    RateLimiter limiter = limiter(60);
    for (int i = 0; i < 60; i++) {
      assertTrue(limiter.allows(start + i));
    }

    assertFalse(limiter.allows(start + 59_999));
    assertTrue(limiter.allows(start + 60_000));
  }

  @Test
  void whatIsRefusedDoesNotPutOffTheEndOfTheWindow() {
    RateLimiter limiter = limiter(1);
    assertTrue(limiter.allows(0));
    for (int i = 1; i < 60; i++) {
      assertFalse(limiter.allows(i * 1_000L));
    }

    assertTrue(limiter.allows(60_000));
  }

  @Test
  void itTellsHowLongToWait() {
    RateLimiter limiter = limiter(1);
    assertTrue(limiter.allows(1_000));

    assertEquals(60_000, limiter.retryAfterMs(1_000));
    assertEquals(1, limiter.retryAfterMs(60_999));
    assertEquals(0, limiter.retryAfterMs(70_000));
  }
}
