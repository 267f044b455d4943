package dev.parley.signaling.tunnel;

import dev.parley.kernel.Frame;
import dev.parley.signaling.socketio.Answer;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineError;
import dev.parley.signaling.socketio.EnginePacket;
import dev.parley.signaling.socketio.SessionPort;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// This node's side of what is under way at other edges for sessions of this node. Frames come on
/// the event loop of the links.
final class Owner {

  /// What is under way, by where it ends and the number it has there.
  private record Key(String node, long id) {}

  /// Something under way.
  private sealed interface Near permits NearExchange, NearSocket {

    /// The edge is gone, or a frame got lost between it and this node.
    void lost();
  }

  private final FrameLink link;
  private final Function<String, @Nullable SessionPort> sessions;
  private final Map<Key, Near> underWay = new ConcurrentHashMap<>();

  Owner(FrameLink link, Function<String, @Nullable SessionPort> sessions) {
    this.link = link;
    this.sessions = sessions;
  }

  int size() {
    return underWay.size();
  }

  void onFrame(String node, int op, long id, Frame frame) {
    Key key = new Key(node, id);
    switch (op) {
      case Op.REQUEST -> request(key, frame);
      case Op.UPGRADE -> upgrade(key, frame);
      default -> proceed(key, op, frame);
    }
  }

  private void request(Key key, Frame frame) {
    SessionPort.Method method = FrameLink.method(frame.octet());
    boolean isBinary = frame.octet() == 1;
    SessionPort session = sessions.apply(frame.text());
    SessionPort.Head head = new SessionPort.Head(method, frame.text(), frame.text(), isBinary);
    if (session == null) {
      answer(key, Answer.refused(EngineError.SESSION_UNKNOWN));
      return;
    }
    NearExchange exchange = new NearExchange();
    underWay.put(key, exchange);
    exchange.bind(
        session.request(
            head,
            answer -> {
              underWay.remove(key);
              if (!answer(key, answer)) {
                exchange.lost();
              }
            }));
  }

  private boolean answer(Key key, Answer answer) {
    EngineError error = answer.error();
    int code = error == null ? Op.NO_ERROR : error.code();
    return link.send(key.node(), Op.ANSWER, key.id(), out -> out.octet(code).bytes(answer.body()));
  }

  private void upgrade(Key key, Frame frame) {
    SessionPort session = sessions.apply(frame.text());
    SessionPort.Head head =
        new SessionPort.Head(SessionPort.Method.GET, frame.text(), frame.text(), false);
    if (session == null) {
      answer(key, Answer.refused(EngineError.SESSION_UNKNOWN));
      return;
    }
    NearSocket socket = new NearSocket(link, key.node(), key.id(), () -> underWay.remove(key));
    underWay.put(key, socket);
    session.upgrade(
        head,
        error -> {
          underWay.remove(key);
          answer(key, Answer.refused(error));
        },
        socket::granted);
  }

  private void proceed(Key key, int op, Frame frame) {
    switch (underWay.get(key)) {
      case NearExchange exchange -> proceed(key, exchange, op, frame);
      case NearSocket socket -> socket.onFrame(op, frame);
      case null -> {
        // What has ended here in the meantime, or was never known: a node that has started anew.
        if (op == Op.OPEN || op == Op.BODY || op == Op.TO_OWNER_TEXT || op == Op.TO_OWNER_BYTES) {
          link.sendReason(key.node(), Op.TO_EDGE_CLOSE, key.id(), CloseReason.TRANSPORT_CLOSE);
        }
      }
    }
  }

  private void proceed(Key key, NearExchange exchange, int op, Frame frame) {
    SessionPort.Exchange bound = exchange.bound();
    if (bound == null) {
      return;
    }
    switch (op) {
      case Op.BODY -> bound.body(frame.bytes());
      case Op.ABORT -> {
        underWay.remove(key);
        bound.abort();
      }
      case Op.RELEASE -> {
        underWay.remove(key);
        bound.release();
      }
      default -> {}
    }
  }

  /// Nothing more will come of what is under way at the node.
  void onLoss(String node) {
    underWay.forEach((key, near) -> {
      if (key.node().equals(node) && underWay.remove(key, near)) {
        near.lost();
      }
    });
  }

  /// A poll or a post.
  private static final class NearExchange implements Near {
    private SessionPort.@Nullable Exchange bound;
    private boolean isLost;

    synchronized void bind(SessionPort.Exchange exchange) {
      bound = exchange;
      if (isLost) {
        exchange.abort();
      }
    }

    synchronized SessionPort.@Nullable Exchange bound() {
      return bound;
    }

    @Override
    public synchronized void lost() {
      isLost = true;
      if (bound != null) {
        bound.abort();
      }
    }
  }

  /// A WebSocket at the edge.
  private static final class NearSocket implements Near {
    private final FrameLink link;
    private final String node;
    private final long id;
    private final Runnable onEnded;
    private boolean isEnded;
    private SessionPort.@Nullable Upgrade upgrade;
    private @Nullable TunnelChannel channel;

    NearSocket(FrameLink link, String node, long id, Runnable onEnded) {
      this.link = link;
      this.node = node;
      this.id = id;
      this.onEnded = onEnded;
    }

    /// On the session's event loop.
    synchronized void granted(SessionPort.Upgrade granted) {
      if (isEnded) {
        granted.cancel();
        return;
      }
      upgrade = granted;
      if (!link.send(node, Op.GRANTED, id)) {
        lost();
      }
    }

    void onFrame(int op, Frame frame) {
      switch (op) {
        case Op.OPEN -> open();
        case Op.CANCEL -> lost();
        case Op.TO_OWNER_CLOSED -> end(FrameLink.reason(frame));
        default -> {
          TunnelChannel open = opened();
          if (open != null) {
            receive(open, op, frame);
          }
        }
      }
    }

    private static void receive(TunnelChannel open, int op, Frame frame) {
      switch (op) {
        case Op.TO_OWNER_TEXT -> open.onPacket(EnginePacket.ofWire(frame.utf8()));
        case Op.TO_OWNER_BYTES -> open.onPacket(EnginePacket.binary(frame.bytes()));
        case Op.TO_OWNER_CREDIT -> open.onCredit(frame.int32());
        default -> {}
      }
    }

    private synchronized @Nullable TunnelChannel opened() {
      return channel;
    }

    private synchronized void open() {
      SessionPort.Upgrade granted = upgrade;
      upgrade = null;
      if (granted != null && !isEnded) {
        TunnelChannel opened = new TunnelChannel(link, node, id, onEnded);
        channel = opened;
        opened.attach(granted.open(opened));
      }
    }

    @Override
    public void lost() {
      end(CloseReason.TRANSPORT_ERROR);
    }

    private void end(CloseReason reason) {
      SessionPort.Upgrade unused;
      TunnelChannel open;
      synchronized (this) {
        isEnded = true;
        unused = upgrade;
        upgrade = null;
        open = channel;
      }
      onEnded.run();
      if (unused != null) {
        unused.cancel();
      }
      if (open != null) {
        open.onClosed(reason);
      }
    }
  }
}
