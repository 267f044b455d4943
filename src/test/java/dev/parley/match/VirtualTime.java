package dev.parley.match;

import java.util.Comparator;
import java.util.PriorityQueue;

/// Time that passes only from one event to the next, in ms. Events of one moment come in the order
/// they were planned.
final class VirtualTime {

  private record Event(long atMs, long order, Runnable what) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
  private long nowMs;
  private long orders;

  VirtualTime(long nowMs) {
    this.nowMs = nowMs;
  }

  long nowMs() {
    return nowMs;
  }

  void later(long delayMs, Runnable what) {
    events.add(new Event(nowMs + delayMs, orders++, what));
  }

  /// Lets the next event happen.
  void step() {
    Event event = events.remove();
    nowMs = event.atMs;
    event.what.run();
  }
}
