package dev.parley.signaling.tunnel;

import dev.parley.kernel.Frame;
import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Channel;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineError;
import dev.parley.signaling.socketio.EnginePacket;
import dev.parley.signaling.socketio.Receiver;
import dev.parley.signaling.socketio.SessionPort;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A WebSocket that ends here and whose session is on another node: asked for, then a tunnel
/// between the client's WebSocket and the owner.
final class FarUpgrade implements SessionPort.Upgrade, Receiver, Far {

  private enum State {
    /// The owner has not answered.
    ASKING,
    /// It may be brought.
    GRANTED,
    /// It is there.
    OPEN,
    CLOSED
  }

  private final Edge edge;
  private final String node;
  private final Consumer<EngineError> refused;
  private final Consumer<SessionPort.Upgrade> granted;
  private final AtomicReference<State> state = new AtomicReference<>(State.ASKING);
  private final Credit credit = new Credit();
  private final long id;
  private final long timer;
  private volatile @Nullable Channel channel;
  private int passedOn;

  FarUpgrade(
      Edge edge,
      String node,
      Consumer<EngineError> refused,
      Consumer<SessionPort.Upgrade> granted) {
    this.edge = edge;
    this.node = node;
    this.refused = refused;
    this.granted = granted;
    this.id = edge.add(this);
    this.timer = edge.limit(this);
  }

  void start(SessionPort.Head head, String sid) {
    boolean isSent =
        edge.link()
            .send(
                node,
                Op.UPGRADE,
                id,
                out -> out.text(sid).text(head.transport()).text(head.version()));
    if (!isSent) {
      lost();
    }
  }

  @Override
  public String node() {
    return node;
  }

  // The WebSocket's side, on its event loop.

  @Override
  public Receiver open(Channel opened) {
    channel = opened;
    if (!state.compareAndSet(State.GRANTED, State.OPEN)) {
      opened.close(CloseReason.TRANSPORT_CLOSE);
    } else if (!edge.link().send(node, Op.OPEN, id)) {
      lost();
    }
    return this;
  }

  @Override
  public void cancel() {
    if (end()) {
      edge.link().send(node, Op.CANCEL, id);
    }
  }

  @Override
  public void onText(String wire) {
    pass(EnginePacket.ofWire(Utf8.of(wire)));
  }

  @Override
  public void onBinary(Buffer data) {
    pass(EnginePacket.binary(data));
  }

  private void pass(EnginePacket packet) {
    Channel source = channel;
    if (state.get() != State.OPEN || source == null) {
      return;
    }
    if (!credit.take(packet.bytes() + 1)) {
      source.wants(false);
    }
    if (!edge.link().sendPacket(node, Op.TO_OWNER_TEXT, Op.TO_OWNER_BYTES, id, packet)) {
      lost();
    }
  }

  @Override
  public void onWritable() {
    giveBack(0);
  }

  @Override
  public void onClosed(CloseReason reason) {
    if (end()) {
      edge.link().sendReason(node, Op.TO_OWNER_CLOSED, id, reason);
    }
  }

  @Override
  public void afterwards(Runnable action) {
    action.run();
  }

  // The owner's side, on the event loop of the links.

  @Override
  public void onFrame(int op, Frame frame) {
    switch (op) {
      case Op.ANSWER -> refuse(frame);
      case Op.GRANTED -> grant();
      case Op.TO_EDGE_TEXT -> write(EnginePacket.ofWire(frame.utf8()));
      case Op.TO_EDGE_BYTES -> write(EnginePacket.binary(frame.bytes()));
      case Op.TO_EDGE_CREDIT -> onCredit(frame.int32());
      case Op.TO_EDGE_CLOSE -> close(FrameLink.reason(frame));
      default -> {}
    }
  }

  private void refuse(Frame frame) {
    EngineError error = FrameLink.error(frame.octet());
    if (end()) {
      refused.accept(error == null ? EngineError.BAD_REQUEST : error);
    }
  }

  private void grant() {
    if (state.compareAndSet(State.ASKING, State.GRANTED)) {
      edge.cancel(timer);
      granted.accept(this);
    }
  }

  private void write(EnginePacket packet) {
    Channel target = channel;
    if (state.get() == State.OPEN && target != null) {
      target.write(packet);
      target.flush();
      giveBack(packet.bytes() + 1);
    }
  }

  /// Tells the owner what has left, once it is much and the client goes on to read.
  private void giveBack(int bytes) {
    Channel target = channel;
    int left;
    synchronized (credit) {
      passedOn += bytes;
      if (passedOn < Credit.QUANTUM || target == null || !target.isWritable()) {
        return;
      }
      left = passedOn;
      passedOn = 0;
    }
    if (!edge.link().send(node, Op.TO_OWNER_CREDIT, id, out -> out.int32(left))) {
      lost();
    }
  }

  private void onCredit(int bytes) {
    Channel source = channel;
    if (credit.give(bytes) && source != null) {
      source.wants(true);
    }
  }

  private void close(CloseReason reason) {
    State before = state.get();
    if (end()) {
      Channel open = channel;
      if (open != null) {
        open.close(reason);
      } else if (before == State.ASKING) {
        refused.accept(EngineError.SESSION_UNKNOWN);
      }
    }
  }

  @Override
  public void lost() {
    State before = state.get();
    close(CloseReason.TRANSPORT_CLOSE);
    if (before != State.CLOSED) {
      edge.link().sendReason(node, Op.TO_OWNER_CLOSED, id, CloseReason.TRANSPORT_ERROR);
    }
  }

  private boolean end() {
    if (state.getAndSet(State.CLOSED) == State.CLOSED) {
      return false;
    }
    edge.cancel(timer);
    edge.remove(id);
    return true;
  }
}
