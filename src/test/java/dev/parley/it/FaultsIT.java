package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.dev.FaultyStores;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node whose stores go away and come back.
class FaultsIT {

  private static final String READY = "200 {\"redis\":true,\"postgres\":true}";

  @TempDir private static Path directory;

  private static FaultyStores stores;
  private static TestNode node;

  private final List<SocketClient> clients = new ArrayList<>();
  private SocketClient ann;
  private SocketClient bob;
  private SocketClient cora;
  private String room;

  @BeforeAll
  static void open() throws IOException {
    stores = FaultyStores.start(directory);
    node = TestNode.start(new Stores(stores.redisUrl(), stores.postgresUrl()), "{}");
  }

  @AfterAll
  static void end() {
    node.close();
    stores.close();
  }

  /// Ann and Bob are in a room; Cora is connected.
  @BeforeEach
  void enter() {
    ann = connect("Ann");
    bob = connect("Bob");
    cora = connect("Cora");
    room = ann.createRoom();
    ann.join(room);
    bob.join(room);
    ann.names();
  }

  @AfterEach
  void close() {
    clients.forEach(SocketClient::close);
  }

  private SocketClient connect(String name) {
    SocketClient client = node.connect(name);
    clients.add(client);
    return client;
  }

  private static String ready() {
    TestNode.Answer answer = node.get("/health/ready");
    return answer.status() + " " + answer.json().path("services");
  }

  private Set<String> inRoom() {
    Set<String> users = new TreeSet<>();
    var stored = node.probe().redis(Command.HKEYS, "room:{" + room + "}:participants");
    if (stored != null) {
      stored.forEach(user -> users.add(user.toString()));
    }
    return users;
  }

  @Test
  void withoutRedisCallsGoOnAndWhatNeedsItIsRefusedUntilItReturns() throws Exception {
    stores.stopRedis();

    assertEquals("UNAVAILABLE: Redis does not answer", cora.refusal("room:join", "roomId", room));
    assertEquals("503 {\"redis\":false,\"postgres\":true}", ready());
    assertEquals("not-ready", node.get("/health/ready").json().path("status").asText());
    assertEquals(200, node.get("/health/live").status());
    assertEquals("down", node.get("/health").json().path("redis").asText());
    assertTrue(ann.ask("room:reaction", "roomId", room, "reaction", "!").has("success"));
    assertEquals("!", bob.next("room:reactionReceived").path("reaction").asText());
    bob.close();

    stores.startRedis();

    Eventually.equal(READY, FaultsIT::ready);
    assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    assertEquals(Set.of(ann.userId()), inRoom());
    Eventually.equal(2, () -> cora.ask("room:join", "roomId", room).path("participants").size());
    assertTrue(ann.ask("room:handRaise", "roomId", room).path("handRaised").asBoolean());
    cora.next("room:handRaised");
  }

  @Test
  void scriptsThatRedisHasForgottenAreSentAgain() {
    node.probe().redis(Command.SCRIPT, "FLUSH");

    assertEquals(3, cora.join(room).path("participants").size());
    assertTrue(cora.ask("room:leave", "roomId", room).path("success").asBoolean());
    assertEquals(cora.userId(), ann.next("room:userLeft").path("userId").asText());
  }

  @Test
  void withoutPostgresRoomsGoOnAndTheirHistoryIsWrittenLater() throws Exception {
    TestNode.User dan = node.register("Dan");
    stores.stopPostgres();

    TestNode.Answer refused =
        node.post(
            "/auth/register",
            Map.of("email", TestNode.email(), "password", "12345678", "displayName", "Eve"));
    assertEquals(503, refused.status());
    assertEquals("UNAVAILABLE", refused.json().path("code").asText());
    assertEquals("2", refused.header("retry-after"));
    assertEquals("503 {\"redis\":true,\"postgres\":false}", ready());
    assertEquals(200, node.get("/health/live").status());
    assertEquals(3, cora.join(room).path("participants").size());
    assertEquals(cora.userId(), ann.next("room:userJoined").path("userId").asText());
    assertTrue(cora.ask("room:leave", "roomId", room).path("success").asBoolean());
    assertEquals(
        "UNAVAILABLE: PostgreSQL does not answer", ann.refusal("room:create", "title", "Later"));
    assertMayComeBack(dan);

    stores.startPostgres();

    Eventually.equal(READY, FaultsIT::ready);
    Eventually.equal(
        List.of("room_created", "user_joined", "user_joined", "user_joined", "user_left"),
        FaultsIT.this::history);
    clients.add(node.connect(dan));
  }

  /// Refused for now, by a connection that breaks, so that the client tries again by itself.
  private void assertMayComeBack(TestNode.User user) {
    SocketClient early = SocketClient.open(node.clients(), node.port(), Map.of());
    clients.add(early);
    early.connect(Map.of("token", user.token()));
    JsonNode error = early.next("error");

    assertEquals(
        SocketClient.object("message", "Service unavailable", "code", "UNAVAILABLE"), error);
    early.next(SocketClient.CLOSE);
    assertEquals(List.of(), early.leftOver());
  }

  private List<String> history() {
    return node.probe()
        .column(
            "SELECT action::text FROM audit_logs WHERE \"roomId\" = $1 ORDER BY \"createdAt\"",
            UUID.fromString(room));
  }
}
