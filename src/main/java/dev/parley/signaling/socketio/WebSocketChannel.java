package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A session's packets on a WebSocket: one packet a message, text as text, bytes as binary.
final class WebSocketChannel implements Channel {

  private final ServerWebSocket webSocket;
  private boolean isClosing;

  WebSocketChannel(ServerWebSocket webSocket) {
    this.webSocket = webSocket;
  }

  /// Lets the WebSocket talk to `session` from now on.
  void attach(EngineSession session) {
    webSocket.textMessageHandler(session::onText);
    webSocket.binaryMessageHandler(session::onBinary);
    webSocket.drainHandler(_ -> session.onWritable());
    webSocket.exceptionHandler(failure -> onException(session, failure));
    webSocket.closeHandler(_ -> session.onChannelClosed(this, CloseReason.TRANSPORT_CLOSE));
  }

  /// A reset connection closes by itself. Everything else is a frame that was too large or
  /// malformed, which is left to us to close.
  private void onException(EngineSession session, Throwable failure) {
    if (!(failure instanceof IOException)) {
      close(CloseReason.TRANSPORT_ERROR);
    }
    session.onChannelClosed(this, CloseReason.TRANSPORT_ERROR);
  }

  @Override
  public String name() {
    return "websocket";
  }

  @Override
  public boolean isWritable() {
    return !isClosing && !webSocket.writeQueueFull();
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
  public void close(CloseReason reason) {
    if (isClosing) {
      return;
    }
    isClosing = true;
    if (!webSocket.isClosed()) {
      webSocket.close(reason.webSocketCode(), reason.label());
    }
  }
}
