package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client in one namespace, for as long as the client wants it: it outlives its connection when
/// recovery is on.
///
/// Every method may be called from any thread; what one caller sends arrives in its order. Sends to
/// a socket that has not joined yet or has left are dropped. A short lock guards the order of what
/// is sent and logged; nothing waits under it.
public final class Socket {

  /// What a socket is doing.
  enum State {
    /// The application decides whether it may join.
    ADMITTING,
    /// It has joined, and the application is getting ready for its events.
    STARTING,
    /// Events flow.
    OPEN,
    /// Its connection is lost; events are kept for when it comes back.
    SUSPENDED,
    /// It was refused or has left.
    CLOSED
  }

  private static final long NO_TIMER = -1;

  private final SocketServer server;
  private final String namespace;
  private final String id;
  private final @Nullable String auth;
  private final @Nullable String pid;

  private volatile State state;
  private volatile @Nullable Carrier carrier;
  private volatile Handshake handshake;
  private @Nullable SocketHandler handler;
  private @Nullable ArrayDeque<SocketPacket> held;
  private int heldBytes;
  private @Nullable PendingAcks acks;
  private @Nullable EventLog log;
  private int posted;
  private long windowTimer = NO_TIMER;

  /// A socket that wants to join.
  ///
  /// @param pid secret by which the client takes it up again; null when it cannot
  Socket(
      SocketServer server,
      Carrier carrier,
      String namespace,
      String id,
      @Nullable String pid,
      @Nullable String auth) {
    this.server = server;
    this.carrier = carrier;
    this.handshake = carrier.handshake();
    this.namespace = namespace;
    this.id = id;
    this.pid = pid;
    this.auth = auth;
    this.state = State.ADMITTING;
  }

  /// A socket that stands by for one of another node: it logs what it is sent, until it is told to
  /// `await` its client.
  ///
  /// @param handler what it is handed to
  /// @param handshake of the client's first connection
  Socket(
      SocketServer server,
      SocketHandler handler,
      Handshake handshake,
      String namespace,
      String id,
      String pid) {
    this.server = server;
    this.handler = handler;
    this.handshake = handshake;
    this.namespace = namespace;
    this.id = id;
    this.pid = pid;
    this.auth = null;
    this.state = State.SUSPENDED;
  }

  /// The id the client knows itself by. It may be shown to others; it is unique in the cluster.
  public String id() {
    return id;
  }

  /// The name of the namespace.
  public String namespace() {
    return namespace;
  }

  /// The secret by which the client can take the socket up again, here or at another node; null
  /// when recovery is off. Never show it to others, never log it.
  public @Nullable String pid() {
    return pid;
  }

  /// The object the client sent to join, parsed anew on each call; a missing node without one.
  public JsonNode auth() {
    return auth == null ? MissingNode.getInstance() : JsonText.parse(auth);
  }

  /// The request that opened the client's present connection, or its last: headers, query, address.
  public Handshake handshake() {
    return handshake;
  }

  /// The event-loop context on which the application is called back for this socket, as long as its
  /// connection lasts.
  public Context context() {
    Carrier now = carrier;
    return now == null ? server.vertx().getOrCreateContext() : now.context();
  }

  /// The name of what carries the packets now: `websocket` or `polling`; empty when nothing does.
  public String channelName() {
    Carrier now = carrier;
    return now == null ? "" : now.channelName();
  }

  /// Whether the socket has joined, not left, and has a connection, as far as is known now.
  public boolean isConnected() {
    Carrier now = carrier;
    return hasJoined() && now != null && now.isOpen();
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
    emit(event, null);
  }

  /// Emits an event of a source that other nodes know as well.
  ///
  /// @param mark where it stands in its stream; null for an event of this node alone
  public synchronized void emit(Encoded event, @Nullable Mark mark) {
    requireSameNamespace(event);
    if (!hasJoined() && state != State.SUSPENDED) {
      return;
    }
    String offset = null;
    if (pid != null && server.recovery().isOn() && !Mark.UNKEPT.equals(mark)) {
      EventLog kept = log();
      Mark own = mark != null ? mark : kept.nextOwn();
      offset = kept.append(own, event, System.nanoTime() / 1_000_000);
    }
    sendEvent(event, SocketPacket.NO_ACK, offset);
    Carrier to = carrier;
    if (offset != null && to != null && log().wantsProbe()) {
      post(to, to::probe);
    }
  }

  /// A ping goes to the client after all that was sent over `over`.
  synchronized void onPing(Carrier over) {
    if (log != null && posted == 0 && over.equals(carrier)) {
      log.markSent();
    }
  }

  /// The client has answered the ping.
  void onPong(Carrier over) {
    String offset;
    SocketHandler receiver = handler;
    synchronized (this) {
      offset = log != null && over.equals(carrier) ? log.dropDelivered() : null;
    }
    if (offset != null && receiver != null) {
      call(() -> receiver.onDelivered(this, offset));
    }
  }

  /// Drops what is kept of events that the client has got, as the node knows that it is connected
  /// to.
  public synchronized void forget(String offset) {
    Offset delivered = Offset.parse(offset);
    if (log != null && delivered != null) {
      log.dropUpTo(delivered);
    }
  }

  /// Emits an event if it can leave at once, else drops it.
  public synchronized void emitVolatile(Encoded event) {
    requireSameNamespace(event);
    Carrier to = carrier;
    if (to == null || !hasJoined()) {
      server.counters().countVolatileDropped();
      return;
    }
    post(
        to,
        () -> {
          if (to.isWritable()) {
            server.counters().countEventOut();
            to.sendEvent(event, SocketPacket.NO_ACK, null);
          } else {
            server.counters().countVolatileDropped();
          }
        });
  }

  /// Emits an event that the client answers. The future completes with the answer's arguments, or
  /// fails with `Failure(UNAVAILABLE)`: no answer in time, the connection gone, or too many answers
  /// outstanding.
  public Future<Args> emitWithAck(String event, Args args, Duration timeout) {
    Promise<Args> promise = Promise.promise();
    synchronized (this) {
      Carrier to = carrier;
      if (!hasJoined() || to == null || !to.isOpen()) {
        return Future.failedFuture(Failure.unavailable("the socket has disconnected"));
      }
      if (acks == null) {
        acks = new PendingAcks(server.vertx());
      }
      if (acks.size() >= server.limits().maxPendingAcks()) {
        return Future.failedFuture(Failure.unavailable("too many acknowledgements outstanding"));
      }
      sendEvent(Encoded.event(namespace, event, args), acks.add(promise, timeout), null);
    }
    return promise.future();
  }

  /// Takes the socket out of its namespace, after what was sent before has left. The client does
  /// not come back by itself.
  ///
  /// @param closeConnection whether the client's other namespaces and the connection end as well
  public void disconnect(boolean closeConnection) {
    synchronized (this) {
      Carrier to = carrier;
      if (to != null) {
        post(
            to,
            () -> {
              if (isCarriedBy(to)) {
                to.dismiss(this, closeConnection);
              } else {
                disconnect(closeConnection);
              }
            });
        return;
      }
    }
    close(CloseReason.SERVER_NAMESPACE_DISCONNECT);
  }

  /// Closes the connection under all of the client's sockets; the client reconnects by itself.
  public synchronized void closeSession() {
    Carrier to = carrier;
    if (to != null) {
      post(to, () -> to.close(CloseReason.FORCED_CLOSE));
    }
  }

  /// The same for a reason of the caller's, after `disconnect`: the client stays away.
  public synchronized void expel(CloseReason reason) {
    Carrier to = carrier;
    disconnect(false);
    if (to != null) {
      post(to, () -> to.close(reason));
    }
  }

  /// Answers an event of the client.
  synchronized void answer(Consumer<Carrier> write) {
    Carrier to = carrier;
    if (to != null && hasJoined()) {
      post(to, () -> write.accept(to));
    }
  }

  State state() {
    return state;
  }

  boolean isCarriedBy(Carrier candidate) {
    return candidate.equals(carrier);
  }

  /// Joins: the client has been told.
  synchronized void start(SocketHandler newHandler) {
    handler = newHandler;
    state = State.STARTING;
  }

  /// Start-up is over: what was held is handled, in order. On the carrier's context.
  void open() {
    ArrayDeque<SocketPacket> waiting;
    synchronized (this) {
      if (state != State.STARTING) {
        return;
      }
      state = State.OPEN;
      waiting = held;
      held = null;
    }
    while (waiting != null && state == State.OPEN) {
      SocketPacket packet = waiting.poll();
      if (packet == null) {
        return;
      }
      dispatch(packet);
    }
  }

  /// The connection is gone: the socket is kept for the window if it can be, else it has left.
  void lose(Carrier gone, CloseReason reason) {
    SocketHandler receiver;
    PendingAcks owed = null;
    synchronized (this) {
      if (!gone.equals(carrier)) {
        return;
      }
      receiver = handler;
      if (state != State.OPEN
          || pid == null
          || receiver == null
          || !reason.isRecoverable()
          || !server.recovery().isOn()) {
        receiver = null;
      } else {
        state = State.SUSPENDED;
        carrier = null;
        owed = takeAcks();
        startWindow(reason);
      }
    }
    fail(owed);
    if (receiver == null) {
      close(reason);
    } else {
      SocketHandler told = receiver;
      gone.context().runOnContext(_ -> call(() -> told.onSuspended(this, reason)));
    }
  }

  /// Waits for its client for the window, then leaves: what stood by has become the socket itself.
  public void await(CloseReason reason) {
    synchronized (this) {
      if (state != State.SUSPENDED || windowTimer != NO_TIMER) {
        return;
      }
      startWindow(reason);
    }
    server.keep(this);
  }

  private void startWindow(CloseReason reason) {
    windowTimer =
        server
            .vertx()
            .setTimer(
                server.recovery().window().toMillis(),
                _ -> {
                  if (state == State.SUSPENDED) {
                    close(reason);
                  }
                });
  }

  /// Goes on over another connection: the client gets what it has missed, then hears that it has
  /// joined. False when something it missed is not kept any more; the socket has left then.
  ///
  /// @param offset what the client has; null when it cannot be told
  boolean resume(Carrier to, @Nullable Offset offset) {
    Carrier before;
    SocketHandler receiver;
    PendingAcks owed = null;
    synchronized (this) {
      receiver = handler;
      List<EventLog.Entry> missed = offset == null ? null : log().after(offset);
      before = carrier;
      if (receiver == null
          || pid == null
          || (state != State.OPEN && state != State.SUSPENDED)
          || missed == null
          || offset == null) {
        receiver = null;
      } else {
        state = State.OPEN;
        carrier = to;
        handshake = to.handshake();
        server.vertx().cancelTimer(windowTimer);
        windowTimer = NO_TIMER;
        owed = takeAcks();
        Offset reached = offset.copy();
        post(to, () -> replay(to, missed, reached));
      }
    }
    fail(owed);
    if (before != null) {
      before.post(() -> before.abandon(this));
    }
    if (receiver == null) {
      close(CloseReason.TRANSPORT_CLOSE);
      return false;
    }
    SocketHandler told = receiver;
    to.context().runOnContext(_ -> call(() -> told.onResumed(this)));
    return true;
  }

  private void replay(Carrier to, List<EventLog.Entry> missed, Offset offset) {
    for (EventLog.Entry entry : missed) {
      offset.advance(entry.mark().stream(), entry.mark().number());
      server.counters().countEventOut();
      to.sendEvent(entry.event(), SocketPacket.NO_ACK, offset.toString());
    }
    if (pid != null) {
      to.sendResumed(this, pid);
    }
  }

  /// Leaves for good. The application hears of it soon, if it has heard of the socket at all.
  void close(CloseReason reason) {
    SocketHandler receiver;
    PendingAcks owed;
    Context told = context();
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      state = State.CLOSED;
      held = null;
      if (log != null) {
        log.clear();
      }
      log = null;
      owed = takeAcks();
      server.vertx().cancelTimer(windowTimer);
      receiver = handler;
    }
    fail(owed);
    server.forget(this);
    if (receiver != null) {
      SocketHandler last = receiver;
      told.runOnContext(_ -> call(() -> last.onDisconnect(this, reason)));
    }
  }

  /// One event of the client. False when more are held than may be. On the carrier's context.
  boolean onEvent(SocketPacket packet) {
    if (state == State.OPEN) {
      dispatch(packet);
      return true;
    }
    if (state != State.STARTING && state != State.ADMITTING) {
      return true;
    }
    if (held == null) {
      held = new ArrayDeque<>();
    }
    held.add(packet);
    heldBytes += packet.bytes();
    SocketLimits limits = server.limits();
    return held.size() <= limits.maxHeldEvents() && heldBytes <= limits.maxHeldBytes();
  }

  void onAck(long ackId, Args args) {
    PendingAcks waiting;
    synchronized (this) {
      waiting = acks;
    }
    if (waiting != null) {
      waiting.complete(ackId, args);
    }
  }

  /// What the socket was told of late, as far as it is kept.
  public synchronized Told told() {
    EventLog kept = log();
    return new Told(kept.entries(), kept.dropped(), System.nanoTime() / 1_000_000);
  }

  /// Adds what the socket was told by another node before this one knew it.
  public synchronized void fill(Told told) {
    log().fill(told, System.nanoTime() / 1_000_000);
  }

  /// Ends the socket here without anyone's being told: another node has it. Its connection, if it
  /// is here, is closed, so that the client finds that node.
  public void cede() {
    Carrier to;
    synchronized (this) {
      to = carrier;
      carrier = null;
      handler = null;
    }
    close(CloseReason.FORCED_CLOSE);
    if (to != null) {
      to.post(() -> to.close(CloseReason.FORCED_CLOSE));
    }
  }

  private EventLog log() {
    EventLog kept = log;
    if (kept == null) {
      kept = new EventLog(server.recovery());
      log = kept;
    }
    return kept;
  }

  /// What the client owes goes with its connection: clients do not answer over another one.
  private @Nullable PendingAcks takeAcks() {
    PendingAcks waiting = acks;
    acks = null;
    return waiting;
  }

  private static void fail(@Nullable PendingAcks waiting) {
    if (waiting != null) {
      waiting.failAll();
    }
  }

  private void dispatch(SocketPacket packet) {
    Args args = packet.args();
    SocketHandler receiver = handler;
    if (args == null || receiver == null) {
      return;
    }
    Ack ack = packet.ackId() == SocketPacket.NO_ACK ? null : new Ack(this, packet.ackId());
    call(() -> receiver.onEvent(this, packet.event(), args, ack));
  }

  private void call(Runnable application) {
    try {
      application.run();
    } catch (RuntimeException e) {
      server.onHandlerFailure(e);
    }
  }

  /// Under the lock.
  private void sendEvent(Encoded event, long ackId, @Nullable String offset) {
    Carrier to = carrier;
    if (to != null) {
      server.counters().countEventOut();
      post(to, () -> to.sendEvent(event, ackId, offset));
    }
  }

  /// Runs a write at once where it may run and nothing is before it. Under the lock.
  private void post(Carrier to, Runnable write) {
    if (posted == 0 && to.isHere()) {
      write.run();
    } else {
      posted++;
      to.post(() -> {
        try {
          write.run();
        } finally {
          written();
        }
      });
    }
  }

  private synchronized void written() {
    posted--;
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
