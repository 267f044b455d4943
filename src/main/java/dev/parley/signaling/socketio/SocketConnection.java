package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Ids;
import dev.parley.kernel.TokenBucket;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
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
/// context only, unless said otherwise.
final class SocketConnection implements EngineHandler, Carrier {

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
  private final Thread thread = Thread.currentThread();
  private final Map<String, Seat> seats = new HashMap<>(2);

  /// Namespaces the server has put the client out of, which the client may not know yet: what it
  /// still sends there is no breach. Null while there are none.
  private @Nullable Set<String> dismissed;

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
    List<Seat> left = List.copyOf(seats.values());
    seats.clear();
    left.forEach(seat -> seat.onGone(reason));
  }

  private void handle(SocketPacket packet) {
    Seat seat = seats.get(packet.namespace());
    switch (packet.type()) {
      case CONNECT -> connect(packet);
      case CONNECT_ERROR -> breach();
      case DISCONNECT, EVENT, ACK -> {
        if (seat != null) {
          handle(packet, seat);
        } else if (dismissed == null || !dismissed.contains(packet.namespace())) {
          breach();
        }
      }
    }
  }

  private void handle(SocketPacket packet, Seat seat) {
    switch (packet.type()) {
      case EVENT -> {
        if (packet.args() != null) {
          server.counters().countEventIn();
          if (!seat.onEvent(packet)) {
            session.close(CloseReason.FLOOD);
          }
        }
      }
      case ACK -> seat.onAck(packet);
      case DISCONNECT -> {
        seats.remove(packet.namespace());
        seat.onLeave();
      }
      case CONNECT, CONNECT_ERROR -> {}
    }
  }

  private void connect(SocketPacket packet) {
    String name = packet.namespace();
    if (seats.containsKey(name)) {
      breach();
      return;
    }
    if (!joins.takes(System.nanoTime())) {
      session.close(CloseReason.FLOOD);
      return;
    }
    if (seats.size() >= server.limits().maxNamespaces()) {
      refuse(name, "Too many namespaces", null);
      return;
    }
    Namespace namespace = server.find(name);
    if (namespace == null) {
      refuse(name, "Invalid namespace", null);
      return;
    }
    if (dismissed != null) {
      dismissed.remove(name);
    }
    Resumption wanted = server.recovery().isOn() ? Resumption.of(packet.auth()) : null;
    if (wanted == null) {
      admit(name, namespace, packet.auth());
    } else {
      resume(name, namespace, packet.auth(), wanted);
    }
  }

  /// Takes up a socket that the client had before, here or at another node; lets it in as a new one
  /// when there is none.
  private void resume(String name, Namespace namespace, @Nullable String auth, Resumption wanted) {
    boolean isHere = server.kept(name, wanted.pid()) != null;
    Elsewhere elsewhere = server.elsewhere();
    if (isHere || elsewhere == null) {
      if (!takeUp(name, wanted)) {
        admit(name, namespace, auth);
      }
      return;
    }
    PendingSeat pending = new PendingSeat(server.limits());
    seats.put(name, pending);
    RemoteClient client = new RemoteClient(this, name, wanted.pid());
    elsewhere
        .find(
            new Elsewhere.Claim(
                name, wanted.pid(), wanted.offset(), handshake(), channelName(), client))
        .onComplete(found ->
            session.execute(() -> {
              Elsewhere.Owner owner = found.succeeded() ? found.result() : null;
              onFound(name, namespace, auth, wanted, pending, owner);
            }));
  }

  /// Goes on with a socket of this node, if it can.
  private boolean takeUp(String name, Resumption wanted) {
    Socket kept = server.kept(name, wanted.pid());
    if (kept == null) {
      return false;
    }
    LocalSeat seat = new LocalSeat(kept, this);
    seats.put(name, seat);
    if (!kept.resume(this, wanted.parsedOffset())) {
      seats.remove(name, seat);
      return false;
    }
    server.vertx().cancelTimer(connectTimer);
    return true;
  }

  private void onFound(
      String name,
      Namespace namespace,
      @Nullable String auth,
      Resumption wanted,
      PendingSeat pending,
      Elsewhere.@Nullable Owner owner) {
    boolean isGone = pending.isGone() || !session.isOpen();
    if (owner == null) {
      if (!isGone && seats.remove(name, pending)) {
        if (!takeUp(name, wanted)) {
          admit(name, namespace, auth);
        }
        handOver(name, pending);
      }
      return;
    }
    RemoteSeat seat = new RemoteSeat(owner);
    if (isGone) {
      seats.remove(name, pending);
      seat.onGone(CloseReason.TRANSPORT_CLOSE);
    } else if (seats.replace(name, pending, seat)) {
      server.vertx().cancelTimer(connectTimer);
      handOver(name, pending);
    }
  }

  private void handOver(String name, PendingSeat pending) {
    Seat seat = seats.get(name);
    if (seat != null && !pending.handTo(seat)) {
      session.close(CloseReason.FLOOD);
    }
  }

  private void admit(String name, Namespace namespace, @Nullable String auth) {
    String pid = server.recovery().isOn() ? Ids.shortId() : null;
    Socket socket = new Socket(server, this, name, Ids.shortId(), pid, auth);
    seats.put(name, new LocalSeat(socket, this));
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
      seats.remove(socket.namespace(), new LocalSeat(socket, this));
      socket.close(CloseReason.SERVER_NAMESPACE_DISCONNECT);
      refuse(socket.namespace(), result.cause());
    }
  }

  private void join(Socket socket, SocketHandler handler) {
    server.vertx().cancelTimer(connectTimer);
    sendJoined(socket.namespace(), socket.id(), socket.pid());
    socket.start(handler);
    server.keep(socket);
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
      socket.open();
      return;
    }
    if (!(result.cause() instanceof Failure)) {
      server.onHandlerFailure(result.cause());
    }
    dismiss(socket, false);
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

  void sendJoined(String namespace, String id, @Nullable String pid) {
    String json = "{\"sid\":\"" + id + (pid == null ? "\"}" : "\",\"pid\":\"" + pid + "\"}");
    send(SocketPacket.Type.CONNECT, namespace, json);
  }

  private void send(SocketPacket.Type type, String namespace, String json) {
    session.enqueue(SocketPacket.encode(type, namespace, SocketPacket.NO_ACK, json, List.of()));
  }

  private void breach() {
    partial = null;
    session.close(CloseReason.PARSE_ERROR);
  }

  @Override
  public Handshake handshake() {
    return session.handshake();
  }

  @Override
  public String channelName() {
    return session.channelName();
  }

  @Override
  public Context context() {
    return session.context();
  }

  @Override
  public boolean isHere() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public void post(Runnable write) {
    session.context().runOnContext(_ -> write.run());
  }

  @Override
  public boolean isOpen() {
    return session.isOpen();
  }

  @Override
  public boolean isWritable() {
    return session.isWritable();
  }

  @Override
  public void sendEvent(Encoded event, long ackId, @Nullable String offset) {
    session.enqueue(event.packets(ackId, offset));
  }

  @Override
  public void sendAck(String namespace, long ackId, Args args) {
    session.enqueue(Encoded.ack(namespace, ackId, args));
  }

  @Override
  public void sendResumed(Socket socket, String pid) {
    sendJoined(socket.namespace(), socket.id(), pid);
  }

  @Override
  public void dismiss(Socket socket, boolean closeConnection) {
    if (seats.remove(socket.namespace(), new LocalSeat(socket, this))) {
      boolean hadJoined = socket.state() != Socket.State.ADMITTING;
      socket.close(CloseReason.SERVER_NAMESPACE_DISCONNECT);
      if (hadJoined) {
        sendDismissed(socket.namespace());
      } else {
        refuse(socket.namespace(), "Disconnected", null);
      }
    }
    if (closeConnection) {
      dismissAll();
    }
  }

  /// Takes all sockets out of their namespaces, tells the client and closes.
  void dismissAll() {
    for (Map.Entry<String, Seat> each : List.copyOf(seats.entrySet())) {
      switch (each.getValue()) {
        case LocalSeat local -> dismiss(local.socket(), false);
        case RemoteSeat remote -> {
          remote.onLeave();
          sendDismissed(each.getKey());
        }
        case PendingSeat pending -> pending.onLeave();
      }
    }
    seats.clear();
    session.close(CloseReason.FORCED_CLOSE);
  }

  /// The owner of a socket has put the client out.
  void dismissRemote(String namespace, boolean closeConnection) {
    if (seats.remove(namespace) != null) {
      sendDismissed(namespace);
    }
    if (closeConnection) {
      dismissAll();
    }
  }

  private void sendDismissed(String namespace) {
    Set<String> names = dismissed == null ? new HashSet<>(2) : dismissed;
    dismissed = names;
    if (names.size() < server.limits().maxNamespaces()) {
      names.add(namespace);
    }
    send(SocketPacket.Type.DISCONNECT, namespace, "");
  }

  @Override
  public void abandon(Socket socket) {
    seats.remove(socket.namespace(), new LocalSeat(socket, this));
    abandoned();
  }

  /// A client that has taken its socket elsewhere does not use this connection any more.
  void abandonRemote(String namespace) {
    seats.remove(namespace);
    abandoned();
  }

  private void abandoned() {
    if (seats.isEmpty()) {
      session.close(CloseReason.TRANSPORT_CLOSE);
    }
  }

  @Override
  public void close(CloseReason reason) {
    session.close(reason);
  }

  EngineSession session() {
    return session;
  }
}
