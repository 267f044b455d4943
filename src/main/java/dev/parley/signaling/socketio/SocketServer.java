package dev.parley.signaling.socketio;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A Socket.IO 5 server: namespaces, on an Engine.IO server of its own. Name the namespaces with
/// `of`, then mount `engine()` on an HTTP server.
///
/// ```java
/// SocketServer sockets = new SocketServer(vertx, settings, SocketLimits.defaults(), admission);
/// sockets.of("/", socket -> accounts.verify(socket.auth()).map(Connection::new));
/// vertx.createHttpServer(EngineServer.prepare(new HttpServerOptions(), settings))
///     .requestHandler(sockets.engine().before(routes));
/// ```
public final class SocketServer {

  private static final System.Logger LOG = System.getLogger(SocketServer.class.getName());
  private static final long LOG_PAUSE_NS = 1_000_000_000L;

  private record Matching(Predicate<String> names, Namespace namespace) {}

  private final Vertx vertx;
  private final SocketLimits limits;
  private final Recovery recovery;
  private final Map<String, Socket> kept = new ConcurrentHashMap<>();
  private volatile @Nullable Elsewhere elsewhere;
  private final SocketCounters counters = new SocketCounters();
  private final EngineServer engine;
  private final PlainServer plain;
  private final Map<String, Namespace> named = new ConcurrentHashMap<>();
  private final List<Matching> matching = new CopyOnWriteArrayList<>();
  private final AtomicLong nextLogNs = new AtomicLong(System.nanoTime());

  /// A server without namespaces and without recovery.
  public SocketServer(
      Vertx vertx, EngineSettings settings, SocketLimits limits, Admission admission) {
    this(vertx, settings, limits, admission, Recovery.off());
  }

  /// A server without namespaces.
  public SocketServer(
      Vertx vertx,
      EngineSettings settings,
      SocketLimits limits,
      Admission admission,
      Recovery recovery) {
    this.vertx = vertx;
    this.limits = limits;
    this.recovery = recovery;
    this.engine =
        new EngineServer(
            vertx, settings, admission, counters, session -> new SocketConnection(this, session));
    this.plain =
        new PlainServer(
            vertx, settings, admission, counters, session -> new PlainConnection(this, session));
  }

  /// Serves the namespace of this name (`/` is the main one) with `namespace`. Any thread.
  ///
  /// @throws IllegalStateException when the name is taken
  public SocketServer of(String name, Namespace namespace) {
    if (!name.startsWith("/")) {
      throw new IllegalArgumentException("a namespace begins with a slash: " + name);
    }
    if (named.putIfAbsent(name, namespace) != null) {
      throw new IllegalStateException("namespace exists: " + name);
    }
    return this;
  }

  /// Serves every name that `names` accepts and no exact name or earlier predicate claims. Any
  /// thread; `names` is called on event loops with what clients ask for.
  public SocketServer of(Predicate<String> names, Namespace namespace) {
    matching.add(new Matching(names, namespace));
    return this;
  }

  /// Looks for sockets that are not here at `others`, from now on.
  public SocketServer withElsewhere(Elsewhere others) {
    elsewhere = others;
    return this;
  }

  /// Gives a socket of this node to a client that is connected to another, if it can be recovered.
  /// Any thread.
  ///
  /// @param offset what the client has; empty when nothing
  /// @return the socket, or null: it is not here, or something the client missed is not kept any
  ///   more, and it has left
  public @Nullable Socket give(String namespace, String pid, String offset, Carrier carrier) {
    Socket socket = kept(namespace, pid);
    Resumption wanted = new Resumption(pid, offset);
    return socket != null && socket.resume(carrier, wanted.parsedOffset()) ? socket : null;
  }

  /// Makes a socket that stands by for one of another node: what it is sent is kept, nothing else
  /// happens to it until `Socket.await`. Any thread.
  public Socket standBy(
      SocketHandler handler, Handshake handshake, String namespace, String id, String pid) {
    return new Socket(this, handler, handshake, namespace, id, pid);
  }

  /// What to mount on an HTTP server.
  public EngineServer engine() {
    return engine;
  }

  /// What to hand the WebSockets of plain clients to: their sockets are in the same namespaces.
  public PlainServer plain() {
    return plain;
  }

  /// What has happened so far.
  public SocketCounters counters() {
    return counters;
  }

  /// Refuses new clients and closes the connections there are; the clients reconnect by themselves.
  public Future<Void> close() {
    return Future.join(engine.close(), plain.close()).mapEmpty();
  }

  Vertx vertx() {
    return vertx;
  }

  Recovery recovery() {
    return recovery;
  }

  @Nullable Elsewhere elsewhere() {
    return elsewhere;
  }

  /// Keeps a socket where its client finds it again.
  void keep(Socket socket) {
    String pid = socket.pid();
    if (pid != null) {
      kept.put(pid, socket);
    }
  }

  void forget(Socket socket) {
    String pid = socket.pid();
    if (pid != null) {
      kept.remove(pid, socket);
    }
  }

  @Nullable Socket kept(String namespace, String pid) {
    Socket socket = kept.get(pid);
    return socket != null && socket.namespace().equals(namespace) ? socket : null;
  }

  SocketLimits limits() {
    return limits;
  }

  @Nullable Namespace find(String name) {
    Namespace exact = named.get(name);
    if (exact != null) {
      return exact;
    }
    for (Matching candidate : matching) {
      if (candidate.names().test(name)) {
        return candidate.namespace();
      }
    }
    return null;
  }

  /// Counts a failure of the application and logs it, at most one a second.
  void onHandlerFailure(Throwable failure) {
    counters.countHandlerFailure();
    long nowNs = System.nanoTime();
    long dueNs = nextLogNs.get();
    if (nowNs - dueNs >= 0 && nextLogNs.compareAndSet(dueNs, nowNs + LOG_PAUSE_NS)) {
      LOG.log(System.Logger.Level.ERROR, "a socket handler failed", failure);
    }
  }
}
