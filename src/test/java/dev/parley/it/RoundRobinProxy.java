package dev.parley.it;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A reverse proxy without any stickiness: each request, and each WebSocket, goes to the next node.
final class RoundRobinProxy {

  private static final int MAX_MESSAGE = 8_000_000;

  private final HttpClient http;
  private final WebSocketClient webSockets;
  private final List<Integer> ports;
  private final AtomicInteger turn = new AtomicInteger();
  private final HttpServer server;

  RoundRobinProxy(Vertx vertx, List<Integer> ports) {
    this.ports = List.copyOf(ports);
    http = vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(2000));
    webSockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxConnections(2000)
                .setMaxFrameSize(MAX_MESSAGE)
                .setMaxMessageSize(MAX_MESSAGE));
    server =
        SocketClient.await(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setMaxWebSocketFrameSize(MAX_MESSAGE)
                        .setMaxWebSocketMessageSize(MAX_MESSAGE))
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1"));
  }

  int port() {
    return server.actualPort();
  }

  private int next() {
    return ports.get(Math.floorMod(turn.getAndIncrement(), ports.size()));
  }

  private void handle(HttpServerRequest request) {
    if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      webSocket(request);
    } else if (request.method().equals(HttpMethod.POST)) {
      request.body().onSuccess(body -> forward(request, body));
    } else {
      forward(request, Buffer.buffer());
    }
  }

  private void forward(HttpServerRequest request, Buffer body) {
    RequestOptions target =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(next())
            .setMethod(request.method())
            .setURI(request.uri());
    http.request(target)
        .compose(forwarded -> {
          request.response().closeHandler(_ -> reset(forwarded));
          request.headers().forEach((name, value) -> forwarded.headers().set(name, value));
          forwarded.headers().remove("Content-Length");
          return forwarded.send(body);
        })
        .compose(response -> response.body().map(answer -> answer(request, response, answer)))
        .onFailure(_ -> {
          if (!request.response().ended() && !request.response().closed()) {
            request.response().setStatusCode(502).end();
          }
        });
  }

  private static void reset(HttpClientRequest forwarded) {
    forwarded.reset();
  }

  private static boolean answer(
      HttpServerRequest request, HttpClientResponse response, Buffer body) {
    if (request.response().closed()) {
      return false;
    }
    request.response().setStatusCode(response.statusCode());
    response.headers().remove("Content-Length").remove("Transfer-Encoding");
    request.response().headers().setAll(response.headers());
    request.response().end(body);
    return true;
  }

  private void webSocket(HttpServerRequest request) {
    request.pause();
    ClientWebSocket far = webSockets.webSocket();
    Forward forward = new Forward(far);
    far.connect(
            new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(next())
                .setURI(request.uri()))
        .compose(_ -> request.toWebSocket())
        .onSuccess(forward::join)
        .onFailure(failure -> {
          int status =
              failure instanceof UpgradeRejectedException rejected ? rejected.getStatus() : 502;
          if (!request.response().ended()) {
            request.resume();
            request.response().setStatusCode(status).end();
          }
          far.close();
        });
  }

  /// Passes messages between two WebSockets, to the client as slowly as it takes them.
  private static final class Forward {
    private final ClientWebSocket far;
    private final List<Consumer<ServerWebSocket>> early = new ArrayList<>();
    private @Nullable ServerWebSocket near;

    /// The node may speak before the client's side is ready.
    Forward(ClientWebSocket far) {
      this.far = far;
      far.textMessageHandler(text -> toClient(client -> client.writeTextMessage(text)));
      far.binaryMessageHandler(bytes -> toClient(client -> client.writeBinaryMessage(bytes)));
      far.closeHandler(_ -> toClient(ServerWebSocket::close));
      far.exceptionHandler(_ -> {});
    }

    private synchronized void toClient(Consumer<ServerWebSocket> message) {
      ServerWebSocket client = near;
      if (client == null) {
        early.add(message);
      } else if (!client.isClosed()) {
        message.accept(client);
        if (!client.isClosed() && client.writeQueueFull()) {
          far.pause();
          client.drainHandler(_ -> far.resume());
        }
      }
    }

    synchronized void join(ServerWebSocket client) {
      client.textMessageHandler(far::writeTextMessage);
      client.binaryMessageHandler(far::writeBinaryMessage);
      client.closeHandler(_ -> far.close());
      client.exceptionHandler(_ -> {});
      near = client;
      early.forEach(this::toClient);
      early.clear();
    }
  }
}
