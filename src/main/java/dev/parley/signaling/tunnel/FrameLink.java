package dev.parley.signaling.tunnel;

import dev.parley.contract.LinkKind;
import dev.parley.kernel.Frame;
import dev.parley.kernel.Links;
import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineError;
import dev.parley.signaling.socketio.EnginePacket;
import dev.parley.signaling.socketio.SessionPort;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Frames of tunnels to and from other nodes, numbered for each pair of nodes so that a loss is
/// noticed. Sends from any thread.
final class FrameLink {

  /// Who takes frames; on the event loop of the links.
  @FunctionalInterface
  interface Receiver {

    void onFrame(String node, int op, long id, Frame frame);
  }

  /// How many frames have gone to a node. Counted under the lock of its link.
  private static final class Count {
    private long sent;
  }

  private final Links links;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private final Map<String, Long> expected = new HashMap<>();

  /// @param onLoss called before the first frame after a loss
  FrameLink(Links links, Receiver receiver, Consumer<String> onLoss) {
    this.links = links;
    links.receive(
        LinkKind.TUNNEL,
        (node, frame) -> {
          long number = frame.int64();
          Long due = expected.put(node, number + 1);
          if (due != null && due != number) {
            onLoss.accept(node);
          }
          receiver.onFrame(node, frame.octet(), frame.int64(), frame);
        });
  }

  /// @return false when the node takes nothing; the frame is lost
  boolean send(String node, int op, long id, Frame.Body body) {
    Count count = counts.computeIfAbsent(node, _ -> new Count());
    return links.send(
        node,
        LinkKind.TUNNEL,
        out -> {
          out.int64(count.sent++).octet(op).int64(id);
          body.writeTo(out);
        });
  }

  boolean send(String node, int op, long id) {
    return send(node, op, id, _ -> {});
  }

  boolean sendReason(String node, int op, long id, CloseReason reason) {
    return send(node, op, id, out -> out.text(reason.name()));
  }

  boolean sendPacket(String node, int textOp, int bytesOp, long id, EnginePacket packet) {
    Utf8 wire = packet.wire();
    Buffer binary = packet.binary();
    return wire != null
        ? send(node, textOp, id, out -> out.utf8(wire))
        : binary == null || send(node, bytesOp, id, out -> out.bytes(binary));
  }

  static CloseReason reason(Frame frame) {
    String name = frame.text();
    for (CloseReason reason : CloseReason.values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return CloseReason.TRANSPORT_ERROR;
  }

  /// The error of a code; null for none.
  static @Nullable EngineError error(int code) {
    for (EngineError error : EngineError.values()) {
      if (error.code() == code) {
        return error;
      }
    }
    return code == Op.NO_ERROR ? null : EngineError.BAD_REQUEST;
  }

  static int code(SessionPort.Method method) {
    return switch (method) {
      case GET -> 0;
      case POST -> 1;
      case OTHER -> 2;
    };
  }

  static SessionPort.Method method(int code) {
    return switch (code) {
      case 0 -> SessionPort.Method.GET;
      case 1 -> SessionPort.Method.POST;
      default -> SessionPort.Method.OTHER;
    };
  }
}
