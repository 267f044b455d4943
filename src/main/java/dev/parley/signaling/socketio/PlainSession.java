package dev.parley.signaling.socketio;

import dev.parley.kernel.Utf8;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The WebSocket of one plain client: its bounded queue, its heartbeat by ping frames (RFC 6455
/// §5.5.2), and its end.
///
/// It lives on the context it was made on, and all calls are on that, unless said otherwise.
final class PlainSession implements WebSocketWire.Listener {

  private enum State {
    /// Frames flow and the next ping is due.
    IDLE,
    /// Frames flow and a pong is due.
    AWAITING_PONG,
    /// Nothing flows any more.
    CLOSED
  }

  /// What uses a session.
  interface Handler {

    /// One message.
    void onText(String message);

    /// A message that is no text.
    void onBinary();

    /// The client has broken the rules of WebSocket: the session is to be closed.
    ///
    /// @param status of the WebSocket
    void onBreach(int status);

    /// The session has ended. Called once, last, and never from within a call of the session.
    void onClose(CloseReason reason);
  }

  /// Time for a client to take what is under way and the close frame, and to answer it.
  private static final long CLOSING_MS = 10_000;

  /// The same for a client that is known not to read.
  private static final long CLOSING_SLOW_READER_MS = 1_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Context context;
  private final WebSocketWire wire;
  private final Handshake handshake;
  private final EngineSettings settings;
  private final SocketCounters counters;
  private final Consumer<PlainSession> onClosed;

  private volatile State state = State.IDLE;
  private @Nullable Handler handler;
  private @Nullable ArrayDeque<PlainFrame> queue;
  private int queuedBytes;
  private long heartbeatTimer = NO_TIMER;
  private long closingTimer = NO_TIMER;

  /// Must be called on the WebSocket's event loop.
  PlainSession(
      Vertx vertx,
      WebSocketWire wire,
      Handshake handshake,
      EngineSettings settings,
      SocketCounters counters,
      Consumer<PlainSession> onClosed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.wire = wire;
    this.handshake = handshake;
    this.settings = settings;
    this.counters = counters;
    this.onClosed = onClosed;
  }

  /// Starts the heartbeat and lets `acceptor` choose who uses the session.
  void open(Function<PlainSession, Handler> acceptor) {
    counters.countOpened();
    wire.listener(this);
    schedulePing();
    handler = acceptor.apply(this);
  }

  /// The request that opened the session.
  Handshake handshake() {
    return handshake;
  }

  /// The event-loop context the session lives on.
  Context context() {
    return context;
  }

  /// Whether frames still flow. Any thread; may be outdated when it is read.
  boolean isOpen() {
    return state != State.CLOSED;
  }

  /// Whether a frame sent now would leave at once.
  boolean isWritable() {
    return isOpen() && (queue == null || queue.isEmpty()) && wire.isOpen() && wire.isWritable();
  }

  /// Sends one frame.
  void send(PlainFrame frame) {
    if (!isOpen()) {
      return;
    }
    if (isWritable()) {
      write(frame);
      return;
    }
    if (queue == null) {
      queue = new ArrayDeque<>();
    }
    queue.add(frame);
    queuedBytes += frame.bytes();
    if (queuedBytes > settings.maxQueueBytes()) {
      queue = null;
      close(CloseReason.SLOW_READER);
    }
  }

  /// Closes the session after what was sent before has left.
  void close(CloseReason reason) {
    close(reason, reason.webSocketCode());
  }

  /// The same with another status for the WebSocket (RFC 6455 §7.4.1).
  void close(CloseReason reason, int status) {
    if (!isOpen()) {
      return;
    }
    state = State.CLOSED;
    vertx.cancelTimer(heartbeatTimer);
    if (queue != null) {
      queue.forEach(this::write);
      queue = null;
    }
    closeWire(reason, status);
    counters.countClosed(reason);
    onClosed.accept(this);
    context.runOnContext(_ -> tellClosed(reason));
  }

  private void closeWire(CloseReason reason, int status) {
    if (wire.isOpen()) {
      boolean isSlow = reason == CloseReason.SLOW_READER;
      closingTimer = vertx.setTimer(isSlow ? CLOSING_SLOW_READER_MS : CLOSING_MS, _ -> wire.cut());
      wire.close(status, reason.label());
    }
  }

  private void tellClosed(CloseReason reason) {
    if (handler != null) {
      handler.onClose(reason);
    }
  }

  @Override
  public void onText(String message) {
    if (isOpen() && handler != null) {
      counters.countBytesIn(EnginePacket.utf8Length(message));
      handler.onText(message);
    }
  }

  @Override
  public void onBinary(Buffer message) {
    if (isOpen() && handler != null) {
      counters.countBytesIn(message.length());
      handler.onBinary();
    }
  }

  @Override
  public void onBreach(int status) {
    if (isOpen() && handler != null) {
      handler.onBreach(status);
    }
  }

  @Override
  public void onWritable() {
    while (isOpen() && queue != null && wire.isOpen() && wire.isWritable()) {
      PlainFrame frame = queue.poll();
      if (frame == null) {
        queue = null;
        return;
      }
      queuedBytes -= frame.bytes();
      write(frame);
    }
  }

  @Override
  public void onFailure() {}

  @Override
  public void onClosed() {
    vertx.cancelTimer(closingTimer);
    close(wire.isPageGone() ? CloseReason.PAGE_GONE : CloseReason.TRANSPORT_CLOSE);
  }

  private void schedulePing() {
    heartbeatTimer = vertx.setTimer(settings.pingInterval().toMillis(), _ -> ping());
  }

  /// Past the queue: a ping that waited behind it would come too late.
  private void ping() {
    heartbeatTimer =
        vertx.setTimer(settings.pingTimeout().toMillis(), _ -> close(CloseReason.PING_TIMEOUT));
    state = State.AWAITING_PONG;
    wire.writePing();
  }

  /// A pong that was not asked for changes nothing, so that a client cannot put off its next ping.
  @Override
  public void onPong() {
    if (state == State.AWAITING_PONG) {
      state = State.IDLE;
      vertx.cancelTimer(heartbeatTimer);
      schedulePing();
    }
  }

  private void write(PlainFrame frame) {
    counters.countBytesOut(frame.bytes());
    wire.writeText(Utf8.of(frame.text()));
  }
}
