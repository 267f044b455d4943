package dev.parley.signaling.socketio;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/// A session's frames over one WebSocket: one packet a message, binary without a type byte.
final class WebSocketChannel implements Channel {

  private final ServerWebSocket socket;
  private final SocketCounters counters;
  private int queued;

  WebSocketChannel(ServerWebSocket socket, SocketCounters counters) {
    this.socket = socket;
    this.counters = counters;
  }

  /// Begins to hand what comes in to the session.
  void attach(EngineSession session) {
    socket.textMessageHandler(text -> {
      counters.bytesIn.add(text.length());
      session.onPacket(text);
    });
    socket.binaryMessageHandler(message -> {
      counters.bytesIn.add(message.length());
      session.onBinary(message);
    });
    socket.exceptionHandler(error -> failed(session, error));
    socket.closeHandler(_ -> session.close(CloseReason.TRANSPORT_CLOSE));
  }

  private void failed(EngineSession session, Throwable error) {
    if (error instanceof CorruptedWebSocketFrameException corrupted) {
      var status = corrupted.closeStatus();
      socket.close((short) status.code(), status.reasonText());
    }
    session.close(CloseReason.TRANSPORT_ERROR);
  }

  @Override
  public void send(String packet) {
    // Three bytes a character at most; the bound is about memory, not about the exact number.
    sent(socket.writeTextMessage(packet), packet.length());
  }

  @Override
  public void send(Buffer message) {
    sent(socket.writeBinaryMessage(message), message.length());
  }

  private void sent(Future<Void> written, int bytes) {
    counters.bytesOut.add(bytes);
    queued += bytes;
    written.onComplete(_ -> queued -= bytes);
  }

  @Override
  public int queuedBytes() {
    return queued;
  }

  @Override
  public void close() {
    if (!socket.isClosed()) {
      socket.close();
    }
  }
}
