package dev.parley.conformance;

import dev.parley.signaling.socketio.Admission;
import dev.parley.signaling.socketio.ConnectRefused;
import dev.parley.signaling.socketio.EngineServer;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.SocketHandler;
import dev.parley.signaling.socketio.SocketLimits;
import dev.parley.signaling.socketio.SocketServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;

/// The suites' application for plain clients at `/ws`, and for those of Socket.IO beside them, with
/// the namespaces `/`, `/auth` (token "123") and `/deny` (never).
final class PlainApp {

  private final SocketServer sockets;
  private final HttpServer http;

  private PlainApp(SocketServer sockets, HttpServer http) {
    this.sockets = sockets;
    this.http = http;
  }

  /// Serves on a free port, with recovery of up to 20 events for two minutes.
  static PlainApp start(Vertx vertx, EngineSettings settings, SocketLimits limits) {
    Admission admission =
        new Admission(
            origin -> !origin.startsWith("https://evil."),
            handshake -> "1".equals(handshake.parameter("deny")) ? "denied by test" : null);
    Recovery recovery =
        new Recovery(
            Duration.ofMinutes(2), Duration.ofMinutes(2).plusSeconds(10), 20, 100_000, 100_000_000);
    SocketServer sockets = new SocketServer(vertx, settings, limits, admission, recovery);
    SocketHandler suite = new SuiteHandler(new Rooms());
    sockets.of("/", _ -> Future.succeededFuture(suite));
    sockets.of(
        "/auth",
        socket ->
            socket.auth().path("token").asText().equals("123")
                ? Future.succeededFuture(suite)
                : Future.failedFuture(new ConnectRefused("bad token")));
    sockets.of("/deny", _ -> Future.failedFuture(new IllegalStateException("never")));
    HttpServer http =
        PlainClient.await(
            vertx
                .createHttpServer(EngineServer.prepare(new HttpServerOptions(), settings))
                .requestHandler(sockets.engine().before(sockets.plain()::handle))
                .listen(0));
    return new PlainApp(sockets, http);
  }

  int port() {
    return http.actualPort();
  }

  SocketServer sockets() {
    return sockets;
  }
}
