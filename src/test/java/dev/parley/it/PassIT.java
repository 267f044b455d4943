package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Failure;
import dev.parley.room.PassRooms;
import dev.parley.room.Rooms;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// People without accounts whom passes let into rooms, on two nodes.
@ExtendWith(StoresExtension.class)
class PassIT {

  private static TestNode first;
  private static TestNode second;
  private static PassOffice office;

  private final List<SocketClient> clients = new ArrayList<>();
  private String name = "";
  private String room = "";

  @BeforeAll
  static void open(Stores stores) {
    String cluster = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(3);
    List<String> members =
        List.of("127.0.0.1:" + ports[0], "127.0.0.1:" + ports[1], "127.0.0.1:" + ports[2]);
    first = node(stores, ClusterNodes.config(cluster, ports[0], members, new String[] {"media"}));
    second = node(stores, ClusterNodes.config(cluster, ports[1], members, new String[0]));
    office = new PassOffice(stores, cluster, ports[2], ports);
  }

  private static TestNode node(Stores stores, String cluster) {
    ObjectNode config =
        object(
            "listeners",
            List.of(
                object(
                    "host",
                    "127.0.0.1",
                    "port",
                    0,
                    "dialects",
                    List.of("conference", "meeting", "room"))),
            "rooms",
            object("auth", "anonymous", "reassignHost", true));
    return TestNode.start(
        stores, config.<ObjectNode>setAll((ObjectNode) SocketClient.tree(cluster)).toString());
  }

  @AfterAll
  static void end() {
    office.close();
    second.close();
    first.close();
  }

  @BeforeEach
  void openRoom() {
    name = "Call-" + UUID.randomUUID();
    room = office.open(name);
  }

  /// Ends the room, and hears the last of it.
  @AfterEach
  void close() throws InterruptedException {
    clients.forEach(SocketClient::close);
    Eventually.equal(Set.of(), () -> office.waiting(() -> office.rooms().occupied(List.of(name))));
    office.waiting(() -> office.rooms().close(name));
    SocketClient marker = connect(first, office.pass("marker", office.open("marker"), true, true));
    marker.join(office.open("marker"));
    while (!office.next().equals("occupied marker")) {
      // of before
    }
    marker.close();
    assertEquals("vacated marker", office.next());
  }

  private SocketClient connect(TestNode node, String pass) {
    SocketClient client =
        SocketClient.open(node.clients(), node.port(), Map.of())
            .connect(Map.of("token", pass))
            .authenticated();
    clients.add(client);
    return client;
  }

  private SocketClient guest(TestNode node, String user) {
    return connect(node, office.pass(user, room, false, true));
  }

  private SocketClient owner(TestNode node, String user) {
    return connect(node, office.pass(user, room, true, true));
  }

  @Test
  void holdersMeetWhicheverNodeTheyCameTo() {
    SocketClient ann = owner(first, "Ann");
    SocketClient ben = guest(second, "Ben");
    SocketClient cho = owner(second, "Cho");

    assertEquals("host", ann.join(room).path("role").asText());
    assertEquals("participant", ben.join(room).path("role").asText());
    JsonNode joined = cho.join(room.toUpperCase(Locale.ROOT));

    assertEquals("co_host", joined.path("role").asText());
    assertEquals("A call", joined.path("title").asText());
    assertEquals("", joined.path("roomCode").asText());
    assertEquals(
        List.of("Ann", "Ben", "Cho"), joined.path("participants").findValuesAsText("displayName"));
    assertEquals("Ben", ann.next("room:userJoined").path("displayName").asText());
    ann.emit("room:message", "roomId", room, "data", "hello");
    assertEquals("hello", ben.next("room:message").path("data").asText());
  }

  @Test
  void theFirstOwnerWhoFindsNoHostIsOne() {
    SocketClient ben = guest(first, "Ben");
    assertEquals("participant", ben.join(room).path("role").asText());
    SocketClient ann = owner(first, "Ann");
    assertEquals("host", ann.join(room).path("role").asText());
    ann.ask("room:leave", "roomId", room);

    SocketClient cho = owner(second, "Cho");
    assertEquals("host", cho.join(room).path("role").asText());
    assertEquals("co_host", ann.join(room).path("role").asText());
    SocketClient lessThanBefore = connect(second, office.pass("Cho", room, false, true));
    assertEquals("participant", lessThanBefore.join(room).path("role").asText());
  }

  /// On these nodes a host who leaves is followed by another.
  @Test
  void aHostWhoLeavesIsFollowedByAnOwnerOnly() {
    SocketClient ann = owner(first, "Ann");
    SocketClient ben = guest(second, "Ben");
    SocketClient cho = owner(second, "Cho");
    for (SocketClient each : List.of(ann, ben, cho)) {
      each.join(room);
    }

    ann.ask("room:leave", "roomId", room);

    assertEquals(object("userId", cho.userId(), "newRole", "host"), ben.next("room:roleChanged"));
    cho.ask("room:leave", "roomId", room);
    ben.next("room:userLeft");
    ben.next("room:userLeft");
    assertEquals(
        "FORBIDDEN: Only hosts or co-hosts can perform this action",
        ben.refusal("room:muteAll", "roomId", room));
    assertEquals("host", ann.join(room).path("role").asText());
  }

  @Test
  void aNameThatIsNoneMakesNoRoom() {
    for (String bad : List.of("", "  ", "a\nb", "n".repeat(65))) {
      CompletionException thrown =
          assertThrows(CompletionException.class, () -> office.open(bad), bad);
      assertTrue(
          thrown.getCause() instanceof Failure failure && failure.code() == Failure.Code.INVALID);
    }
  }

  @Test
  void anOwnerModeratesAndAGuestDoesNot() {
    SocketClient ann = owner(first, "Ann");
    SocketClient cho = owner(second, "Cho");
    SocketClient ben = guest(second, "Ben");
    SocketClient dan = guest(first, "Dan");
    for (SocketClient each : List.of(ann, cho, ben, dan)) {
      each.join(room);
    }

    assertEquals(
        "FORBIDDEN: Only hosts or co-hosts can perform this action",
        ben.refusal("room:kick", "roomId", room, "targetUserId", dan.userId()));
    assertEquals(3, cho.ask("room:muteAll", "roomId", room).path("mutedCount").asInt());
    cho.ask("room:kick", "roomId", room, "targetUserId", ben.userId());
    ben.next("room:userKicked");
    assertEquals(
        "FORBIDDEN: Only the host can close the room", cho.refusal("room:close", "roomId", room));
    ann.ask("room:close", "roomId", room);
    dan.next("room:closed");
  }

  @Test
  void aPassIsGoodForItsRoomOnly() {
    String other = office.open(name + "2");
    SocketClient ben = guest(first, "Ben");
    SocketClient account = first.connect("Account");
    clients.add(account);
    String ordinary = account.createRoom();

    assertEquals(
        "FORBIDDEN: The pass is for another room", ben.refusal("room:join", "roomId", other));
    assertEquals(
        "FORBIDDEN: The pass is for another room", ben.refusal("room:join", "roomId", ordinary));
    assertEquals(
        "FORBIDDEN: The pass is for another room",
        ben.refusal("room:join", "roomId", "ABCD-EFGH-JKLM"));
    assertEquals(
        "FORBIDDEN: A pass is good for its room only", ben.refusal("room:create", "title", "Mine"));
    assertEquals(
        "FORBIDDEN: Room is for holders of a pass", account.refusal("room:join", "roomId", room));
    assertEquals(
        "FORBIDDEN: Not a participant in this room",
        ben.refusal("room:muteAll", "roomId", ordinary));
    ben.ask("join-meeting", "roomId", "ABCDEFGHIJ", "userId", "ben", "userName", "Ben");
    assertEquals("FORBIDDEN", ben.next("meeting-error").path("code").asText());
    ben.emit("join-room", "roomId", room, "username", "Ben");
    assertEquals("FORBIDDEN", ben.next("error").path("code").asText());
    office.waiting(() -> office.rooms().close(name + "2"));
  }

  @Test
  void aPassForAnOrdinaryRoomLeavesItToItsHost() {
    SocketClient account = first.connect("Account");
    clients.add(account);
    String ordinary = account.createRoom();
    SocketClient ann = connect(second, office.pass("Ann", ordinary, true, true));

    assertEquals("co_host", ann.join(ordinary).path("role").asText());
    assertEquals("host", account.join(ordinary).path("role").asText());
  }

  @Test
  void aPassOpensNothingOverHttpButTheWayToMedia() {
    Map<String, String> bearer =
        Map.of(
            "authorization",
            "Bearer " + office.pass("Ann", room, true, true),
            "content-type",
            "application/json");

    for (String[] request :
        new String[][] {
          {"GET", "/api/rooms", ""},
          {"POST", "/api/rooms", "{\"name\":\"Den\"}"},
          {"DELETE", "/api/rooms/" + room, ""},
          {"POST", "/api/meetings/create", "{\"title\":\"T\",\"hostId\":\"h\"}"},
          {"GET", "/api/meetings/user/me", ""},
          {"POST", "/api/meetings/ABCDEFGHIJ/end", "{}"},
        }) {
      TestNode.Answer answer = second.http(request[0], request[1], request[2], bearer);
      assertEquals(403, answer.status(), () -> request[1] + " " + answer.text());
      assertEquals("FORBIDDEN", answer.json().path("code").asText());
    }
    for (String path : List.of("/api/turn-credentials", "/api/meetings/config/ice-servers")) {
      TestNode.Answer answer = second.http("GET", path, "", bearer);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.json().path("iceServers").isArray());
    }
  }

  @Test
  void aPassThatDoesNotHoldIsRefusedAndOneThatEndsKeepsItsSocket() {
    String brief = office.pass("Ben", room, false, true, Duration.ofSeconds(1));
    Instant end = Instant.now().plusSeconds(2);
    SocketClient ben = connect(first, brief);
    ben.join(room);
    Eventually.equal(true, () -> Instant.now().isAfter(end));

    assertRefused(second, brief);
    assertRefused(first, office.pass("Ann", room, true, true) + "x");
    assertTrue(ben.ask("room:handRaise", "roomId", room).path("success").asBoolean());
  }

  private static void assertRefused(TestNode node, String token) {
    try (SocketClient client = SocketClient.open(node.clients(), node.port(), Map.of())) {
      client.connect(Map.of("token", token));
      assertEquals("Authentication failed", client.next("error").path("message").asText());
      client.next(SocketClient.DISCONNECT);
    }
  }

  @Test
  void oneWhoWatchesSendsNothingButMaySpeakUp() {
    SocketClient ann = owner(first, "Ann");
    SocketClient viewer = connect(second, office.pass("Vic", room, false, false));
    ann.join(room);
    JsonNode seen = viewer.join(room).path("participants").path(1);
    assertTrue(seen.path("isMuted").asBoolean());
    assertTrue(seen.path("isVideoOff").asBoolean());
    String sending = Tracks.transport(viewer, room, "send");
    for (String[] track :
        new String[][] {
          {"audio", "audio"}, {"video", "video"}, {"video", "screen"},
        }) {
      assertEquals(
          "FORBIDDEN: The pass is for watching only",
          viewer.refusal(
              "media:produce",
              "roomId",
              room,
              "transportId",
              sending,
              "kind",
              track[0],
              "rtpParameters",
              object("codecs", List.of(), "encodings", List.of(object("ssrc", 1))),
              "appData",
              object("label", track[1])));
    }
    // Nor does he become one who may by what others do for him.
    ann.ask(
        "room:changeRole", "roomId", room, "targetUserId", viewer.userId(), "newRole", "co_host");
    viewer.next("room:roleChanged");
    String producer =
        Tracks.produce(ann, room, Tracks.transport(ann, room, "send"), "chrome-opus", "audio");

    JsonNode consumed =
        viewer.ask(
            "media:consume",
            "roomId",
            room,
            "transportId",
            Tracks.transport(viewer, room, "recv"),
            "producerId",
            producer,
            "rtpCapabilities",
            Tracks.capabilities());

    assertEquals(producer, consumed.path("producerId").asText(), consumed::toString);
    viewer.emit("room:message", "roomId", room, "data", "hear me");
    assertEquals("hear me", ann.next("room:message").path("data").asText());
  }

  @Test
  void itIsToldOnceWhenARoomIsOccupiedAndWhenTheLastHasLeft() throws Exception {
    SocketClient ann = owner(first, "Ann");
    ann.join(room);
    assertEquals("occupied " + name, office.next());
    assertEquals(
        Set.of(name),
        office.waiting(() -> office.rooms().occupied(List.of(name, "nobody's", name))));
    guest(second, "Ben").join(room);
    ann.join(room);
    SocketClient annAgain = owner(second, "Ann");
    annAgain.join(room);
    ann.next("room:replaced");
    ann.close();
    annAgain.ask("room:leave", "roomId", room);
    assertEquals(List.of(), office.rest());

    clients.get(1).close();

    assertEquals("vacated " + name, office.next());
    assertEquals(Set.of(), office.waiting(() -> office.rooms().occupied(List.of(name))));
    annAgain.join(room);
    assertEquals("occupied " + name, office.next());
    annAgain.ask("room:close", "roomId", room);
    assertEquals("vacated " + name, office.next());
    assertEquals(List.of(), office.rest());
  }

  @Test
  void aNameHasOneRoomHoweverManyAskAtOnce() {
    String fresh = "Fresh-" + UUID.randomUUID();
    List<CompletableFuture<PassRooms.Opened>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      PassRooms rooms = office.rooms();
      asked.add(office.begin(() -> rooms.open(fresh, "T", 5, Duration.ofMinutes(1))));
    }

    List<PassRooms.Opened> opened = asked.stream().map(CompletableFuture::join).toList();

    assertEquals(1, opened.stream().map(PassRooms.Opened::roomId).distinct().count());
    assertEquals(1, opened.stream().filter(PassRooms.Opened::isNew).count());
    String roomId = opened.getFirst().roomId();
    assertNotEquals(roomId, office.open(fresh.toLowerCase(Locale.ROOT)));
    assertEquals(List.of("room:{" + roomId + "}"), first.probe().keys("room:{" + roomId + "}*"));
    assertTrue(office.waiting(() -> office.rooms().close(fresh)));
    assertFalse(office.waiting(() -> office.rooms().close(fresh)));
    office.waiting(() -> office.rooms().close(fresh.toLowerCase(Locale.ROOT)));
    assertEquals("null", first.probe().text(Command.GET, "room_name:{" + fresh + "}"));
  }

  @Test
  void closingPutsEveryoneOutAndItsPassesOpenNothingMore() throws Exception {
    SocketClient ann = owner(first, "Ann");
    SocketClient ben = guest(second, "Ben");
    ann.join(room);
    ben.join(room);
    assertEquals("occupied " + name, office.next());

    assertTrue(office.waiting(() -> office.rooms().close(name)));

    assertEquals(room, ann.next("room:closed").path("roomId").asText());
    assertEquals(room, ben.next("room:closed").path("roomId").asText());
    assertEquals("vacated " + name, office.next());
    assertNotEquals(room, office.open(name));
    assertEquals("NOT_FOUND: Room not found", ben.refusal("room:join", "roomId", room));
    assertEquals(List.of(), office.rest());
  }

  @Test
  void aRoomWhoseMediaNodeHasGoneMeanwhileIsOnAnother() {
    SocketClient ann = owner(second, "Ann");
    ann.join(room);
    ann.ask("room:leave", "roomId", room);
    first.probe().redis(Command.HSET, "room:{" + room + "}", "mediaNode", "gone");

    assertEquals("host", ann.join(room).path("role").asText());

    String node = first.probe().text(Command.HGET, "room:{" + room + "}", "mediaNode");
    assertEquals(first.node().id(), node);
    assertFalse(Tracks.transport(ann, room, "send").isEmpty());
  }

  @Test
  void anEmptyRoomStaysForItsLifetimeOnly() {
    String brief = "Brief-" + UUID.randomUUID();
    String id =
        office.waiting(() -> office.rooms().open(brief, "T", 5, Duration.ofSeconds(1))).roomId();

    Eventually.equal(List.of(), () -> first.probe().keys("*" + id + "*"));
    Eventually.equal("null", () -> first.probe().text(Command.GET, "room_name:{" + brief + "}"));
    Eventually.equal("null", () -> first.probe().text(Command.ZSCORE, "room_name:due", brief));
    assertEquals("0", first.probe().text(Command.SISMEMBER, "active_rooms", id));
  }

  @Test
  void whoHasNoAccountIsInTheHistoryAllTheSame() {
    SocketClient ann = owner(first, "Ann");
    ann.join(room);
    ann.ask("room:leave", "roomId", room);
    String sql =
        "SELECT \"userId\", metadata->>'visitorId' AS visitor FROM audit_logs"
            + " WHERE \"roomId\" = $1 AND action::text = $2";

    for (String action : List.of("user_joined", "user_left")) {
      Eventually.equal(1, () -> first.probe().rows(sql, UUID.fromString(room), action).size());
      Row row = first.probe().rows(sql, UUID.fromString(room), action).getFirst();
      assertNull(row.getValue("userId"));
      assertEquals(ann.userId(), row.getString("visitor"));
    }
    assertEquals(
        List.of(),
        first.probe().column("SELECT id FROM users WHERE id = $1", UUID.fromString(ann.userId())));
  }

  /// Where that is wanted.
  @Test
  void ofOtherRoomsItIsToldAsWell() throws Exception {
    Rooms rooms = office.watchedRooms();
    String userId = first.register("Watched").id();
    Rooms.Caller caller =
        new Rooms.Caller(RoomKind.CONFERENCE, userId, userId, "W", "socket", "nowhere", null);

    String id = office.waiting(() -> rooms.create(caller, "Watched", null).roomId());
    office.waiting(() -> rooms.join(caller, id, Rooms.Entrant.member(), "", ""));
    assertEquals("occupied " + id, office.next());
    office.waiting(() -> {
      rooms.leave(caller, id, LeaveReason.LEFT);
      return true;
    });

    assertEquals("vacated " + id, office.next());
    assertEquals(List.of(), office.rest());
  }
}
