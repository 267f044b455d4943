package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Ids;
import dev.parley.kernel.TokenBucket;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The sockets of one client's connection, by namespace, and the rules between them: who is let in,
/// who takes up the socket that he had, who is put out. What they say goes out by the connection's
/// `Wire`, in whatever frames that speaks. A client that breaks a rule loses the whole connection.
///
/// On the connection's context only, unless said otherwise.
final class Seats implements Carrier {

  private final SocketServer server;
  private final Wire wire;
  private final Thread thread = Thread.currentThread();
  private final Map<String, Seat> seats = new HashMap<>(2);

  /// Namespaces the server has put the client out of, which the client may not know yet: what it
  /// still sends there is no breach. Null while there are none.
  private @Nullable Set<String> dismissed;

  /// Each lets the application look the client up, which is work.
  private final TokenBucket joins;

  private final long connectTimer;

  Seats(SocketServer server, Wire wire) {
    this.server = server;
    this.wire = wire;
    this.joins = new TokenBucket(server.limits().joins());
    this.connectTimer =
        server
            .vertx()
            .setTimer(
                server.limits().connectTimeout().toMillis(),
                _ -> wire.close(CloseReason.CONNECT_TIMEOUT));
  }

  /// Whether no namespace is joined or being joined.
  boolean isEmpty() {
    return seats.isEmpty();
  }

  /// One packet of the client.
  void onPacket(SocketPacket packet) {
    Seat seat = seats.get(packet.namespace());
    switch (packet.type()) {
      case CONNECT -> connect(packet);
      case CONNECT_ERROR -> wire.breach("connect_error is for the server to send");
      case DISCONNECT, EVENT, ACK -> {
        if (seat != null) {
          onPacket(packet, seat);
        } else if (dismissed == null || !dismissed.contains(packet.namespace())) {
          wire.breach("not connected");
        }
      }
    }
  }

  private void onPacket(SocketPacket packet, Seat seat) {
    switch (packet.type()) {
      case EVENT -> {
        if (packet.args() != null) {
          server.counters().countEventIn();
          if (!seat.onEvent(packet)) {
            wire.close(CloseReason.FLOOD);
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

  /// A ping follows all that was sent.
  void onPing() {
    for (Seat seat : seats.values()) {
      if (seat instanceof LocalSeat local) {
        local.socket().onPing(this);
      }
    }
  }

  /// What was sent before the last ping has arrived.
  void onPong() {
    for (Seat seat : List.copyOf(seats.values())) {
      if (seat instanceof LocalSeat local) {
        local.socket().onPong(this);
      }
    }
  }

  @Override
  public void probe() {
    wire.probe();
  }

  /// The connection has ended.
  void onClose(CloseReason reason) {
    server.vertx().cancelTimer(connectTimer);
    List<Seat> left = List.copyOf(seats.values());
    seats.clear();
    left.forEach(seat -> seat.onGone(reason));
  }

  private void connect(SocketPacket packet) {
    String name = packet.namespace();
    if (seats.containsKey(name)) {
      wire.breach("already connected");
      return;
    }
    if (!joins.takes(System.nanoTime())) {
      wire.close(CloseReason.FLOOD);
      return;
    }
    if (seats.size() >= server.limits().maxNamespaces()) {
      wire.writeRefused(name, "Too many namespaces", null);
      return;
    }
    Namespace namespace = server.find(name);
    if (namespace == null) {
      wire.writeRefused(name, "Invalid namespace", null);
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
            execute(() -> {
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
    boolean isGone = pending.isGone() || !wire.isOpen();
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
      wire.close(CloseReason.FLOOD);
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
    admission.onComplete(result -> execute(() -> onAdmission(socket, result)));
  }

  private void onAdmission(Socket socket, AsyncResult<? extends SocketHandler> result) {
    if (socket.state() != Socket.State.ADMITTING || !wire.isOpen()) {
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
    wire.writeJoined(socket.namespace(), socket.id(), socket.pid(), false);
    socket.start(handler);
    server.keep(socket);
    Future<Void> start;
    try {
      start = handler.onConnected(socket);
    } catch (RuntimeException e) {
      start = Future.failedFuture(e);
    }
    start.onComplete(result -> execute(() -> onStarted(socket, result)));
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
      case ConnectRefused refused -> wire.writeRefused(namespace, refused.text(), refused.data());
      case Failure failure ->
          wire.writeRefused(
              namespace,
              failure.text(),
              JsonText.parse("{\"code\":" + JsonText.quote(failure.code().name()) + "}"));
      default -> {
        server.onHandlerFailure(cause);
        wire.writeRefused(namespace, "Internal server error", null);
      }
    }
  }

  /// Runs `action` here: now if the caller is on the connection's event loop, else after what the
  /// caller has handed over before. Any thread.
  private void execute(Runnable action) {
    if (isHere()) {
      action.run();
    } else {
      post(action);
    }
  }

  @Override
  public Handshake handshake() {
    return wire.handshake();
  }

  @Override
  public String channelName() {
    return wire.channelName();
  }

  @Override
  public Context context() {
    return wire.context();
  }

  @Override
  public boolean isHere() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public void post(Runnable write) {
    wire.context().runOnContext(_ -> write.run());
  }

  @Override
  public boolean isOpen() {
    return wire.isOpen();
  }

  @Override
  public boolean isWritable() {
    return wire.isWritable();
  }

  @Override
  public void sendEvent(Encoded event, long ackId, @Nullable String offset) {
    wire.writeEvent(event, ackId, offset);
  }

  @Override
  public void sendAck(String namespace, long ackId, Args args) {
    wire.writeAck(namespace, ackId, args);
  }

  @Override
  public void sendFailure(String namespace, long ackId, Args args, Failure failure) {
    wire.writeFailure(namespace, ackId, args, failure);
  }

  @Override
  public void sendResumed(Socket socket, String pid) {
    wire.writeJoined(socket.namespace(), socket.id(), pid, true);
  }

  /// A socket of another node goes on.
  void sendResumed(String namespace, String id, String pid) {
    wire.writeJoined(namespace, id, pid, true);
  }

  @Override
  public void dismiss(Socket socket, boolean closeConnection) {
    if (seats.remove(socket.namespace(), new LocalSeat(socket, this))) {
      boolean hadJoined = socket.state() != Socket.State.ADMITTING;
      socket.close(CloseReason.SERVER_NAMESPACE_DISCONNECT);
      if (hadJoined) {
        sendDismissed(socket.namespace());
      } else {
        wire.writeRefused(socket.namespace(), "Disconnected", null);
      }
    }
    if (closeConnection) {
      dismissAll();
    }
  }

  /// Takes all sockets out of their namespaces, tells the client and closes.
  private void dismissAll() {
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
    wire.close(CloseReason.FORCED_CLOSE);
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
    wire.writeDismissed(namespace);
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
      wire.close(CloseReason.TRANSPORT_CLOSE);
    }
  }

  @Override
  public void close(CloseReason reason) {
    wire.close(reason);
  }
}
