package dev.parley.conformance;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another thread brings about and does not tell.
final class Await {

  private static final long LIMIT_NS = 10_000_000_000L;
  private static final long PAUSE_NS = 5_000_000;

  private Await() {}

  static void until(BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNs > LIMIT_NS) {
        throw new AssertionError("has not come about");
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }
}
