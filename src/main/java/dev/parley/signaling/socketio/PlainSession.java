package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The WebSocket of one plain client: its bounded queue, its heartbeat by ping frames (RFC 6455
/// §5.5.2), and its end.
///
/// It lives on the context it was made on, and all calls are on that, unless said otherwise.
final class PlainSession {

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

    /// One frame of a message.
    void onFrame(WebSocketFrame frame);

    /// The session has ended. Called once, last, and never from within a call of the session.
    void onClose(CloseReason reason);
  }

  /// The same as for the channel of an Engine.IO session: Vert.x waits for the close frame to be
  /// written, which never comes to pass with a client that has stopped reading. Status of a page
  /// that is closed or goes elsewhere (RFC 6455 §7.4.1).
  private static final short GOING_AWAY = 1001;

  private static final long CLOSING_MS = 10_000;

  private static final long CLOSING_SLOW_READER_MS = 1_000;

  private static final long NO_TIMER = -1;
  private static final Buffer EMPTY = Buffer.buffer();

  private final Vertx vertx;
  private final Context context;
  private final ServerWebSocket webSocket;
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
      ServerWebSocket webSocket,
      Handshake handshake,
      EngineSettings settings,
      SocketCounters counters,
      Consumer<PlainSession> onClosed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.webSocket = webSocket;
    this.handshake = handshake;
    this.settings = settings;
    this.counters = counters;
    this.onClosed = onClosed;
  }

  /// Starts the heartbeat and lets `acceptor` choose who uses the session.
  void open(Function<PlainSession, Handler> acceptor) {
    counters.countOpened();
    webSocket.frameHandler(this::onFrame);
    webSocket.pongHandler(_ -> onPong());
    webSocket.drainHandler(_ -> onWritable());
    webSocket.exceptionHandler(this::onException);
    webSocket.closeHandler(_ -> onWebSocketClosed());
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
    return isOpen() && (queue == null || queue.isEmpty()) && isWebSocketWritable();
  }

  private boolean isWebSocketWritable() {
    return !webSocket.isClosed() && !webSocket.writeQueueFull();
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
  void close(CloseReason reason, short status) {
    if (!isOpen()) {
      return;
    }
    state = State.CLOSED;
    vertx.cancelTimer(heartbeatTimer);
    if (queue != null) {
      queue.forEach(this::write);
      queue = null;
    }
    closeWebSocket(reason, status);
    counters.countClosed(reason);
    onClosed.accept(this);
    context.runOnContext(_ -> tellClosed(reason));
  }

  private void closeWebSocket(CloseReason reason, short status) {
    if (!webSocket.isClosed()) {
      boolean isSlow = reason == CloseReason.SLOW_READER;
      closingTimer =
          vertx.setTimer(isSlow ? CLOSING_SLOW_READER_MS : CLOSING_MS, _ -> closeConnection());
      webSocket.close(status, reason.label());
    }
  }

  /// Closes the connection under the WebSocket, whatever waits in it.
  private void closeConnection() {
    if (webSocket instanceof WebSocketInternal internal) {
      var _ = internal.channelHandlerContext().close();
    }
  }

  private void tellClosed(CloseReason reason) {
    if (handler != null) {
      handler.onClose(reason);
    }
  }

  private void onFrame(WebSocketFrame frame) {
    if (isOpen() && handler != null) {
      counters.countBytesIn(frame.binaryData().length());
      handler.onFrame(frame);
    }
  }

  private void onWritable() {
    while (isOpen() && queue != null && isWebSocketWritable()) {
      PlainFrame frame = queue.poll();
      if (frame == null) {
        queue = null;
        return;
      }
      queuedBytes -= frame.bytes();
      write(frame);
    }
  }

  private void onWebSocketClosed() {
    vertx.cancelTimer(closingTimer);
    Short status = webSocket.closeStatusCode();
    boolean isPageGone = status != null && status == GOING_AWAY;
    close(isPageGone ? CloseReason.PAGE_GONE : CloseReason.TRANSPORT_CLOSE);
  }

  /// A connection that has ended closes by itself. Everything else is a frame that was too large or
  /// malformed, which is left to us to close.
  private void onException(Throwable failure) {
    if (!(failure instanceof HttpClosedException) && !(failure instanceof IOException)) {
      close(CloseReason.TRANSPORT_ERROR);
    }
  }

  private void schedulePing() {
    heartbeatTimer = vertx.setTimer(settings.pingInterval().toMillis(), _ -> ping());
  }

  /// Past the queue: a ping that waited behind it would come too late.
  private void ping() {
    heartbeatTimer =
        vertx.setTimer(settings.pingTimeout().toMillis(), _ -> close(CloseReason.PING_TIMEOUT));
    state = State.AWAITING_PONG;
    webSocket.writePing(EMPTY);
  }

  /// A pong that was not asked for changes nothing, so that a client cannot put off its next ping.
  private void onPong() {
    if (state == State.AWAITING_PONG) {
      state = State.IDLE;
      vertx.cancelTimer(heartbeatTimer);
      schedulePing();
    }
  }

  private void write(PlainFrame frame) {
    counters.countBytesOut(frame.bytes());
    if (!webSocket.isClosed()) {
      webSocket.writeTextMessage(frame.text());
    }
  }
}
