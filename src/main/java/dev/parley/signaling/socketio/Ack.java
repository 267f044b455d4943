package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// The acknowledgement that a client waits for. The first call answers, later ones do nothing; from
/// any thread.
public final class Ack {

  private final Socket socket;
  private final long id;
  private final AtomicBoolean sent = new AtomicBoolean();

  Ack(Socket socket, long id) {
    this.socket = socket;
    this.id = id;
  }

  /// Answers with one argument, given as JSON text.
  public void send(String json) {
    if (sent.compareAndSet(false, true)) {
      socket.emit(OutPacket.ack(socket.namespace(), id, json));
    }
  }

  /// Answers with any arguments.
  public void send(List<JsonNode> arguments) {
    if (sent.compareAndSet(false, true)) {
      socket.emit(OutPacket.ack(socket.namespace(), id, arguments));
    }
  }
}
