package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Socket.IO knows of one session: the namespaces it has joined, and the packet whose
/// attachments are still to come. Any breach of the protocol closes the session. Confined to its
/// event loop.
final class Client implements EngineSession.Upper {

  private static final Logger log = LoggerFactory.getLogger(Client.class);

  private final EngineSession session;
  private final SocketLimits limits;
  private final SocketCounters counters;
  private final Function<String, @Nullable SocketHandler> namespaces;
  private final MultiMap headers;
  private final MultiMap query;
  private final String address;
  private final Map<String, Socket> sockets = new HashMap<>(2);
  private final Set<String> joining = new HashSet<>(2);
  private @Nullable Attachments awaited;
  private long connectTimer;

  Client(
      EngineSession session,
      SocketLimits limits,
      SocketCounters counters,
      Function<String, @Nullable SocketHandler> namespaces,
      MultiMap headers,
      MultiMap query,
      String address) {
    this.session = session;
    this.limits = limits;
    this.counters = counters;
    this.namespaces = namespaces;
    this.headers = headers;
    this.query = query;
    this.address = address;
  }

  /// Begins to wait for the first namespace.
  void open() {
    connectTimer =
        session.timer(
            limits.connectTimeoutMs(),
            () -> {
              if (sockets.isEmpty()) {
                session.close(CloseReason.FORCED_CLOSE);
              }
            });
  }

  @Override
  public void onMessage(String text) {
    SocketPacket packet = awaited == null ? SocketPacket.parse(text) : null;
    if (packet == null || packet.attachments() > SocketLimits.MAX_ATTACHMENTS) {
      breach();
    } else if (packet.attachments() > 0) {
      awaited = new Attachments(packet);
    } else {
      handle(packet, packet.payload());
    }
  }

  @Override
  public void onBinary(Buffer message) {
    Attachments attachments = awaited;
    if (attachments == null) {
      breach();
      return;
    }
    attachments.add(message);
    if (attachments.bytes() > limits.maxPayload()) {
      breach();
    } else if (attachments.isComplete()) {
      awaited = null;
      JsonNode payload = attachments.assembled();
      if (payload == null) {
        breach();
      } else {
        handle(attachments.packet(), payload);
      }
    }
  }

  private void handle(SocketPacket packet, JsonNode payload) {
    if (packet.type() == SocketPacket.Type.CONNECT) {
      connect(packet.namespace(), payload);
      return;
    }
    Socket socket = sockets.get(packet.namespace());
    if (socket == null) {
      breach();
      return;
    }
    switch (packet.type()) {
      case EVENT, BINARY_EVENT -> event(socket, packet.ackId(), payload);
      case ACK, BINARY_ACK -> socket.onAck(packet.ackId(), arguments(payload, 0));
      case DISCONNECT -> {
        sockets.remove(packet.namespace());
        socket.ended(CloseReason.CLIENT_DISCONNECT);
      }
      case CONNECT, CONNECT_ERROR -> breach();
    }
  }

  private void event(Socket socket, long ackId, JsonNode payload) {
    if (payload.isMissingNode()) {
      return;
    }
    counters.eventsIn.increment();
    Ack ack = ackId < 0 ? null : new Ack(socket, ackId);
    try {
      socket.handler().onEvent(socket, payload.path(0).asText(), arguments(payload, 1), ack);
    } catch (RuntimeException e) {
      log.error("event handler failed socket={}", socket.id(), e);
    }
  }

  private static List<JsonNode> arguments(JsonNode array, int from) {
    List<JsonNode> arguments = new ArrayList<>(Math.max(0, array.size() - from));
    for (int i = from; i < array.size(); i++) {
      arguments.add(array.get(i));
    }
    return arguments;
  }

  private void connect(String namespace, JsonNode auth) {
    if (sockets.containsKey(namespace) || joining.contains(namespace)) {
      breach();
      return;
    }
    SocketHandler handler = namespaces.apply(namespace);
    if (handler == null || sockets.size() + joining.size() >= SocketLimits.MAX_NAMESPACES) {
      refuse(namespace, new Refusal("Invalid namespace", null));
      return;
    }
    JsonNode given = auth.isObject() ? auth : SocketPacket.JSON.createObjectNode();
    Handshake handshake = new Handshake(headers, query, address, given);
    joining.add(namespace);
    handler
        .admit(namespace, handshake)
        .onComplete(result ->
            session.execute(() -> {
              joining.remove(namespace);
              if (session.isClosed()) {
                return;
              }
              if (result.succeeded()) {
                connected(namespace, handshake, handler);
              } else {
                refuse(namespace, result.cause());
              }
            }));
  }

  private void connected(String namespace, Handshake handshake, SocketHandler handler) {
    session.cancel(connectTimer);
    String id = SessionIds.next();
    Socket socket = new Socket(id, namespace, handshake, session, this, counters, handler);
    sockets.put(namespace, socket);
    session.send(
        SocketPacket.head(SocketPacket.Type.CONNECT, 0, namespace, -1)
            .append("{\"sid\":\"")
            .append(id)
            .append("\"}")
            .toString());
    handler.onConnect(socket);
  }

  private void refuse(String namespace, Throwable cause) {
    ObjectNode error = SocketPacket.JSON.createObjectNode();
    if (cause instanceof Refusal refusal) {
      error.put("message", refusal.getMessage());
      JsonNode data = refusal.data();
      if (data != null) {
        error.set("data", data);
      }
    } else {
      log.error("admission failed namespace={}", namespace, cause);
      error.put("message", "Internal error");
    }
    session.send(
        SocketPacket.head(SocketPacket.Type.CONNECT_ERROR, 0, namespace, -1)
            .append(error)
            .toString());
  }

  /// Takes one socket out of its namespace and tells the client so.
  void disconnect(Socket socket) {
    sockets.remove(socket.namespace());
    session.send(
        SocketPacket.head(SocketPacket.Type.DISCONNECT, 0, socket.namespace(), -1).toString());
    socket.ended(CloseReason.SERVER_DISCONNECT);
  }

  /// Takes all sockets out of their namespaces and closes the session.
  void disconnectAll() {
    for (Socket socket : List.copyOf(sockets.values())) {
      disconnect(socket);
    }
    session.close(CloseReason.FORCED_CLOSE);
  }

  private void breach() {
    session.close(CloseReason.PARSE_ERROR);
  }

  @Override
  public void onClose(CloseReason reason) {
    session.cancel(connectTimer);
    awaited = null;
    for (Socket socket : List.copyOf(sockets.values())) {
      sockets.remove(socket.namespace());
      socket.ended(reason);
    }
  }
}
