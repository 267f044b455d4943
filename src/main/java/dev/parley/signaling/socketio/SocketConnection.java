package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Ids;
import dev.parley.kernel.TokenBucket;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Socket.IO on one session: reads packets out of its messages, keeps the sockets of its namespaces
/// and the rules between them. A client that breaks one loses the whole session. On the session's
/// context only.
final class SocketConnection implements EngineHandler {

  /// A packet whose attachments are still coming.
  private static final class Partial {
    final SocketPacket packet;
    final List<Buffer> attachments = new ArrayList<>();
    int bytes;

    Partial(SocketPacket packet) {
      this.packet = packet;
    }
  }

  private final SocketServer server;
  private final EngineSession session;
  private final Map<String, Socket> sockets = new HashMap<>(2);

  /// Namespaces the server has put the client out of, which the client may not know yet: what it
  /// still sends there is no breach.
  private final Set<String> dismissed = new HashSet<>(2);

  /// Each lets the application look the client up, which is work.
  private final TokenBucket joins;

  private final long connectTimer;
  private @Nullable Partial partial;

  SocketConnection(SocketServer server, EngineSession session) {
    this.server = server;
    this.session = session;
    this.joins = new TokenBucket(server.limits().joins());
    this.connectTimer =
        server
            .vertx()
            .setTimer(
                server.limits().connectTimeout().toMillis(),
                _ -> session.close(CloseReason.CONNECT_TIMEOUT));
  }

  EngineSession session() {
    return session;
  }

  Vertx vertx() {
    return server.vertx();
  }

  SocketLimits limits() {
    return server.limits();
  }

  SocketCounters counters() {
    return server.counters();
  }

  void onHandlerFailure(RuntimeException failure) {
    server.onHandlerFailure(failure);
  }

  @Override
  public void onText(String message) {
    if (partial != null) {
      breach();
      return;
    }
    switch (SocketPacketDecoder.decode(message, server.limits())) {
      case SocketPacketDecoder.Malformed _ -> breach();
      case SocketPacket packet when packet.attachments() > 0 -> partial = new Partial(packet);
      case SocketPacket packet -> handle(packet);
    }
  }

  @Override
  public void onBinary(Buffer message) {
    Partial waiting = partial;
    if (waiting == null) {
      breach();
      return;
    }
    waiting.attachments.add(message);
    waiting.bytes += message.length();
    if (waiting.bytes > server.limits().maxAttachmentBytes()) {
      breach();
    } else if (waiting.attachments.size() == waiting.packet.attachments()) {
      partial = null;
      handle(waiting.packet.withAttachments(waiting.attachments));
    }
  }

  @Override
  public void onClose(CloseReason reason) {
    server.vertx().cancelTimer(connectTimer);
    partial = null;
    List<Socket> left = List.copyOf(sockets.values());
    sockets.clear();
    for (Socket socket : left) {
      socket.markClosed(reason);
    }
  }

  /// Takes one socket out of its namespace and tells the client.
  void disconnect(Socket socket) {
    if (sockets.remove(socket.namespace(), socket)) {
      boolean hadJoined = socket.state() != Socket.State.ADMITTING;
      socket.markClosed(CloseReason.SERVER_NAMESPACE_DISCONNECT);
      if (!hadJoined) {
        refuse(socket.namespace(), "Disconnected", null);
        return;
      }
      if (dismissed.size() < server.limits().maxNamespaces()) {
        dismissed.add(socket.namespace());
      }
      send(SocketPacket.Type.DISCONNECT, socket.namespace(), "");
    }
  }

  /// Takes all sockets out of their namespaces, tells the client and closes.
  void disconnectAll() {
    for (Socket socket : List.copyOf(sockets.values())) {
      disconnect(socket);
    }
    session.close(CloseReason.FORCED_CLOSE);
  }

  private void handle(SocketPacket packet) {
    switch (packet.type()) {
      case CONNECT -> connect(packet);
      case DISCONNECT -> leave(packet);
      case EVENT -> event(packet);
      case ACK -> ack(packet);
      case CONNECT_ERROR -> breach();
    }
  }

  private void connect(SocketPacket packet) {
    String name = packet.namespace();
    if (sockets.containsKey(name)) {
      breach();
      return;
    }
    if (!joins.takes(System.nanoTime())) {
      session.close(CloseReason.FLOOD);
      return;
    }
    if (sockets.size() >= server.limits().maxNamespaces()) {
      refuse(name, "Too many namespaces", null);
      return;
    }
    Namespace namespace = server.find(name);
    if (namespace == null) {
      refuse(name, "Invalid namespace", null);
      return;
    }
    dismissed.remove(name);
    Socket socket = new Socket(this, name, Ids.shortId(), packet.auth());
    sockets.put(name, socket);
    Future<? extends SocketHandler> admission;
    try {
      admission = namespace.connect(socket);
    } catch (RuntimeException e) {
      admission = Future.failedFuture(e);
    }
    admission.onComplete(result -> session.execute(() -> onAdmission(socket, result)));
  }

  private void onAdmission(Socket socket, AsyncResult<? extends SocketHandler> result) {
    if (socket.state() != Socket.State.ADMITTING || !session.isOpen()) {
      return;
    }
    if (result.succeeded()) {
      join(socket, result.result());
    } else {
      sockets.remove(socket.namespace(), socket);
      socket.markClosed(CloseReason.SERVER_NAMESPACE_DISCONNECT);
      refuse(socket.namespace(), result.cause());
    }
  }

  private void join(Socket socket, SocketHandler handler) {
    server.vertx().cancelTimer(connectTimer);
    socket.markStarting(handler);
    send(SocketPacket.Type.CONNECT, socket.namespace(), "{\"sid\":\"" + socket.id() + "\"}");
    Future<Void> start;
    try {
      start = handler.onConnected(socket);
    } catch (RuntimeException e) {
      start = Future.failedFuture(e);
    }
    start.onComplete(result -> session.execute(() -> onStarted(socket, result)));
  }

  private void onStarted(Socket socket, AsyncResult<Void> result) {
    if (result.succeeded()) {
      socket.markOpen();
      return;
    }
    if (!(result.cause() instanceof Failure)) {
      server.onHandlerFailure(result.cause());
    }
    disconnect(socket);
  }

  private void refuse(String namespace, Throwable cause) {
    switch (cause) {
      case ConnectRefused refused -> refuse(namespace, refused.text(), refused.data());
      case Failure failure ->
          refuse(
              namespace,
              failure.text(),
              JsonText.parse("{\"code\":" + JsonText.quote(failure.code().name()) + "}"));
      default -> {
        server.onHandlerFailure(cause);
        refuse(namespace, "Internal server error", null);
      }
    }
  }

  private void refuse(String namespace, String message, @Nullable JsonNode data) {
    StringBuilder json = new StringBuilder("{\"message\":").append(JsonText.quote(message));
    if (data != null) {
      json.append(",\"data\":").append(JsonText.write(data));
    }
    send(SocketPacket.Type.CONNECT_ERROR, namespace, json.append('}').toString());
  }

  private void leave(SocketPacket packet) {
    Socket socket = sockets.remove(packet.namespace());
    if (socket == null) {
      onStranger(packet);
    } else {
      socket.markClosed(CloseReason.CLIENT_NAMESPACE_DISCONNECT);
    }
  }

  private void event(SocketPacket packet) {
    Socket socket = sockets.get(packet.namespace());
    if (socket == null) {
      onStranger(packet);
    } else if (packet.args() != null) {
      server.counters().countEventIn();
      if (!socket.onEvent(packet)) {
        session.close(CloseReason.FLOOD);
      }
    }
  }

  private void ack(SocketPacket packet) {
    Socket socket = sockets.get(packet.namespace());
    Args args = packet.args();
    if (socket == null) {
      onStranger(packet);
    } else if (args != null) {
      socket.onAck(packet.ackId(), args);
    }
  }

  private void send(SocketPacket.Type type, String namespace, String json) {
    session.enqueue(SocketPacket.encode(type, namespace, SocketPacket.NO_ACK, json, List.of()));
  }

  private void onStranger(SocketPacket packet) {
    if (!dismissed.contains(packet.namespace())) {
      breach();
    }
  }

  private void breach() {
    partial = null;
    session.close(CloseReason.PARSE_ERROR);
  }
}
