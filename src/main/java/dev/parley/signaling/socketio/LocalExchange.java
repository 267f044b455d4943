package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/// One request to a session of this node. The edge calls it from the request's event loop, the
/// session from its own.
final class LocalExchange implements SessionPort.Exchange {

  private final EngineSession session;
  private final SessionPort.Head head;
  private final Consumer<Answer> receiver;
  private boolean isRefused;

  LocalExchange(EngineSession session, SessionPort.Head head, Consumer<Answer> receiver) {
    this.session = session;
    this.head = head;
    this.receiver = receiver;
  }

  SessionPort.Head head() {
    return head;
  }

  @Override
  public void body(Buffer bytes) {
    session.execute(() -> {
      if (!isRefused) {
        session.onBody(this, bytes);
      }
    });
  }

  @Override
  public void abort() {
    session.execute(() -> {
      if (!isRefused) {
        session.onAbort(this);
      }
    });
  }

  @Override
  public void release() {
    session.execute(() -> session.onRelease(this));
  }

  // What follows is on the session's context.

  void answer(Buffer payload) {
    receiver.accept(Answer.of(payload));
  }

  void answer(EnginePacket packet) {
    answer(Payload.encode(List.of(packet)));
  }

  void accept() {
    receiver.accept(Answer.taken());
  }

  void refuse(EngineError error) {
    isRefused = true;
    receiver.accept(Answer.refused(error));
  }
}
