package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/// One Engine.IO session: heartbeat, messages both ways, and its end, which is told once. Confined
/// to its event loop.
final class EngineSession {

  /// What goes on above the session.
  interface Upper {
    void onMessage(String text);

    void onBinary(Buffer message);

    void onClose(CloseReason reason);
  }

  private static final char PING = '2';
  private static final char PONG = '3';
  private static final char MESSAGE = '4';
  private static final char CLOSE = '1';

  private final String id;
  private final Vertx vertx;
  private final Context context;
  private final Channel channel;
  private final SocketLimits limits;
  private final SocketCounters counters;
  private final Upper upper;
  private long timer = -1;
  private boolean awaitsPong;
  private boolean isClosed;

  EngineSession(
      String id,
      Vertx vertx,
      Context context,
      Channel channel,
      SocketLimits limits,
      SocketCounters counters,
      java.util.function.Function<EngineSession, Upper> upper) {
    this.id = id;
    this.vertx = vertx;
    this.context = context;
    this.channel = channel;
    this.limits = limits;
    this.counters = counters;
    this.upper = upper.apply(this);
  }

  /// Sends the handshake and starts the heartbeat.
  void open() {
    counters.opened.increment();
    channel.send(
        "0{\"sid\":\""
            + id
            + "\",\"upgrades\":[],\"pingInterval\":"
            + limits.pingIntervalMs()
            + ",\"pingTimeout\":"
            + limits.pingTimeoutMs()
            + ",\"maxPayload\":"
            + limits.maxPayload()
            + "}");
    awaitPing();
  }

  String id() {
    return id;
  }

  boolean isClosed() {
    return isClosed;
  }

  /// Runs something on the session's event loop: now when called there, soon otherwise.
  void execute(Runnable task) {
    if (context.equals(Vertx.currentContext())) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }

  /// A timer on the session's event loop.
  long timer(long delayMs, Runnable task) {
    return vertx.setTimer(delayMs, _ -> task.run());
  }

  void cancel(long timerId) {
    vertx.cancelTimer(timerId);
  }

  /// Sends one message; ignored when closed. A client that does not read is closed.
  void send(String text) {
    if (!isClosed && hasRoom(text.length())) {
      channel.send(MESSAGE + text);
    }
  }

  /// Sends one binary message.
  void send(Buffer message) {
    if (!isClosed && hasRoom(message.length())) {
      channel.send(message);
    }
  }

  private boolean hasRoom(int bytes) {
    if (channel.queuedBytes() + (long) bytes <= limits.maxQueueBytes()) {
      return true;
    }
    close(CloseReason.SLOW_CLIENT);
    return false;
  }

  /// Whether a message that may be lost should be: the client is behind with reading.
  boolean isBehind() {
    return channel.queuedBytes() > limits.maxQueueBytes() / 4;
  }

  /// Takes one packet from the channel.
  void onPacket(String packet) {
    if (isClosed) {
      return;
    }
    switch (packet.isEmpty() ? '\0' : packet.charAt(0)) {
      case PONG -> onPong();
      case MESSAGE -> upper.onMessage(packet.substring(1));
      case CLOSE -> close(CloseReason.TRANSPORT_CLOSE);
      default -> close(CloseReason.PARSE_ERROR);
    }
  }

  void onBinary(Buffer message) {
    if (!isClosed) {
      upper.onBinary(message);
    }
  }

  private void awaitPing() {
    timer = timer(limits.pingIntervalMs(), this::ping);
  }

  private void ping() {
    channel.send(String.valueOf(PING));
    timer = timer(limits.pingTimeoutMs(), () -> close(CloseReason.PING_TIMEOUT));
    awaitsPong = true;
  }

  private void onPong() {
    if (awaitsPong) {
      awaitsPong = false;
      cancel(timer);
      awaitPing();
    }
  }

  /// Ends the session; the first reason counts.
  void close(CloseReason reason) {
    if (isClosed) {
      return;
    }
    isClosed = true;
    cancel(timer);
    counters.closed(reason);
    channel.close();
    upper.onClose(reason);
  }
}
