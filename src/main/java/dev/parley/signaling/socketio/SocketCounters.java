package dev.parley.signaling.socketio;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What the sessions of a server have done so far. Written by all event loops, read by anyone.
public final class SocketCounters {

  final LongAdder opened = new LongAdder();
  final LongAdder eventsIn = new LongAdder();
  final LongAdder eventsOut = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);

  public SocketCounters() {
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, new LongAdder());
    }
  }

  void closed(CloseReason reason) {
    adder(reason).increment();
  }

  private LongAdder adder(CloseReason reason) {
    LongAdder adder = closed.get(reason);
    if (adder == null) {
      throw new IllegalStateException("no counter for " + reason);
    }
    return adder;
  }

  public long opened() {
    return opened.sum();
  }

  public long closedFor(CloseReason reason) {
    return adder(reason).sum();
  }

  /// Sessions that are open.
  public long open() {
    long ended = 0;
    for (LongAdder adder : closed.values()) {
      ended += adder.sum();
    }
    return opened.sum() - ended;
  }

  public long eventsIn() {
    return eventsIn.sum();
  }

  public long eventsOut() {
    return eventsOut.sum();
  }

  public long bytesIn() {
    return bytesIn.sum();
  }

  public long bytesOut() {
    return bytesOut.sum();
  }
}
