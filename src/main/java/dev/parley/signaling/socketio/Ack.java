package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import java.util.concurrent.atomic.AtomicBoolean;

/// The answer that a client waits for after one of its events. It goes out once: the first reply is
/// sent, later ones are ignored, and so is any once the socket is gone. Any thread.
public final class Ack {

  private final Socket socket;
  private final long id;
  private final AtomicBoolean isSent = new AtomicBoolean();

  Ack(Socket socket, long id) {
    this.socket = socket;
    this.id = id;
  }

  /// Whether a reply has been given.
  public boolean isSent() {
    return isSent.get();
  }

  /// Answers with `args`.
  public void reply(Args args) {
    if (isSent.compareAndSet(false, true)) {
      socket.answer(to -> to.sendAck(socket.namespace(), id, args));
    }
  }

  /// Answers that the event has failed.
  ///
  /// @param args the failure as the client's dialect tells it, for clients whose protocol has no
  ///   other way
  public void fail(Failure failure, Args args) {
    if (isSent.compareAndSet(false, true)) {
      socket.answer(to -> to.sendFailure(socket.namespace(), id, args, failure));
    }
  }

  /// Answers with trees.
  public void reply(JsonNode... args) {
    reply(Args.of(args));
  }
}
