package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.Principal;
import dev.parley.account.Tokens;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How a connection proves who it is, how failures are told, how often one may ask, and what a
/// second connection of a user does to the first.
@ExtendWith({StoresExtension.class, NodeExtension.class})
class ConnectionsIT {

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

  private SocketClient opened(Map<String, String> headers) {
    SocketClient client = SocketClient.open(node.clients(), node.port(), headers);
    clients.add(client);
    return client;
  }

  private SocketClient connect(TestNode.User user) {
    SocketClient client = node.connect(user);
    clients.add(client);
    return client;
  }

  private SocketClient connect(String name) {
    return connect(node.register(name));
  }

  private static Tokens tokens(String secret, Duration lifetime) {
    return new Tokens(node.clients(), secret, lifetime);
  }

  private static String sub(TestNode.User user) {
    return node.probe().column("SELECT id FROM users WHERE email = $1", user.email()).getFirst();
  }

  private void assertRefused(SocketClient client) {
    assertEquals(
        SocketClient.object("message", "Authentication failed", "code", "UNAUTHENTICATED"),
        client.next("error"));
    client.next(SocketClient.DISCONNECT);
    client.next(SocketClient.CLOSE);
  }

  @Test
  void theConnectedIsToldWhoHeIs() {
    TestNode.User user = node.register("Ann");

    SocketClient ann = opened(Map.of()).connect(Map.of("token", user.token()));
    JsonNode told = ann.next("authenticated");

    assertEquals(SocketClient.object("userId", sub(user)), told);
    assertFalse(ann.id().isEmpty());
  }

  @Test
  void theTokenMayComeWithItsSchemeOrInTheHeader() {
    TestNode.User user = node.register("Ann");
    String bearer = "Bearer " + user.token();

    SocketClient prefixed = opened(Map.of()).connect(Map.of("token", bearer)).authenticated();
    SocketClient header = opened(Map.of("authorization", bearer)).connect(Map.of()).authenticated();

    assertEquals(prefixed.userId(), header.userId());
    assertNotEquals(prefixed.id(), header.id());
  }

  @Test
  void whoeverProvesNothingIsToldAndDisconnected() {
    TestNode.User user = node.register("Ann");
    Principal.User claimed = new Principal.User(sub(user), user.email(), "Ann");
    Principal.User unknown = new Principal.User(UUID.randomUUID().toString(), user.email(), "Ann");
    Duration hour = Duration.ofHours(1);

    assertRefused(opened(Map.of()).connect(Map.of()));
    assertRefused(opened(Map.of()).connect(Map.of("token", "")));
    assertRefused(opened(Map.of()).connect(Map.of("token", "not.a.token")));
    assertRefused(opened(Map.of()).connect(Map.of("token", "x".repeat(20_000))));
    assertRefused(opened(Map.of("authorization", "Basic YTpi")).connect(Map.of()));
    String foreign = tokens("another-secret-altogether", hour).issue(claimed);
    assertRefused(opened(Map.of()).connect(Map.of("token", foreign)));
    String expired = tokens(TestNode.JWT_SECRET, Duration.ofSeconds(-5)).issue(claimed);
    assertRefused(opened(Map.of()).connect(Map.of("token", expired)));
    String gone = tokens(TestNode.JWT_SECRET, hour).issue(unknown);
    assertRefused(opened(Map.of()).connect(Map.of("token", gone)));
  }

  @Test
  void aTokenWithoutSignatureOrOfAnotherKindIsRefused() {
    TestNode.User user = node.register("Ann");
    String[] parts = user.token().split("\\.", -1);
    String none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    JWTAuth ours =
        JWTAuth.create(
            node.clients(),
            new JWTAuthOptions()
                .addPubSecKey(
                    new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(TestNode.JWT_SECRET)));
    String device =
        ours.generateToken(
            new io.vertx.core.json.JsonObject()
                .put("sub", sub(user))
                .put("deviceId", sub(user))
                .put("exp", System.currentTimeMillis() / 1000 + 60));

    assertRefused(opened(Map.of()).connect(Map.of("token", none + "." + parts[1] + ".")));
    assertRefused(
        opened(Map.of()).connect(Map.of("token", none + "." + parts[1] + "." + parts[2])));
    assertRefused(opened(Map.of()).connect(Map.of("token", device)));
  }

  @Test
  void aForeignPageMayNotOpenASocket() {
    assertThrows(Exception.class, () -> opened(Map.of("origin", "https://evil.example.com")));

    opened(Map.of("origin", TestNode.ORIGIN));
  }

  @Test
  void whatIsSaidBeforeTheProofIsDoneWaitsForIt() {
    TestNode.User user = node.register("Ann");
    SocketClient ann = opened(Map.of());
    ann.send("40{\"token\":\"" + user.token() + "\"}");

    CompletableFuture<JsonNode> early = ann.begin("room:create", "title", "Early");

    assertTrue(SocketClient.answer(early).has("roomId"));
    ann.authenticated();
    assertEquals(List.of(SocketClient.CONNECT), ann.names());
  }

  @Test
  void eventsRunInTheOrderTheyWereSent() {
    SocketClient ann = connect("Ann");
    String room = ann.createRoom();

    CompletableFuture<JsonNode> join = ann.begin("room:join", "roomId", room);
    CompletableFuture<JsonNode> raise = ann.begin("room:handRaise", "roomId", room);
    CompletableFuture<JsonNode> leave = ann.begin("room:leave", "roomId", room);
    CompletableFuture<JsonNode> after = ann.begin("room:handRaise", "roomId", room);

    assertEquals("host", SocketClient.answer(join).path("role").asText());
    assertTrue(SocketClient.answer(raise).path("handRaised").asBoolean());
    assertTrue(SocketClient.answer(leave).path("success").asBoolean());
    assertEquals("FORBIDDEN", SocketClient.answer(after).path("code").asText());
  }

  @Test
  void aFailureWithoutAckIsToldByTheEventAlone() {
    SocketClient ann = connect("Ann");

    ann.emit("room:join", "roomId", "nowhere");

    assertEquals(
        SocketClient.object("status", "error", "message", "Room not found", "code", "NOT_FOUND"),
        ann.next("error"));
    assertEquals(List.of(), ann.names());
  }

  @Test
  void whatSucceedsWithoutAckIsNotAcked() {
    SocketClient ann = connect("Ann");
    String room = ann.createRoom();

    ann.emit("room:join", "roomId", room);
    ann.emit("room:handRaise", "roomId", room);

    ann.next("room:handRaised");
    assertEquals(List.of(), ann.names());
  }

  @Test
  void anUnknownEventIsNoFailureUnlessAnAnswerIsAwaited() {
    SocketClient ann = connect("Ann");

    ann.emit("no:such", "a", 1);
    JsonNode ack = ann.ask("no:such");

    assertEquals("INVALID", ack.path("code").asText());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void theSixtyFirstChangeWithinAMinuteIsRefused() {
    SocketClient ann = connect("Ann");
    String room = ann.createRoom();
    ann.join(room);
    for (int i = 0; i < 58; i++) {
      ann.ask("room:reaction", "roomId", room, "reaction", "x");
    }
    for (int i = 0; i < 70; i++) {
      ann.ask("media:resumeConsumer", "consumerId", "none");
      ann.ask("media:consume", "roomId", room);
      ann.ask("media:getRouterCapabilities", "roomId", room);
    }
    ann.names();

    assertEquals("RATE_LIMITED: Rate limit exceeded", ann.refusal("room:create", "title", "A"));
    assertTrue(ann.ask("room:leave", "roomId", room).path("success").asBoolean());
    assertTrue(connect("Bob").ask("room:create", "title", "B").has("roomId"));
  }

  @Test
  void theNewestSocketOfAUserWins() {
    TestNode.User anns = node.register("Ann");
    SocketClient old = connect(anns);
    SocketClient bob = connect("Bob");
    String room = old.createRoom();
    old.join(room);
    bob.join(room);
    old.names();

    SocketClient current = connect(anns);
    JsonNode ack = current.join(room);

    assertEquals("host", ack.path("role").asText());
    assertEquals(
        List.of(current.userId(), bob.userId()), RoomsIT.userIds(ack.path("participants")));
    assertEquals(current.id(), ack.path("participants").path(0).path("socketId").asText());
    assertEquals(SocketClient.object("roomId", room), old.next("room:replaced"));
    assertEquals(List.of(), old.names());
    assertEquals(List.of(), current.names());
    assertEquals(current.userId(), bob.next("room:userJoined").path("userId").asText());
  }

  @Test
  void theOldSocketsEndRemovesNothing() {
    TestNode.User anns = node.register("Ann");
    SocketClient old = connect(anns);
    SocketClient bob = connect("Bob");
    String room = old.createRoom();
    old.join(room);
    bob.join(room);
    SocketClient current = connect(anns);
    current.join(room);
    bob.names();

    assertEquals(
        "FORBIDDEN: Not a participant in this room", old.refusal("room:close", "roomId", room));
    assertTrue(old.ask("room:leave", "roomId", room).path("success").asBoolean());
    old.close();

    Eventually.equal(
        "null",
        () -> node.probe().text(io.vertx.redis.client.Command.GET, "socket:user:" + old.id()));
    assertEquals(
        current.id(),
        node.probe().text(io.vertx.redis.client.Command.GET, "user:socket:" + current.userId()));
    assertEquals(List.of(), bob.names());
    assertTrue(current.ask("room:handRaise", "roomId", room).path("handRaised").asBoolean());
  }
}
