package dev.parley.signaling.tunnel;

import dev.parley.kernel.Frame;
import dev.parley.signaling.socketio.Answer;
import dev.parley.signaling.socketio.EngineError;
import dev.parley.signaling.socketio.SessionPort;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A poll or a post whose session is on another node.
final class FarExchange implements SessionPort.Exchange, Far {

  private final Edge edge;
  private final String node;
  private final Consumer<Answer> receiver;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final long id;
  private final long timer;

  FarExchange(Edge edge, String node, Consumer<Answer> receiver) {
    this.edge = edge;
    this.node = node;
    this.receiver = receiver;
    this.id = edge.add(this);
    this.timer = edge.limit(this);
  }

  void start(SessionPort.Head head, String sid) {
    boolean isSent =
        edge.link()
            .send(
                node,
                Op.REQUEST,
                id,
                out ->
                    out.octet(FrameLink.code(head.method()))
                        .octet(head.isBinary() ? 1 : 0)
                        .text(sid)
                        .text(head.transport())
                        .text(head.version()));
    if (!isSent) {
      lost();
    }
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public void body(Buffer bytes) {
    if (!isOver.get() && !edge.link().send(node, Op.BODY, id, out -> out.bytes(bytes))) {
      lost();
    }
  }

  @Override
  public void abort() {
    if (end()) {
      edge.link().send(node, Op.ABORT, id);
    }
  }

  @Override
  public void release() {
    if (end()) {
      edge.link().send(node, Op.RELEASE, id);
    }
  }

  @Override
  public void onFrame(int op, Frame frame) {
    if (op == Op.ANSWER) {
      EngineError error = FrameLink.error(frame.octet());
      Answer answer = error == null ? Answer.of(frame.bytes()) : Answer.refused(error);
      if (end()) {
        receiver.accept(answer);
      }
    } else if (op == Op.TO_EDGE_CLOSE) {
      lost();
    }
  }

  @Override
  public void lost() {
    if (end()) {
      edge.link().send(node, Op.ABORT, id);
      receiver.accept(Answer.refused(EngineError.SESSION_UNKNOWN));
    }
  }

  private boolean end() {
    if (!isOver.compareAndSet(false, true)) {
      return false;
    }
    edge.cancel(timer);
    edge.remove(id);
    return true;
  }
}
