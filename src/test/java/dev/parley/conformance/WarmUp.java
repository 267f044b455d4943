package dev.parley.conformance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClient;
import java.util.concurrent.TimeUnit;

/// Some sessions of each kind against a server that has just started, so that the pauses of a Java
/// virtual machine that loads its classes are not taken for those of the server: suites expect
/// answers within 200 ms.
final class WarmUp {

  private static final int ROUNDS = 100;
  private static final String POLLING = "/socket.io/?EIO=4&transport=polling";

  private WarmUp() {}

  static void run(Vertx vertx, int port) throws Exception {
    HttpClient http = vertx.createHttpClient();
    WebSocketClient webSockets = vertx.createWebSocketClient();
    for (int i = 0; i < ROUNDS; i++) {
      poll(http, port);
      webSocket(webSockets, port);
    }
    http.close();
    webSockets.close();
  }

  private static void poll(HttpClient http, int port) throws Exception {
    String open = await(request(http, port, HttpMethod.GET, POLLING, ""));
    String uri = POLLING + "&sid=" + open.replaceFirst(".*\"sid\":\"([^\"]+)\".*", "$1");
    await(request(http, port, HttpMethod.POST, uri, "40"));
    await(request(http, port, HttpMethod.GET, uri, ""));
    await(request(http, port, HttpMethod.POST, uri, "42[\"message\",1,{\"a\":[true,null]}]"));
    await(request(http, port, HttpMethod.GET, uri, ""));
    await(request(http, port, HttpMethod.POST, uri, "41\u001e1"));
  }

  private static Future<String> request(
      HttpClient http, int port, HttpMethod method, String uri, String body) {
    return http.request(method, port, "localhost", uri)
        .compose(request -> {
          // Before it is sent: the body of an answer that nobody waits for yet is lost.
          Future<String> answer =
              request.response().compose(HttpClientResponse::body).map(Buffer::toString);
          var _ = body.isEmpty() ? request.send() : request.send(Buffer.buffer(body));
          return answer;
        });
  }

  private static void webSocket(WebSocketClient client, int port) throws Exception {
    var socket = client.webSocket();
    Future<Void> closed = Future.future(promise -> socket.closeHandler(promise::tryComplete));
    socket.textMessageHandler(text -> {
      if (text.startsWith("42[\"message-back\"")) {
        socket.close();
      }
    });
    await(socket.connect(port, "localhost", "/socket.io/?EIO=4&transport=websocket"));
    socket.writeTextMessage("40");
    socket.writeTextMessage("42[\"message\",1,{\"a\":[true,null]}]");
    await(closed);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
