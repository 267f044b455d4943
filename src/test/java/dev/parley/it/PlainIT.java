package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.conformance.PlainClient;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Plain clients of a running node: the commands and events of the conference in frames of their
/// own, beside clients of Socket.IO.
@ExtendWith({StoresExtension.class, NodeExtension.class})
class PlainIT {

  private static TestNode node;

  private final List<SocketClient> clients = new ArrayList<>();

  @BeforeAll
  static void open(TestNode shared) {
    node = shared;
  }

  @AfterEach
  void close() {
    clients.forEach(SocketClient::close);
  }

  private static PlainClient opened(TestNode of, Map<String, String> headers) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setPort(of.port()).setURI("/ws");
    headers.forEach(options::addHeader);
    // Those of the shared node outlive the others.
    return PlainClient.open(node.clients(), options);
  }

  private static void connect(PlainClient client, JsonObject data) {
    client.send(new JsonObject().put("event", "connect").put("data", data).encode());
    assertEquals("connect", client.next().getString("event"));
  }

  /// A connection of a new user, authenticated.
  private static PlainClient connected(TestNode of, String name) {
    PlainClient client = opened(of, Map.of());
    connect(client, new JsonObject().put("token", of.register(name).token()));
    client.next("authenticated");
    return client;
  }

  private static JsonObject object(String name, Object value) {
    return new JsonObject().put(name, value);
  }

  private static JsonObject failure(String code, String message) {
    return new JsonObject().put("code", code).put("message", message);
  }

  @Test
  void theTokenComesWithConnectOrInTheHeader() {
    String token = node.register("Ann").token();
    PlainClient first = opened(node, Map.of());
    connect(first, object("token", "Bearer " + token));
    PlainClient second = opened(node, Map.of("authorization", "Bearer " + token));
    second.send("{\"event\":\"connect\"}");

    String userId = first.next("authenticated").getJsonObject("data").getString("userId");

    assertEquals(userId, second.next("authenticated").getJsonObject("data").getString("userId"));
  }

  @Test
  void whoeverProvesNothingIsToldAndDisconnected() {
    for (JsonObject data : List.of(new JsonObject(), object("token", "not.a.token"))) {
      PlainClient client = opened(node, Map.of());
      connect(client, data);

      assertEquals(
          failure("UNAUTHENTICATED", "Authentication failed"),
          client.next("error").getJsonObject("data"));
      assertEquals("{\"event\":\"disconnect\"}", client.text());
      assertEquals("1000 forced close", client.closed());
    }
  }

  @Test
  void aFloodOfEventsIsRefusedThenEnded() {
    PlainClient ann = connected(node, "Ann");
    for (int i = 0; i < 20_000; i++) {
      ann.send("{\"event\":\"no:such\",\"id\":" + i + "}");
    }

    JsonObject frame = ann.next();
    while (!frame.containsKey("error")
        || !"Too many events".equals(frame.getJsonObject("error").getString("message"))) {
      frame = ann.next();
    }
    assertEquals("RATE_LIMITED", frame.getJsonObject("error").getString("code"));
    ann.next("disconnect");
    assertEquals("1008 flood", ann.closed());
  }

  @Test
  void aForeignPageMayNotOpenASocket() {
    assertThrows(
        AssertionError.class, () -> opened(node, Map.of("origin", "https://evil.example.com")));

    opened(node, Map.of("origin", TestNode.ORIGIN)).close();
  }

  @Test
  void clientsOfBothKindsMeetInOneRoom() {
    PlainClient ann = connected(node, "Ann");
    SocketClient bob = node.connect("Bob");
    clients.add(bob);
    JsonObject created = ann.ask(1, "room:create", object("title", "Mixed")).getJsonObject("data");
    String room = created.getString("roomId");

    JsonObject joined = ann.ask(2, "room:join", object("roomId", room)).getJsonObject("data");
    bob.join(created.getString("roomCode"));
    JsonObject userJoined = ann.next("room:userJoined").getJsonObject("data");
    bob.ask("room:handRaise", "roomId", room);
    JsonObject raised = ann.next("room:handRaised").getJsonObject("data");
    ann.send(
        new JsonObject()
            .put("event", "room:reaction")
            .put("data", object("roomId", room).put("reaction", "!"))
            .encode());

    assertEquals("host", joined.getString("role"));
    assertTrue(joined.containsKey("rtpCapabilities"));
    assertEquals(bob.userId(), userJoined.getString("userId"));
    assertEquals(2, userJoined.getJsonArray("participants").size());
    assertEquals(object("userId", bob.userId()).put("handRaised", true), raised);
    assertEquals("!", bob.next("room:reactionReceived").path("reaction").asText());
    assertEquals(
        object("success", true),
        ann.ask(3, "room:close", object("roomId", room)).getJsonObject("data"));
    assertEquals(room, bob.next("room:closed").path("roomId").asText());
  }

  @Test
  void aFailureIsAnsweredAndToldAsTheDialectHasIt() {
    PlainClient ann = connected(node, "Ann");
    ann.send(
        "{\"event\":\"room:join\",\"data\":{\"roomId\":\"nowhere\"},\"id\":7}",
        "{\"event\":\"room:join\",\"data\":[],\"id\":8}",
        "{\"event\":\"no:such\",\"id\":9}",
        "{\"event\":\"no:such\"}",
        "{\"event\":\"ping\",\"id\":10}");

    List<JsonObject> answers = new ArrayList<>();
    List<JsonObject> events = new ArrayList<>();
    while (answers.size() < 4 || events.size() < 2) {
      JsonObject frame = ann.next();
      (frame.containsKey("id") ? answers : events).add(frame);
    }

    // The answer to a ping waits for nobody.
    assertEquals(object("id", 10), answers.getFirst());
    JsonObject notFound = failure("NOT_FOUND", "Room not found");
    assertEquals(object("id", 7).put("error", notFound), answers.get(1));
    assertEquals("INVALID", answers.get(2).getJsonObject("error").getString("code"));
    assertEquals(9, answers.get(3).getInteger("id"));
    assertEquals("INVALID", answers.get(3).getJsonObject("error").getString("code"));
    assertEquals("error", events.getFirst().getString("event"));
    assertEquals(notFound.copy().put("status", "error"), events.getFirst().getJsonObject("data"));
  }

  @Test
  void theSixtyFirstChangeWithinAMinuteIsRefused() {
    PlainClient ann = connected(node, "Ann");
    String room =
        ann.ask(0, "room:create", object("title", "A")).getJsonObject("data").getString("roomId");
    for (int i = 1; i < 60; i++) {
      ann.ask(i, "room:join", object("roomId", room));
    }

    JsonObject refused = ann.ask(60, "room:join", object("roomId", room)).getJsonObject("error");
    long retryAfterMs = refused.getLong("retryAfterMs");

    assertEquals("RATE_LIMITED", refused.getString("code"));
    assertEquals("Rate limit exceeded", refused.getString("message"));
    assertTrue(retryAfterMs > 0 && retryAfterMs <= 60_000, refused::encode);
    assertTrue(ann.ask(61, "room:leave", object("roomId", room)).containsKey("data"));
  }

  @Test
  void aPlainClientLeavesItsRoomsAsAnyOther() {
    PlainClient ann = connected(node, "Ann");
    SocketClient bob = node.connect("Bob");
    clients.add(bob);
    String room = bob.createRoom();
    bob.join(room);
    ann.ask(1, "room:join", object("roomId", room));

    ann.send("{\"event\":\"disconnect\"}");

    assertEquals("1000 client namespace disconnect", ann.closed());
    assertEquals(1, bob.next("room:userLeft").path("participants").size());
  }

  /// A plain client in a room, cut off, while someone raises a hand a few times.
  private record Lost(JsonObject had, String offset, String room, SocketClient other) {

    static Lost at(TestNode node, SocketClient other) {
      PlainClient ann = opened(node, Map.of());
      JsonObject token = object("token", node.register("Ann").token());
      ann.send(object("event", "connect").put("data", token).encode());
      JsonObject had = ann.next("connect").getJsonObject("data");
      String room = other.createRoom();
      other.join(room);
      ann.ask(1, "room:join", object("roomId", room));
      other.ask("room:handRaise", "roomId", room);
      String offset = ann.next("room:handRaised").getString("offset");
      ann.cut();
      for (int i = 0; i < 3; i++) {
        other.ask("room:handRaise", "roomId", room);
      }
      return new Lost(had, offset, room, other);
    }

    /// Comes back to a node and goes on where it was.
    void comeBack(TestNode node) {
      PlainClient again = opened(node, Map.of());
      JsonObject data = object("pid", had.getString("pid")).put("offset", offset);
      again.send(object("event", "connect").put("data", data).encode());
      List<Boolean> raised = new ArrayList<>();
      JsonObject frame = again.next();
      while (!frame.getString("event").equals("connect")) {
        assertEquals("room:handRaised", frame.getString("event"));
        raised.add(frame.getJsonObject("data").getBoolean("handRaised"));
        frame = again.next();
      }

      assertEquals(List.of(false, true, false), raised);
      assertEquals(had.copy().put("recovered", true), frame.getJsonObject("data"));
      JsonObject hand = again.ask(2, "room:handRaise", object("roomId", room));
      assertEquals(true, hand.getJsonObject("data").getBoolean("handRaised"));
      assertEquals(had.getString("sid"), roomMate());
      assertEquals(
          failure("FORBIDDEN", "Only the host can close the room"),
          again.ask(3, "room:close", object("roomId", room)).getJsonObject("error"));
      again.close();
    }

    private String roomMate() {
      return other.join(room).path("participants").path(1).path("socketId").asText();
    }
  }

  @Test
  void aPlainClientThatIsCutComesBackToItsRoomAndMissesNothing() {
    SocketClient bob = node.connect("Bob");
    clients.add(bob);

    Lost.at(node, bob).comeBack(node);
  }

  @Test
  void itMayComeBackToAnotherNode(Stores stores) {
    try (ClusterNodes nodes = ClusterNodes.start(stores)) {
      SocketClient bob = nodes.second().connect("Bob");
      clients.add(bob);

      Lost.at(nodes.first(), bob).comeBack(nodes.second());
    }
  }

  @Test
  void itsPathIsUnderTheListenersOwn(Stores stores) throws IOException {
    int port = ClusterNodes.freePorts(1)[0];
    JsonObject listener =
        object("host", "127.0.0.1")
            .put("port", port)
            .put("basePath", "/app")
            .put("roles", new JsonArray().add("api").add("signaling"));
    String json =
        object("listeners", new JsonArray().add(listener))
            .put("limits", object("connectionsPerAddress", 2))
            .put("media", object("minPort", 45000).put("maxPort", 45499))
            .encode();
    try (TestNode based = TestNode.start(stores, json)) {
      String url = based.node().urls().getLast();
      assertTrue(url.endsWith("/app"), url);
      assertEquals(426, status(url + "/ws"));
      assertEquals(404, status(url + "/wss"));
      assertEquals(404, status(url + "/a/ws"));
      assertEquals(404, status(url.replace("/app", "/ws")));

      WebSocketConnectOptions options =
          new WebSocketConnectOptions().setPort(port).setURI("/app/ws?sid=known");
      PlainClient first = PlainClient.open(node.clients(), options);
      PlainClient second = PlainClient.open(node.clients(), options);
      // One address has two places, and no query makes it a third.
      assertThrows(AssertionError.class, () -> PlainClient.open(node.clients(), options));
      first.close();
      second.close();
    }
  }

  private static int status(String url) throws IOException {
    return ((HttpURLConnection) URI.create(url).toURL().openConnection()).getResponseCode();
  }

  @Test
  void whoDoesNotReadIsClosedAndANodeThatGoesDownSaysSo(Stores stores) {
    String json =
        "{\"signaling\":{\"maxPayload\":100000,\"maxQueueBytes\":100000,"
            + "\"eventLimit\":{\"rate\":100000,\"burst\":100000}},"
            + "\"media\":{\"minPort\":45000,\"maxPort\":45499}}";
    PlainClient ann;
    try (TestNode own = TestNode.start(stores, json)) {
      ann = connected(own, "Ann");
      String room =
          ann.ask(0, "room:create", object("title", "A")).getJsonObject("data").getString("roomId");
      ann.ask(1, "room:join", object("roomId", room));
      PlainClient slow = connected(own, "Bob");
      slow.pause();

      int id = 2;
      while (slowReaders(own) == 0) {
        for (int i = 0; i < 50; i++) {
          slow.send(
              object("event", "media:getRouterCapabilities")
                  .put("id", id++)
                  .put("data", object("roomId", room))
                  .encode());
        }
      }
      slow.resume();
      assertTrue(slow.closed().endsWith("slow reader"), slow.closed());
      assertFalse(ann.ask(1, "room:leave", object("roomId", room)).containsKey("error"));
    }

    assertEquals("1001 server shutting down", ann.closed());
  }

  private static int slowReaders(TestNode of) {
    Matcher line =
        Pattern.compile("connections_closed_total\\{.*slow reader.*} (\\d+)")
            .matcher(of.get("/metrics").text());
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }

  @Test
  void aClientNeedsNoLibrary() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "node",
                "--experimental-websocket",
                "plain-websocket.mjs",
                "http://127.0.0.1:" + node.port())
            .directory(Path.of("src/test/clients").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, process.waitFor(), output);
  }
}
