package dev.parley.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.signaling.socketio.Admission;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.ConnectRefused;
import dev.parley.signaling.socketio.EngineHandler;
import dev.parley.signaling.socketio.EngineServer;
import dev.parley.signaling.socketio.EngineSession;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.SessionFinder;
import dev.parley.signaling.socketio.SessionPort;
import dev.parley.signaling.socketio.SocketCounters;
import dev.parley.signaling.socketio.SocketHandler;
import dev.parley.signaling.socketio.SocketLimits;
import dev.parley.signaling.socketio.SocketServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The application that public Engine.IO and Socket.IO suites expect of a server under test: raw
/// echo under `/engine.io/`, Socket.IO under `/socket.io/` with the namespaces `/`, `/custom`,
/// `/auth` (token "123"), `/deny` (never) and `/dyn-<number>`.
public final class ConformanceApp {

  private static final String RECOVERY = "--recovery";

  private static final AtomicInteger FREE_PORTS = new AtomicInteger();

  private final SocketServer sockets;
  private final EngineServer echo;
  private final int port;

  private ConformanceApp(SocketServer sockets, EngineServer echo, int port) {
    this.sockets = sockets;
    this.echo = echo;
    this.port = port;
  }

  /// Serves on the port given as the first argument, until it is killed.
  static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2 || (args.length == 2 && !args[1].equals(RECOVERY))) {
      System.err.println("usage: conformance <port> [" + RECOVERY + "]");
      System.exit(2);
    }
    Vertx vertx = Vertx.vertx();
    ConformanceApp app =
        start(
                vertx,
                Integer.parseInt(args[0]),
                quickSettings().forAnyOrigin(),
                quickLimits(),
                args.length == 2 ? recovery() : Recovery.off())
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    WarmUp.run(vertx, app.port());
    System.out.println("Conformance server is ready on port " + app.port());
  }

  /// Two minutes to come back, as in the reference.
  private static Recovery recovery() {
    return new Recovery(
        Duration.ofMinutes(2), Duration.ofSeconds(121), 10_000, 10_000_000, 100_000_000);
  }

  /// The heartbeat and sizes that the suites expect: ping every 300 ms, 200 ms to answer, 1 MB.
  public static EngineSettings quickSettings() {
    return EngineSettings.defaults().withHeartbeat(Duration.ofMillis(300), Duration.ofMillis(200));
  }

  /// One second to join a namespace.
  public static SocketLimits quickLimits() {
    return SocketLimits.defaults().withConnectTimeout(Duration.ofSeconds(1));
  }

  /// Serves on `port`, 0 for a free one, on one event loop and without recovery.
  public static Future<ConformanceApp> start(
      Vertx vertx, int port, EngineSettings settings, SocketLimits limits) {
    return start(vertx, port, settings, limits, Recovery.off());
  }

  /// Serves on `port`, 0 for a free one, on one event loop.
  public static Future<ConformanceApp> start(
      Vertx vertx, int port, EngineSettings settings, SocketLimits limits, Recovery recovery) {
    return start(vertx, port, settings, limits, recovery, 1);
  }

  /// Serves on several event loops that share the port.
  public static Future<ConformanceApp> start(
      Vertx vertx,
      int port,
      EngineSettings settings,
      SocketLimits limits,
      Recovery recovery,
      int eventLoops) {
    return start(
        vertx,
        port,
        settings,
        limits,
        recovery,
        eventLoops,
        new Rooms(),
        _ -> SessionFinder.none());
  }

  /// Serves as one node of several.
  ///
  /// @param rooms of all nodes
  /// @param finder of sessions elsewhere, given what finds those that are here
  public static Future<ConformanceApp> start(
      Vertx vertx,
      int port,
      EngineSettings settings,
      SocketLimits limits,
      Recovery recovery,
      int eventLoops,
      Rooms rooms,
      Function<Function<String, @Nullable SessionPort>, SessionFinder> finder) {
    Admission admission =
        new Admission(
            origin -> !origin.startsWith("https://evil."),
            handshake -> "1".equals(handshake.parameter("deny")) ? "denied by test" : null);
    SocketServer sockets = new SocketServer(vertx, settings, limits, admission, recovery);
    SocketHandler suite = new SuiteHandler(rooms);
    sockets.of("/", _ -> Future.succeededFuture(suite));
    sockets.of("/custom", _ -> Future.succeededFuture(suite));
    sockets.of(
        "/auth",
        socket ->
            socket.auth().path("token").asText().equals("123")
                ? Future.succeededFuture(suite)
                : Future.failedFuture(new ConnectRefused("bad token")));
    sockets.of("/deny", _ -> Future.failedFuture(new ConnectRefused("not authorized", denial())));
    sockets.of(name -> name.matches("^/dyn-\\d+$"), _ -> Future.succeededFuture(suite));
    EngineServer echo =
        new EngineServer(
            vertx,
            settings.withPath("/engine.io/"),
            admission,
            new SocketCounters(),
            EchoSession::new);
    SessionFinder elsewhere =
        finder.apply(sid -> {
          SessionPort socket = sockets.engine().session(sid);
          return socket != null ? socket : echo.session(sid);
        });
    // A negative port is a free one that all servers of this Vert.x with the same number share.
    int wanted = port == 0 ? -FREE_PORTS.incrementAndGet() : port;
    List<Future<HttpServer>> listening = new ArrayList<>();
    for (int i = 0; i < eventLoops; i++) {
      Promise<HttpServer> bound = Promise.promise();
      listening.add(bound.future());
      ((VertxInternal) vertx)
          .createEventLoopContext()
          .runOnContext(_ ->
              vertx
                  .createHttpServer(EngineServer.prepare(new HttpServerOptions(), settings))
                  .requestHandler(
                      request -> handle(request, echo, sockets.engine(), admission, elsewhere))
                  .listen(wanted)
                  .onComplete(bound));
    }
    return Future.all(listening)
        .map(_ -> new ConformanceApp(sockets, echo, listening.getFirst().result().actualPort()));
  }

  private static void handle(
      HttpServerRequest request,
      EngineServer echo,
      EngineServer sockets,
      Admission admission,
      SessionFinder elsewhere) {
    if (echo.isOurs(request)) {
      echo.handle(request, admission, null, elsewhere);
    } else if (sockets.isOurs(request)) {
      sockets.handle(request, admission, null, elsewhere);
    } else {
      request.response().setStatusCode(404).end();
    }
  }

  /// The port it listens on.
  public int port() {
    return port;
  }

  /// The Socket.IO server in use.
  public SocketServer sockets() {
    return sockets;
  }

  /// The engine under `/engine.io/`.
  public EngineServer echo() {
    return echo;
  }

  private static JsonNode denial() {
    return JsonNodeFactory.instance
        .objectNode()
        .<ObjectNode>set("code", TextNode.valueOf("E1"))
        .put("retry", false);
  }

  /// Sends every message back.
  private record EchoSession(EngineSession session) implements EngineHandler {

    @Override
    public void onText(String message) {
      if (message.equals("close-me")) {
        session.close(CloseReason.FORCED_CLOSE);
      } else {
        session.send(message);
      }
    }

    @Override
    public void onBinary(Buffer message) {
      session.send(message);
    }

    @Override
    public void onClose(CloseReason reason) {}
  }
}
