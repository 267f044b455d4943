package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A client whose connection is to a node that lives, and whose session is on one that is killed:
/// two nodes, each a process.
@ExtendWith(StoresExtension.class)
class TunnelDeathIT {

  /// Less than the 45 s after which a client notices by itself.
  private static final int LIMIT_S = 20;

  private final Vertx vertx = Vertx.vertx();
  private final WebClient http = WebClient.create(vertx);
  private List<ProcessNode> nodes = List.of();

  @BeforeEach
  void open(Stores stores) throws Exception {
    nodes = ProcessNode.cluster(stores, List.of(List.of(), List.of()));
  }

  @AfterEach
  void close() {
    nodes.forEach(ProcessNode::close);
    SocketClient.await(vertx.close());
  }

  @Test
  void pollsAndWebSocketsOfAKilledOwnerEnd() throws Exception {
    int owner = nodes.get(0).port();
    int edge = nodes.get(1).port();
    String polling = session(owner);
    Eventually.equal("200 ok", () -> SocketClient.await(request(HttpMethod.POST, edge, polling)));
    Future<String> held = request(HttpMethod.GET, edge, polling);
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    ClientWebSocket socket = vertx.createWebSocketClient().webSocket();
    socket.textMessageHandler(received::add);
    socket.closeHandler(_ -> received.add("closed"));
    String upgrading = session(owner);
    SocketClient.await(
        socket.connect(edge, "127.0.0.1", upgrading.replace("=polling", "=websocket")));
    socket.writeTextMessage("2probe");
    assertEquals("3probe", received.poll(LIMIT_S, TimeUnit.SECONDS));
    socket.writeTextMessage("5");

    nodes.get(0).kill();

    assertEquals("closed", received.poll(LIMIT_S, TimeUnit.SECONDS));
    assertEquals(
        "400 {\"code\":1,\"message\":\"Session ID unknown\"}",
        held.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS));
  }

  private String session(int port) {
    String path = "/socket.io/?EIO=4&transport=polling";
    String open = SocketClient.await(request(HttpMethod.GET, port, path));
    return path + "&sid=" + SocketClient.tree(open.substring(5)).path("sid").asText();
  }

  /// A post says what changes nothing.
  private Future<String> request(HttpMethod method, int port, String uri) {
    Buffer body = Buffer.buffer(method.equals(HttpMethod.POST) ? "6" : "");
    return http.request(method, port, "127.0.0.1", uri)
        .sendBuffer(body)
        .map(response -> response.statusCode() + " " + response.bodyAsString());
  }
}
