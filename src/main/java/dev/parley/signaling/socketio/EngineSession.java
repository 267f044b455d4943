package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One Engine.IO client for as long as it is there: its queue, its heartbeat and its end, whatever
/// channel carries the packets.
///
/// It lives on the context it was made on. `send`, `close` and `execute` may be called from any
/// thread; what one caller does takes effect in its order.
public final class EngineSession {

  private enum State {
    /// Packets flow and the next ping is due.
    IDLE,
    /// Packets flow and a pong is due.
    AWAITING_PONG,
    /// Nothing flows any more.
    CLOSED
  }

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Context context;
  private final Thread thread;
  private final String id;
  private final Handshake handshake;
  private final EngineSettings settings;
  private final SocketCounters counters;
  private final Consumer<EngineSession> onClosed;
  private final Channel channel;

  private volatile State state = State.IDLE;
  private @Nullable EngineHandler handler;
  private @Nullable ArrayDeque<EnginePacket> queue;
  private int queuedBytes;
  private long heartbeatTimer = NO_TIMER;

  /// Must be called on the event loop that the session is to live on.
  EngineSession(
      Vertx vertx,
      String id,
      Handshake handshake,
      Channel channel,
      EngineSettings settings,
      SocketCounters counters,
      Consumer<EngineSession> onClosed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.thread = Thread.currentThread();
    this.id = id;
    this.handshake = handshake;
    this.channel = channel;
    this.settings = settings;
    this.counters = counters;
    this.onClosed = onClosed;
  }

  /// Sends the open packet, starts the heartbeat and lets `acceptor` choose who uses the session.
  void open(String openPacket, Function<EngineSession, EngineHandler> acceptor) {
    counters.countOpened();
    writeNow(EnginePacket.text(EnginePacket.Type.OPEN, openPacket));
    heartbeatTimer = vertx.setTimer(settings.pingInterval().toMillis(), _ -> ping());
    handler = acceptor.apply(this);
  }

  /// The session's id, known to nobody but the client: never show it to others, never log it.
  public String id() {
    return id;
  }

  /// The request that opened the session.
  public Handshake handshake() {
    return handshake;
  }

  /// The name of what carries the packets now: `websocket`.
  public String channelName() {
    return channel.name();
  }

  /// The event-loop context the session lives on.
  public Context context() {
    return context;
  }

  /// Whether packets still flow. Any thread; may be outdated when it is read.
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  /// Sends one text message. Any thread.
  public void send(String message) {
    EnginePacket[] packets = {EnginePacket.text(EnginePacket.Type.MESSAGE, message)};
    execute(() -> enqueue(packets));
  }

  /// Sends one binary message. Any thread; `message` must not be changed afterwards.
  public void send(Buffer message) {
    EnginePacket[] packets = {EnginePacket.binary(message)};
    execute(() -> enqueue(packets));
  }

  /// Closes the session after what was sent before has left. Any thread; the handler hears of it.
  public void close(CloseReason reason) {
    execute(() -> end(reason));
  }

  /// Runs `action` on the session's context: now if the caller is on its event loop, else after
  /// what the caller has handed over before.
  public void execute(Runnable action) {
    if (Thread.currentThread().equals(thread)) {
      action.run();
    } else {
      context.runOnContext(_ -> action.run());
    }
  }

  /// Sends packets with nothing in between but heartbeat. On the context only.
  void enqueue(EnginePacket[] packets) {
    if (state == State.CLOSED) {
      return;
    }
    if (isWritable()) {
      for (EnginePacket packet : packets) {
        write(packet);
      }
      channel.flush();
      return;
    }
    if (queue == null) {
      queue = new ArrayDeque<>();
    }
    for (EnginePacket packet : packets) {
      queue.add(packet);
      queuedBytes += packet.bytes();
    }
    if (queuedBytes > settings.maxQueueBytes()) {
      queue = null;
      queuedBytes = 0;
      end(CloseReason.SLOW_READER);
    }
  }

  /// Whether a packet sent now would leave at once. On the context only.
  boolean isWritable() {
    return state != State.CLOSED && (queue == null || queue.isEmpty()) && channel.isWritable();
  }

  /// The channel takes packets again.
  void onWritable() {
    if (state == State.CLOSED || queue == null) {
      return;
    }
    while (channel.isWritable()) {
      EnginePacket packet = queue.poll();
      if (packet == null) {
        queue = null;
        break;
      }
      queuedBytes -= packet.bytes();
      write(packet);
    }
    channel.flush();
  }

  /// One text packet from the client.
  void onText(String wire) {
    if (state == State.CLOSED) {
      return;
    }
    counters.countBytesIn(EnginePacket.utf8Length(wire));
    switch (EnginePacket.typeOf(wire)) {
      case MESSAGE -> deliver(wire.substring(1));
      case PONG -> pong();
      case CLOSE -> end(CloseReason.TRANSPORT_CLOSE);
      case PING, MALFORMED -> end(CloseReason.PARSE_ERROR);
      case OPEN, UPGRADE, NOOP -> {}
    }
  }

  /// One binary packet from the client.
  void onBinary(Buffer data) {
    EngineHandler receiver = handler;
    if (state != State.CLOSED && receiver != null) {
      counters.countBytesIn(data.length());
      receiver.onBinary(data);
    }
  }

  /// `gone` has ended, by the client or by a fault.
  void onChannelClosed(Channel gone, CloseReason reason) {
    if (gone.equals(channel)) {
      end(reason);
    }
  }

  private void deliver(String message) {
    EngineHandler receiver = handler;
    if (receiver != null) {
      receiver.onText(message);
    }
  }

  private void ping() {
    heartbeatTimer = vertx.setTimer(settings.pingTimeout().toMillis(), _ -> onSilence());
    state = State.AWAITING_PONG;
    writeNow(EnginePacket.PING);
  }

  private void onSilence() {
    heartbeatTimer = NO_TIMER;
    end(CloseReason.PING_TIMEOUT);
  }

  /// A pong that was not asked for changes nothing, so that a client cannot put off its next ping.
  private void pong() {
    if (state == State.AWAITING_PONG) {
      state = State.IDLE;
      vertx.cancelTimer(heartbeatTimer);
      heartbeatTimer = vertx.setTimer(settings.pingInterval().toMillis(), _ -> ping());
    }
  }

  /// Past the queue: a ping that waited behind it would let the client take us for dead.
  private void writeNow(EnginePacket packet) {
    write(packet);
    channel.flush();
  }

  private void write(EnginePacket packet) {
    counters.countBytesOut(packet.bytes());
    channel.write(packet);
  }

  private void end(CloseReason reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    vertx.cancelTimer(heartbeatTimer);
    if (queue != null) {
      queue.forEach(this::write);
      channel.flush();
      queue = null;
    }
    channel.close(reason);
    counters.countClosed(reason);
    onClosed.accept(this);
    context.runOnContext(_ -> tellClosed(reason));
  }

  private void tellClosed(CloseReason reason) {
    EngineHandler receiver = handler;
    if (receiver != null) {
      receiver.onClose(reason);
    }
  }
}
