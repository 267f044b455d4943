package dev.parley.turn;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An HTTP server in the place of a service that is asked for ICE servers.
final class StandIn {

  /// One that it got.
  record Request(
      String method,
      String uri,
      @Nullable String authorization,
      @Nullable String contentType,
      String body) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();

  private final HttpServer server;
  private volatile Consumer<HttpServerResponse> behaviour = response -> response.end();

  StandIn(Vertx vertx, HttpServerOptions options) throws Exception {
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(request ->
                request
                    .body()
                    .onSuccess(body -> {
                      requests.add(
                          new Request(
                              request.method().name(),
                              request.uri(),
                              request.getHeader("Authorization"),
                              request.getHeader("Content-Type"),
                              body.toString()));
                      behaviour.accept(request.response());
                    }))
            .listen(0, "localhost")
            .await(20, TimeUnit.SECONDS);
  }

  int port() {
    return server.actualPort();
  }

  /// Listens no longer.
  void close() throws Exception {
    server.close().await(20, TimeUnit.SECONDS);
  }

  /// Answers so from now on.
  void does(Consumer<HttpServerResponse> next) {
    behaviour = next;
  }

  /// Answers so from now on.
  void answers(int status, String body) {
    does(response -> response.setStatusCode(status).end(body));
  }

  /// Forgets what it got; does nothing but end what it gets.
  void reset() {
    requests.clear();
    does(response -> response.end());
  }

  /// Makes a configuration ask it.
  Map<String, String> environment(String provider, String scheme) {
    return Map.of(
        "NODE_ENV", "development",
        "STUN_SERVERS", "stun.example.com:3478",
        "TURN_PROVIDER", provider,
        "TURN_HTTP_URL", scheme + "://localhost:" + port() + "/servers/one?a=b",
        "TURN_HTTP_USERNAME", "ident",
        "TURN_HTTP_PASSWORD", "s3cret");
  }
}
