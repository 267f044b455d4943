package dev.parley.signaling.tunnel;

import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Channel;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EnginePacket;
import dev.parley.signaling.socketio.Receiver;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// A session's packets to and from a WebSocket on another node. It takes no more than a window of
/// bytes until the edge says that they have left, so that a client that reads slowly is slow for
/// the session and not a burden of the edge.
final class TunnelChannel implements Channel {

  private final FrameLink link;
  private final String node;
  private final long id;
  private final Runnable onEnded;
  private final Credit credit = new Credit();
  private volatile boolean isClosed;
  private @Nullable Receiver receiver;
  private int passedOn;

  TunnelChannel(FrameLink link, String node, long id, Runnable onEnded) {
    this.link = link;
    this.node = node;
    this.id = id;
    this.onEnded = onEnded;
  }

  /// From now on packets of the client go to `session`. On the event loop of the links, as all that
  /// is called `on…`.
  void attach(Receiver session) {
    receiver = session;
  }

  void onPacket(EnginePacket packet) {
    Receiver session = receiver;
    if (session == null || isClosed) {
      return;
    }
    Utf8 text = packet.wire();
    Buffer binary = packet.binary();
    if (text != null) {
      session.onText(text.toString());
    } else if (binary != null) {
      session.onBinary(binary);
    }
    passedOn += packet.bytes() + 1;
    if (passedOn >= Credit.QUANTUM) {
      int handled = passedOn;
      passedOn = 0;
      session.afterwards(() -> link.send(node, Op.TO_EDGE_CREDIT, id, out -> out.int32(handled)));
    }
  }

  void onCredit(int bytes) {
    Receiver session = receiver;
    if (credit.give(bytes) && session != null) {
      session.onWritable();
    }
  }

  void onClosed(CloseReason reason) {
    isClosed = true;
    Receiver session = receiver;
    if (session != null) {
      session.onClosed(reason);
    }
  }

  // What follows is on the session's context.

  @Override
  public String name() {
    return "websocket";
  }

  @Override
  public boolean isWritable() {
    return !isClosed && credit.isLeft();
  }

  @Override
  public void write(EnginePacket packet) {
    if (isClosed) {
      return;
    }
    credit.take(packet.bytes() + 1);
    if (!link.sendPacket(node, Op.TO_EDGE_TEXT, Op.TO_EDGE_BYTES, id, packet)) {
      close(CloseReason.TRANSPORT_ERROR);
      Receiver session = receiver;
      if (session != null) {
        session.onClosed(CloseReason.TRANSPORT_ERROR);
      }
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close(CloseReason reason) {
    if (!isClosed) {
      isClosed = true;
      link.sendReason(node, Op.TO_EDGE_CLOSE, id, reason);
      onEnded.run();
    }
  }
}
