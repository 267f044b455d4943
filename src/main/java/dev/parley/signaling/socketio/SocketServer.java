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
  private final SocketCounters counters = new SocketCounters();
  private final EngineServer engine;
  private final Map<String, Namespace> named = new ConcurrentHashMap<>();
  private final List<Matching> matching = new CopyOnWriteArrayList<>();
  private final AtomicLong nextLogNs = new AtomicLong(System.nanoTime());

  /// A server without namespaces.
  public SocketServer(
      Vertx vertx, EngineSettings settings, SocketLimits limits, Admission admission) {
    this.vertx = vertx;
    this.limits = limits;
    this.engine =
        new EngineServer(
            vertx, settings, admission, counters, session -> new SocketConnection(this, session));
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

  /// What to mount on an HTTP server.
  public EngineServer engine() {
    return engine;
  }

  /// What has happened so far.
  public SocketCounters counters() {
    return counters;
  }

  /// Refuses new clients and closes the connections there are; the clients reconnect by themselves.
  public Future<Void> close() {
    return engine.close();
  }

  Vertx vertx() {
    return vertx;
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
