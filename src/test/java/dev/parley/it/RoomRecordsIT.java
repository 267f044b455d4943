package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What rooms leave behind in Redis while they live and in PostgreSQL for good.
@ExtendWith({StoresExtension.class, NodeExtension.class})
class RoomRecordsIT {

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

  private SocketClient connect(String name) {
    SocketClient client = node.connect(name);
    clients.add(client);
    return client;
  }

  private static Row meeting(String room) {
    return node.probe()
        .rows("SELECT *, status::text AS word FROM meetings WHERE id = $1", UUID.fromString(room))
        .getFirst();
  }

  private static List<String> actions(String room) {
    return node.probe()
        .column(
            "SELECT action::text FROM audit_logs WHERE \"roomId\" = $1 ORDER BY \"createdAt\"",
            UUID.fromString(room));
  }

  private static String field(String room, String field) {
    return node.probe().text(Command.HGET, "room:{" + room + "}", field);
  }

  @Test
  void aRoomIsKeptUnderTheKeysThatItsOperatorsKnow() {
    SocketClient ann = connect("Ann");
    JsonNode created = ann.ask("room:create", "title", "Keys", "maxParticipants", 7);
    String room = created.path("roomId").asText();
    String code = created.path("roomCode").asText();
    String key = "room:{" + room + "}";
    assertEquals("waiting", field(room, "status"));

    ann.join(room);

    assertEquals("active", field(room, "status"));
    assertEquals(ann.userId(), field(room, "hostUserId"));
    assertEquals("7", field(room, "maxParticipants"));
    assertEquals(code, field(room, "roomCode"));
    assertEquals(room, field(room, "routerId"));
    assertEquals(List.of(key, key + ":nodes", key + ":participants"), node.probe().keys(key + "*"));
    JsonNode stored =
        SocketClient.tree(node.probe().text(Command.HGET, key + ":participants", ann.userId()));
    assertEquals(ann.id(), stored.path("socketId").asText());
    assertEquals("host", stored.path("role").asText());
    assertEquals("1", node.probe().text(Command.SISMEMBER, "active_rooms", room));
    assertEquals(room, node.probe().text(Command.GET, "room_code:{" + code + "}"));
    for (String mortal : node.probe().keys(key + "*")) {
      assertBetween(86_000, 86_400, node.probe().ttl(mortal));
    }
    assertBetween(86_000, 86_400, node.probe().ttl("room_code:{" + code + "}"));
  }

  private static void assertBetween(long least, long most, long value) {
    assertTrue(value >= least && value <= most, () -> "is " + value);
  }

  @Test
  void aSocketAndItsUserNameEachOtherForTwoHours() {
    SocketClient ann = connect("Ann");
    String bySocket = "socket:user:" + ann.id();
    String byUser = "user:socket:" + ann.userId();

    Eventually.equal(ann.userId(), () -> node.probe().text(Command.GET, bySocket));
    Eventually.equal(ann.id(), () -> node.probe().text(Command.GET, byUser));
    assertBetween(7_100, 7_200, node.probe().ttl(bySocket));
    assertBetween(7_100, 7_200, node.probe().ttl(byUser));
    ann.close();

    Eventually.equal("null", () -> node.probe().text(Command.GET, bySocket));
    Eventually.equal("null", () -> node.probe().text(Command.GET, byUser));
  }

  @Test
  void nothingIsLeftInRedisWhenTheLastHasGone() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    JsonNode created = ann.ask("room:create", "title", "Gone");
    String room = created.path("roomId").asText();
    ann.join(room);
    bob.join(room);

    bob.close();
    ann.next("room:userLeft");
    ann.close();

    Eventually.equal(List.of(), () -> node.probe().keys("*" + room + "*"));
    Eventually.equal(
        List.of(), () -> node.probe().keys("*" + created.path("roomCode").asText() + "*"));
    Eventually.equal("0", () -> node.probe().text(Command.SISMEMBER, "active_rooms", room));
    Eventually.equal(List.of(), () -> node.probe().keys("*" + ann.userId() + "*"));
    Eventually.equal(List.of(), () -> node.probe().keys("*" + bob.id() + "*"));
  }

  @Test
  void nothingIsLeftInRedisWhenTheHostHasClosed() {
    SocketClient ann = connect("Ann");
    JsonNode created = ann.ask("room:create", "title", "Closed");
    String room = created.path("roomId").asText();
    ann.join(room);

    ann.ask("room:close", "roomId", room);

    assertEquals(List.of(), node.probe().keys("*" + room + "*"));
    assertEquals(List.of(), node.probe().keys("*" + created.path("roomCode").asText() + "*"));
    assertEquals("0", node.probe().text(Command.SISMEMBER, "active_rooms", room));
  }

  @Test
  void aMeetingIsRecordedFromItsCreationToItsEnd() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    JsonNode created = ann.ask("room:create", "title", "Recorded", "maxParticipants", 9);
    String room = created.path("roomId").asText();
    Row waiting = meeting(room);
    assertEquals("Recorded", waiting.getString("title"));
    assertEquals(created.path("roomCode").asText(), waiting.getString("roomCode"));
    assertEquals(ann.userId(), waiting.getUUID("hostId").toString());
    assertEquals("waiting", waiting.getString("word"));
    assertEquals(9, waiting.getInteger("maxParticipants"));
    assertEquals(null, waiting.getValue("startedAt"));

    ann.join(room);
    bob.join(room);
    Eventually.equal(2, () -> meeting(room).getInteger("peakParticipants"));
    assertEquals("active", meeting(room).getString("word"));
    assertTrue(meeting(room).getValue("startedAt") != null);
    bob.ask("room:leave", "roomId", room);
    ann.ask("room:leave", "roomId", room);

    Eventually.equal("closed", () -> meeting(room).getString("word"));
    assertEquals(2, meeting(room).getInteger("peakParticipants"));
    assertTrue(meeting(room).getValue("endedAt") != null);
  }

  @Test
  void whatIsDoneInARoomIsAudited() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String room = ann.createRoom();
    ann.join(room);
    bob.join(room);
    ann.ask("room:changeRole", "roomId", room, "targetUserId", bob.userId(), "newRole", "co_host");
    ann.ask("room:muteAll", "roomId", room);
    ann.ask("room:muteUser", "roomId", room, "targetUserId", bob.userId());
    ann.ask("room:handRaise", "roomId", room);
    ann.ask(
        "room:updateSettings",
        "roomId",
        room,
        "settings",
        SocketClient.object("allowWhiteboard", false));
    ann.ask("room:kick", "roomId", room, "targetUserId", bob.userId());
    ann.ask("room:leave", "roomId", room);

    Eventually.equal(
        List.of(
            "room_created",
            "user_joined",
            "user_joined",
            "role_changed",
            "all_muted",
            "user_muted",
            "hand_raise_toggled",
            "settings_updated",
            "user_kicked",
            "user_left",
            "room_closed"),
        () -> actions(room));
    Row kicked =
        node.probe()
            .rows(
                "SELECT \"userId\", metadata::text, host(\"ipAddress\") FROM audit_logs"
                    + " WHERE \"roomId\" = $1 AND action = 'user_kicked'",
                UUID.fromString(room))
            .getFirst();
    assertEquals(ann.userId(), kicked.getUUID(0).toString());
    assertEquals(
        SocketClient.object("targetUserId", bob.userId()), SocketClient.tree(kicked.getString(1)));
    assertEquals("127.0.0.1", kicked.getString(2));
  }
}
