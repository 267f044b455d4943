package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What tests of meetings and light rooms do again and again, on a node that serves both beside
/// conferences.
final class Mesh implements AutoCloseable {

  private final TestNode node;
  private final List<SocketClient> clients = new ArrayList<>();

  private Mesh(TestNode node) {
    this.node = node;
  }

  static String config(String... dialects) {
    return """
    {
      "listeners": [{
        "host": "127.0.0.1", "port": 0, "corsOrigins": ["https://app.example.com"],
        "dialects": %s
      }],
      "rooms": { "auth": "anonymous" },
      "meetings": { "rateLimit": { "events": 1000000, "window": "1m" }, "emptyGrace": "1s" },
      "turn": {
        "stunServers": ["stun.example.com:3478"],
        "host": "turn.example.com",
        "sharedSecret": "a-turn-secret"
      }
    }
    """
        .formatted(Json.write(dialects));
  }

  static Mesh start(Stores stores) {
    return start(stores, "{}");
  }

  /// @param json what is different
  static Mesh start(Stores stores, String json) {
    ObjectNode config =
        (ObjectNode) SocketClient.tree(config("conference", "match", "meeting", "room"));
    JsonNode changes = SocketClient.tree(json);
    changes
        .properties()
        .forEach(change -> {
          if (config.path(change.getKey()).isObject()) {
            ((ObjectNode) config.path(change.getKey())).setAll((ObjectNode) change.getValue());
          } else {
            config.set(change.getKey(), change.getValue());
          }
        });
    return of(TestNode.start(stores, config.toString()));
  }

  static Mesh of(TestNode node) {
    return new Mesh(node);
  }

  TestNode node() {
    return node;
  }

  /// A meeting of host `ann`; returns its id.
  ///
  /// @param settings of it, names and values in turn
  String meeting(Object... settings) {
    TestNode.Answer answer =
        node.post(
            "/api/meetings/create",
            SocketClient.object(
                "title", "Talk", "hostId", "ann", "settings", SocketClient.object(settings)));
    assertEquals(201, answer.status(), answer::text);
    return answer.json().path("meeting").path("roomId").asText();
  }

  /// A light room; returns its id.
  String room() {
    TestNode.Answer answer = node.post("/api/rooms", SocketClient.object("name", "Den"));
    assertEquals(201, answer.status(), answer::text);
    return answer.json().path("id").asText();
  }

  /// A socket of a guest.
  SocketClient guest() {
    return socket(Map.of());
  }

  SocketClient socket(Map<String, String> auth) {
    SocketClient client = SocketClient.open(node.clients(), node.port(), Map.of()).connect(auth);
    clients.add(client);
    return client;
  }

  /// A socket that has joined a meeting, and has heard all of it.
  SocketClient in(String meeting, String userId) {
    SocketClient client = guest();
    JsonNode ack = join(client, meeting, userId);
    assertEquals(true, ack.path("success").asBoolean(), ack::toString);
    client.all();
    return client;
  }

  static JsonNode join(SocketClient client, String meeting, String userId) {
    return client.ask(
        "join-meeting", "roomId", meeting, "userId", userId, "userName", "Name of " + userId);
  }

  /// A socket that has joined a light room.
  SocketClient inRoom(String room, String name) {
    SocketClient client = guest();
    client.emit("join-room", "roomId", room, "username", name);
    client.next("joined-room");
    return client;
  }

  /// Ends the clients, so that the next test finds none.
  void calm() {
    clients.forEach(SocketClient::close);
    clients.clear();
  }

  @Override
  public void close() {
    calm();
    node.close();
  }
}
