package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One client in one namespace.
///
/// Every method may be called from any thread; what one caller sends arrives in its order. Sends to
/// a socket that has not joined yet or has left are dropped.
public final class Socket {

  /// What a socket is doing.
  enum State {
    /// The application decides whether it may join.
    ADMITTING,
    /// It has joined, and the application is getting ready for its events.
    STARTING,
    /// Events flow.
    OPEN,
    /// It was refused or has left.
    CLOSED
  }

  private final SocketConnection connection;
  private final String namespace;
  private final String id;
  private final @Nullable String auth;

  private volatile State state = State.ADMITTING;
  private @Nullable SocketHandler handler;
  private @Nullable ArrayDeque<SocketPacket> held;
  private int heldBytes;
  private @Nullable PendingAcks acks;

  Socket(SocketConnection connection, String namespace, String id, @Nullable String auth) {
    this.connection = connection;
    this.namespace = namespace;
    this.id = id;
    this.auth = auth;
  }

  /// The id the client knows itself by. It may be shown to others; it is unique in the cluster.
  public String id() {
    return id;
  }

  /// The name of the namespace.
  public String namespace() {
    return namespace;
  }

  /// The object the client sent to join, parsed anew on each call; a missing node without one.
  public JsonNode auth() {
    return auth == null ? MissingNode.getInstance() : JsonText.parse(auth);
  }

  /// The request that opened the client's session: headers, query, address.
  public Handshake handshake() {
    return connection.session().handshake();
  }

  /// The event-loop context on which the application is called back for this socket.
  public Context context() {
    return connection.session().context();
  }

  /// The name of what carries the packets now: `websocket`.
  public String channelName() {
    return connection.session().channelName();
  }

  /// Whether the socket has joined and not left, as far as is known now.
  public boolean isConnected() {
    return (state == State.STARTING || state == State.OPEN) && connection.session().isOpen();
  }

  /// Emits an event.
  public void emit(String event, Args args) {
    emit(Encoded.event(namespace, event, args));
  }

  /// Emits an event with trees as arguments.
  public void emit(String event, JsonNode... args) {
    emit(Encoded.event(namespace, event, args));
  }

  /// Emits an event that was encoded before, for this namespace.
  public void emit(Encoded event) {
    requireSameNamespace(event);
    connection.session().execute(() -> sendEvent(event.packets()));
  }

  /// Emits an event if it can leave at once, else drops it.
  public void emitVolatile(Encoded event) {
    requireSameNamespace(event);
    connection
        .session()
        .execute(() -> {
          if (connection.session().isWritable()) {
            sendEvent(event.packets());
          } else {
            connection.counters().countVolatileDropped();
          }
        });
  }

  /// Emits an event that the client answers. The future completes on the socket's context, with the
  /// answer's arguments, or fails with `Failure(UNAVAILABLE)`: no answer in time, the socket gone,
  /// or too many answers outstanding.
  public Future<Args> emitWithAck(String event, Args args, Duration timeout) {
    Promise<Args> promise = Promise.promise();
    connection.session().execute(() -> sendWithAck(event, args, timeout, promise));
    return promise.future();
  }

  /// Takes the socket out of its namespace, after what was sent before has left. The client does
  /// not come back by itself.
  ///
  /// @param closeSession whether the other namespaces and the connection end as well
  public void disconnect(boolean closeSession) {
    connection
        .session()
        .execute(() -> {
          if (closeSession) {
            connection.disconnectAll();
          } else {
            connection.disconnect(this);
          }
        });
  }

  /// Closes the connection under all of the client's sockets; the client reconnects by itself.
  public void closeSession() {
    closeSession(CloseReason.FORCED_CLOSE);
  }

  /// The same for a reason of the caller's.
  public void closeSession(CloseReason reason) {
    connection.session().close(reason);
  }

  void acknowledge(long ackId, Args args) {
    EnginePacket[] packets =
        SocketPacket.encode(
            SocketPacket.Type.ACK, namespace, ackId, "[" + args.json() + "]", args.attachments());
    connection
        .session()
        .execute(() -> {
          if (hasJoined()) {
            connection.session().enqueue(packets);
          }
        });
  }

  // What follows is on the socket's context only.

  State state() {
    return state;
  }

  void markStarting(SocketHandler newHandler) {
    handler = newHandler;
    state = State.STARTING;
  }

  /// Start-up is over: handles what was held, in order, then lets events through.
  void markOpen() {
    if (state != State.STARTING) {
      return;
    }
    state = State.OPEN;
    ArrayDeque<SocketPacket> waiting = held;
    held = null;
    while (waiting != null && state == State.OPEN) {
      SocketPacket packet = waiting.poll();
      if (packet == null) {
        return;
      }
      dispatch(packet);
    }
  }

  /// Leaves for good. The application hears of it soon, if it has heard of the socket at all.
  void markClosed(CloseReason reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    held = null;
    if (acks != null) {
      acks.failAll();
    }
    SocketHandler receiver = handler;
    if (receiver != null) {
      context().runOnContext(_ -> tellDisconnected(receiver, reason));
    }
  }

  /// One event of the client. False when more are held than may be.
  boolean onEvent(SocketPacket packet) {
    if (state == State.OPEN) {
      dispatch(packet);
      return true;
    }
    if (held == null) {
      held = new ArrayDeque<>();
    }
    held.add(packet);
    heldBytes += packet.bytes();
    SocketLimits limits = connection.limits();
    return held.size() <= limits.maxHeldEvents() && heldBytes <= limits.maxHeldBytes();
  }

  void onAck(long ackId, Args args) {
    if (acks != null) {
      acks.complete(ackId, args);
    }
  }

  private void dispatch(SocketPacket packet) {
    Args args = packet.args();
    SocketHandler receiver = handler;
    if (args == null || receiver == null) {
      return;
    }
    Ack ack = packet.ackId() == SocketPacket.NO_ACK ? null : new Ack(this, packet.ackId());
    try {
      receiver.onEvent(this, packet.event(), args, ack);
    } catch (RuntimeException e) {
      connection.onHandlerFailure(e);
    }
  }

  private void tellDisconnected(SocketHandler receiver, CloseReason reason) {
    try {
      receiver.onDisconnect(this, reason);
    } catch (RuntimeException e) {
      connection.onHandlerFailure(e);
    }
  }

  private void sendEvent(EnginePacket[] packets) {
    if (hasJoined() && connection.session().isOpen()) {
      connection.counters().countEventOut();
      connection.session().enqueue(packets);
    }
  }

  private void sendWithAck(String event, Args args, Duration timeout, Promise<Args> promise) {
    if (!hasJoined() || !connection.session().isOpen()) {
      promise.fail(Failure.unavailable("the socket has disconnected"));
      return;
    }
    if (acks == null) {
      acks = new PendingAcks(connection.vertx());
    }
    if (acks.size() >= connection.limits().maxPendingAcks()) {
      promise.fail(Failure.unavailable("too many acknowledgements outstanding"));
      return;
    }
    long ackId = acks.add(promise, timeout);
    sendEvent(Encoded.encode(namespace, ackId, event, args));
  }

  private boolean hasJoined() {
    return state == State.STARTING || state == State.OPEN;
  }

  private void requireSameNamespace(Encoded event) {
    if (!event.namespace().equals(namespace)) {
      throw new IllegalArgumentException(
          "event is encoded for " + event.namespace() + ", the socket is in " + namespace);
    }
  }
}
