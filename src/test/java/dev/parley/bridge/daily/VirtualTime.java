package dev.parley.bridge.daily;

import java.util.concurrent.atomic.AtomicLong;

/// A time that only moves when somebody waits or a test says so.
final class VirtualTime {

  private static final long BEGIN_MS = 1_790_000_000_000L;

  private final AtomicLong elapsedNs = new AtomicLong();

  long ns() {
    return elapsedNs.get();
  }

  long ms() {
    return BEGIN_MS + elapsedNs.get() / 1_000_000;
  }

  void pass(long ns) {
    elapsedNs.addAndGet(ns);
  }

  void passMs(long ms) {
    pass(ms * 1_000_000);
  }
}
