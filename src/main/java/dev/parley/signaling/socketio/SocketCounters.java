package dev.parley.signaling.socketio;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What a server has seen since it was made. Any thread; each number is right by itself, several
/// read one after another may be of different moments.
public final class SocketCounters {

  private final LongAdder opened = new LongAdder();
  private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);
  private final Map<EngineError, LongAdder> refused = new EnumMap<>(EngineError.class);
  private final LongAdder eventsIn = new LongAdder();
  private final LongAdder eventsOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder volatileDropped = new LongAdder();
  private final LongAdder handlerFailures = new LongAdder();

  /// All at zero.
  public SocketCounters() {
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, new LongAdder());
    }
    for (EngineError error : EngineError.values()) {
      refused.put(error, new LongAdder());
    }
  }

  /// Sessions open now.
  public long sessionsOpen() {
    long sum = opened.sum();
    for (LongAdder adder : closed.values()) {
      sum -= adder.sum();
    }
    return Math.max(0, sum);
  }

  /// Sessions ever opened.
  public long sessionsTotal() {
    return opened.sum();
  }

  /// Sessions that ended for `reason`.
  public long sessionsClosed(CloseReason reason) {
    return sum(closed, reason);
  }

  /// Requests refused with `error`.
  public long handshakesRefused(EngineError error) {
    return sum(refused, error);
  }

  /// Events received from clients, those without a handler for them included.
  public long eventsIn() {
    return eventsIn.sum();
  }

  /// Events sent to clients, counted per receiver.
  public long eventsOut() {
    return eventsOut.sum();
  }

  /// Bytes of messages received, without framing.
  public long bytesIn() {
    return bytesIn.sum();
  }

  /// Bytes of messages handed to the network, without framing.
  public long bytesOut() {
    return bytesOut.sum();
  }

  /// Volatile events that were dropped because their client could not take them at once.
  public long volatileDropped() {
    return volatileDropped.sum();
  }

  /// Calls of the application that threw.
  public long handlerFailures() {
    return handlerFailures.sum();
  }

  void countOpened() {
    opened.increment();
  }

  void countClosed(CloseReason reason) {
    increment(closed, reason);
  }

  void countRefused(EngineError error) {
    increment(refused, error);
  }

  void countEventIn() {
    eventsIn.increment();
  }

  void countEventOut() {
    eventsOut.increment();
  }

  void countBytesIn(int bytes) {
    bytesIn.add(bytes);
  }

  void countBytesOut(int bytes) {
    bytesOut.add(bytes);
  }

  void countVolatileDropped() {
    volatileDropped.increment();
  }

  void countHandlerFailure() {
    handlerFailures.increment();
  }

  private static <K> long sum(Map<K, LongAdder> adders, K key) {
    LongAdder adder = adders.get(key);
    return adder == null ? 0 : adder.sum();
  }

  private static <K> void increment(Map<K, LongAdder> adders, K key) {
    LongAdder adder = adders.get(key);
    if (adder != null) {
      adder.increment();
    }
  }
}
