package dev.parley.signaling.socketio;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Packets on a WebSocket: one packet a message, text as text, bytes as binary. The session may
/// live on another event loop than the WebSocket.
public final class WebSocketChannel implements Channel {

  /// Time for a client to take what is under way and the close frame. Vert.x waits for the frame to
  /// be written, which never comes to pass with a client that has stopped reading.
  private static final long CLOSING_MS = 10_000;

  /// The same for a client that is known not to read.
  private static final long CLOSING_SLOW_READER_MS = 1_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final ServerWebSocket webSocket;
  private volatile boolean isClosing;
  private volatile long closingTimer = NO_TIMER;

  WebSocketChannel(Vertx vertx, ServerWebSocket webSocket) {
    this.vertx = vertx;
    this.webSocket = webSocket;
  }

  /// Lets the WebSocket talk to `receiver` from now on. On the WebSocket's event loop, before it
  /// does anything else.
  void attach(Receiver receiver) {
    webSocket.textMessageHandler(receiver::onText);
    webSocket.binaryMessageHandler(receiver::onBinary);
    webSocket.drainHandler(_ -> receiver.onWritable());
    webSocket.exceptionHandler(failure -> onException(receiver, failure));
    webSocket.closeHandler(_ -> onClosed(receiver));
  }

  private void onClosed(Receiver receiver) {
    isClosing = true;
    vertx.cancelTimer(closingTimer);
    receiver.onClosed(CloseReason.TRANSPORT_CLOSE);
  }

  /// A connection that has ended closes by itself. Everything else is a frame that was too large or
  /// malformed, which is left to us to close.
  private void onException(Receiver receiver, Throwable failure) {
    if (failure instanceof HttpClosedException) {
      return;
    }
    if (!(failure instanceof IOException)) {
      close(CloseReason.TRANSPORT_ERROR);
    }
    receiver.onClosed(CloseReason.TRANSPORT_ERROR);
  }

  @Override
  public String name() {
    return "websocket";
  }

  @Override
  public boolean isWritable() {
    if (isClosing || webSocket.isClosed()) {
      return false;
    }
    try {
      return !webSocket.writeQueueFull();
    } catch (IllegalStateException _) {
      // Closed by its event loop a moment ago.
      return false;
    }
  }

  @Override
  public void write(EnginePacket packet) {
    if (isClosing || webSocket.isClosed()) {
      return;
    }
    @Nullable String wire = packet.wire();
    @Nullable Buffer binary = packet.binary();
    if (wire != null) {
      webSocket.writeTextMessage(wire);
    } else if (binary != null) {
      webSocket.writeBinaryMessage(binary);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void wants(boolean packets) {
    if (packets) {
      webSocket.resume();
    } else {
      webSocket.pause();
    }
  }

  @Override
  public void close(CloseReason reason) {
    if (isClosing) {
      return;
    }
    isClosing = true;
    if (!webSocket.isClosed()) {
      boolean isSlow = reason == CloseReason.SLOW_READER;
      closingTimer =
          vertx.setTimer(isSlow ? CLOSING_SLOW_READER_MS : CLOSING_MS, _ -> closeConnection());
      webSocket.close(reason.webSocketCode(), reason.label());
    }
  }

  /// Closes the connection under the WebSocket, whatever waits in it.
  private void closeConnection() {
    if (webSocket instanceof WebSocketInternal internal) {
      var _ = internal.channelHandlerContext().close();
    }
  }
}
