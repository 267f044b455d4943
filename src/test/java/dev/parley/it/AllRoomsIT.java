package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.bridge.hook.WebhookReceiver;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A webhook that is told of all rooms, without any chat app.
@ExtendWith(StoresExtension.class)
class AllRoomsIT {

  private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private static Vertx vertx;
  private static WebhookReceiver receiver;
  private static TestNode node;

  @BeforeAll
  static void open(Stores stores) throws TimeoutException {
    vertx = Vertx.vertx();
    receiver = new WebhookReceiver(vertx, SECRET, System::currentTimeMillis);
    node =
        TestNode.start(
            stores,
            """
            {
              "bridge": {
                "pollInterval": "200ms",
                "webhook": { "url": "%s", "secret": "%s", "allRooms": true }
              }
            }
            """
                .formatted(receiver.url(), SECRET));
  }

  @AfterAll
  static void close() throws TimeoutException {
    node.close();
    receiver.close();
    vertx.close().await();
  }

  private static List<JsonNode> told(String room) {
    return receiver.taken().stream()
        .map(WebhookReceiver.Taken::json)
        .filter(json -> json.path("data").path("roomName").asText().equals(room))
        .toList();
  }

  private static List<String> types(String room) {
    return told(room).stream().map(json -> json.path("type").asText()).toList();
  }

  @Test
  void aRoomsCallBeginsWithTheFirstAndEndsWithTheLast() {
    SocketClient ann = node.connect(node.register("Ann"));
    SocketClient bob = node.connect(node.register("Bob"));
    String room = ann.createRoom("title", "A");
    ann.join(room);
    bob.join(room);
    Eventually.equal(List.of("call.started"), () -> types(room));

    ann.close();
    bob.close();
    Eventually.equal(List.of("call.started", "call.ended"), () -> types(room));

    JsonNode ended = told(room).getLast().path("data");
    assertEquals(told(room).getFirst().path("data").path("callId"), ended.path("callId"));
    assertEquals("left", ended.path("reason").asText());
    assertEquals("parley", ended.path("provider").asText());
    assertEquals(0, receiver.forged());
  }

  @Test
  void whoComesBackSoonHasNotEndedIt() {
    TestNode.User user = node.register("Ann");
    SocketClient ann = node.connect(user);
    String room = ann.createRoom("title", "A");
    ann.join(room);
    Eventually.equal(List.of("call.started"), () -> types(room));

    SocketClient newer = node.connect(user);
    newer.join(room);
    ann.close();
    SocketClient other = node.connect(node.register("Bob"));
    other.join(room);
    newer.close();
    other.close();
    Eventually.equal(List.of("call.started", "call.ended"), () -> types(room));
  }
}
