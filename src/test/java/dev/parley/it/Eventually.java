package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waits, within bounds, for what another party writes behind our back.
final class Eventually {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long PAUSE_NS = Duration.ofMillis(20).toNanos();

  private Eventually() {}

  /// Asks again and again until the answer is the one expected; fails with the last one if it never
  /// is.
  static <T extends @Nullable Object> void equal(T expected, Supplier<T> actual) {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    T last = actual.get();
    while (!Objects.equals(expected, last) && System.nanoTime() - deadlineNs < 0) {
      LockSupport.parkNanos(PAUSE_NS);
      last = actual.get();
    }
    assertEquals(expected, last);
  }
}
