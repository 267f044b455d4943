package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Making, entering and leaving rooms, and what is said in them.
@ExtendWith({StoresExtension.class, NodeExtension.class})
class RoomsIT {

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
    return connect(node.register(name));
  }

  private SocketClient connect(TestNode.User user) {
    SocketClient client = node.connect(user);
    clients.add(client);
    return client;
  }

  static Set<String> fields(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  static List<String> userIds(JsonNode participants) {
    return participants.findValuesAsText("userId");
  }

  @Test
  void aRoomHasAnIdAndACodeThatIsNotMisread() {
    JsonNode ack = connect("Ann").ask("room:create", "title", "A room", "maxParticipants", 10);

    assertEquals(Set.of("roomId", "roomCode"), fields(ack));
    UUID.fromString(ack.path("roomId").asText());
    assertTrue(
        ack.path("roomCode").asText().matches("[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}"),
        ack::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{} | title must be a string",
        "{'title': 5} | title must be a string",
        "{'title': '  '} | title should not be empty",
        "{'title': 'a\\u0000b'} | title must not contain control characters",
        "{'title': 'A', 'maxParticipants': 1} | maxParticipants must not be less than 2",
        "{'title': 'A', 'maxParticipants': 501} | maxParticipants must not be greater than 500",
        "{'title': 'A', 'maxParticipants': '9'} | maxParticipants must be an integer number",
        "{'title': 'A', 'maxParticipants': 2.5} | maxParticipants must be an integer number",
        "[] | payload must be an object",
        "null | payload must be an object"
      })
  void whatMakesNoRoomIsNamed(String row) {
    SocketClient ann = connect("Ann");
    String[] parts = row.split(" \\| ", -1);

    JsonNode ack =
        SocketClient.answer(
            ann.begin("room:create", SocketClient.tree(parts[0].replace('\'', '"'))));

    assertEquals(
        SocketClient.object("status", "error", "message", parts[1], "code", "INVALID"), ack);
    assertEquals(ack, ann.next("error"));
  }

  @Test
  void aTitleHasUpTo255Characters() {
    SocketClient ann = connect("Ann");

    assertFalse(ann.createRoom("title", "x".repeat(255)).isEmpty());
    assertEquals(
        "INVALID: title must be shorter than or equal to 255 characters",
        ann.refusal("room:create", "title", "x".repeat(256)));
  }

  @Test
  void joiningAnswersTheWholeRoomAndTellsTheOthers() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String room = ann.createRoom("title", "Standup");
    ann.join(room);

    JsonNode ack = bob.join(room);

    assertEquals(
        Set.of(
            "role",
            "participants",
            "rtpCapabilities",
            "existingProducers",
            "roomId",
            "roomCode",
            "title",
            "allowScreenShare",
            "allowWhiteboard"),
        fields(ack));
    assertEquals("participant", ack.path("role").asText());
    assertEquals(room, ack.path("roomId").asText());
    assertEquals("Standup", ack.path("title").asText());
    assertEquals("[]", ack.path("existingProducers").toString());
    assertEquals(List.of(ann.userId(), bob.userId()), userIds(ack.path("participants")));
    assertTrue(ack.path("rtpCapabilities").path("codecs").size() > 1);
    JsonNode told = ann.next("room:userJoined");
    assertEquals(Set.of("userId", "role", "participants", "displayName"), fields(told));
    assertEquals(bob.userId(), told.path("userId").asText());
    assertEquals("participant", told.path("role").asText());
    assertEquals("Bob", told.path("displayName").asText());
    assertEquals(ack.path("participants"), told.path("participants"));
    assertEquals(List.of(), bob.names());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void aParticipantIsShownAsTheOriginalShowsHim() {
    SocketClient ann = connect("Ann");
    long before = System.currentTimeMillis();

    JsonNode self = ann.join(ann.createRoom()).path("participants").path(0);

    assertEquals(
        Set.of(
            "userId",
            "socketId",
            "role",
            "joinedAt",
            "producerIds",
            "isMuted",
            "isVideoOff",
            "displayName",
            "handRaised"),
        fields(self));
    assertEquals(ann.id(), self.path("socketId").asText());
    assertEquals("host", self.path("role").asText());
    assertEquals("[]", self.path("producerIds").toString());
    assertTrue(self.path("joinedAt").asLong() >= before);
    assertFalse(self.path("isMuted").asBoolean(true));
    assertFalse(self.path("isVideoOff").asBoolean(true));
  }

  @Test
  void aRoomIsJoinedByItsCodeInAnyCase() {
    SocketClient ann = connect("Ann");
    JsonNode created = ann.ask("room:create", "title", "A room");
    String code = created.path("roomCode").asText();

    JsonNode ack = connect("Bob").join(" " + code.toLowerCase(Locale.ROOT) + " ");

    assertEquals(created.path("roomId"), ack.path("roomId"));
    assertEquals(code, ack.path("roomCode").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ABCD-EFGH-JKLM",
        "00000000-0000-4000-8000-000000000000",
        "a room",
        "../../{x}:participants",
        "------------------------------------"
      })
  void aRoomThatIsNotThereIsNotFound(String room) {
    assertEquals("NOT_FOUND: Room not found", connect("Ann").refusal("room:join", "roomId", room));
  }

  @Test
  void participantsAreListedInTheOrderTheyJoined() {
    SocketClient ann = connect("Ann");
    String room = ann.createRoom();
    List<String> expected = new ArrayList<>();
    JsonNode last = ann.join(room);
    expected.add(ann.userId());
    for (int i = 0; i < 6; i++) {
      SocketClient next = connect("P" + i);
      last = next.join(room);
      expected.add(next.userId());
    }

    assertEquals(expected, userIds(last.path("participants")));
  }

  @Test
  void leavingIsToldToTheOthersAndEndsTheMembership() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String room = ann.createRoom();
    ann.join(room);
    bob.join(room);

    assertEquals("{\"success\":true}", bob.ask("room:leave", "roomId", room).toString());

    JsonNode told = ann.next("room:userLeft");
    assertEquals(Set.of("userId", "participants"), fields(told));
    assertEquals(bob.userId(), told.path("userId").asText());
    assertEquals(List.of(ann.userId()), userIds(told.path("participants")));
    assertEquals(List.of(), bob.names());
    assertEquals(
        "FORBIDDEN: Not a participant in this room", bob.refusal("room:handRaise", "roomId", room));
  }

  @Test
  void leavingARoomOneIsNotInSucceedsAndTellsNobody() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String room = ann.createRoom();
    ann.join(room);

    assertTrue(bob.ask("room:leave", "roomId", room).path("success").asBoolean());
    assertTrue(bob.ask("room:leave", "roomId", "nowhere").path("success").asBoolean());

    assertEquals(List.of(), ann.names());
  }

  @Test
  void theRoomEndsWithItsLastParticipant() {
    SocketClient ann = connect("Ann");
    String room = ann.createRoom();
    ann.join(room);
    ann.ask("room:leave", "roomId", room);

    assertEquals("NOT_FOUND: Room not found", ann.refusal("room:join", "roomId", room));
  }

  @Test
  void aWaitingRoomIsOpenToAllAndTheHostIsHostWheneverHeComes() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String room = ann.createRoom();

    assertEquals("participant", bob.join(room).path("role").asText());
    assertEquals("host", ann.join(room).path("role").asText());
    ann.ask("room:leave", "roomId", room);
    assertEquals("host", ann.join(room).path("role").asText());
  }

  @Test
  void aFullRoomRefusesButNeverItsHostNorOneWhoIsInIt() {
    SocketClient ann = connect("Ann");
    TestNode.User bobs = node.register("Bob");
    SocketClient bob = connect(bobs);
    SocketClient cora = connect("Cora");
    String room = ann.createRoom("maxParticipants", 2);
    bob.join(room);
    cora.join(room);

    assertEquals("ROOM_FULL: Room is full", connect("Dan").refusal("room:join", "roomId", room));
    assertEquals(2, bob.join(room).path("participants").size());
    assertEquals(2, connect(bobs).join(room).path("participants").size());
    assertEquals(3, ann.join(room).path("participants").size());
  }

  @Test
  void theHostClosesTheRoomForAll() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    SocketClient cora = connect("Cora");
    String room = ann.createRoom();
    ann.join(room);
    bob.join(room);
    cora.join(room);
    ann.ask("room:changeRole", "roomId", room, "targetUserId", bob.userId(), "newRole", "co_host");

    String onlyHost = "FORBIDDEN: Only the host can close the room";
    assertEquals(onlyHost, bob.refusal("room:close", "roomId", room));
    assertEquals(onlyHost, cora.refusal("room:close", "roomId", room));
    assertEquals("{\"success\":true}", ann.ask("room:close", "roomId", room).toString());

    for (SocketClient one : List.of(ann, bob, cora)) {
      assertEquals(SocketClient.object("roomId", room), one.next("room:closed"));
      assertEquals("NOT_FOUND: Room not found", one.refusal("room:join", "roomId", room));
    }
    assertEquals("NOT_FOUND: Room not found", ann.refusal("room:close", "roomId", room));
  }

  @Test
  void aLostConnectionLeavesItsRooms() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String one = ann.createRoom();
    String two = ann.createRoom();
    for (String room : List.of(one, two)) {
      ann.join(room);
      bob.join(room);
    }
    ann.names();

    bob.close();

    for (int i = 0; i < 2; i++) {
      assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    }
  }

  @Test
  void handsReactionsAndMarksReachThoseTheyAreFor() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    SocketClient out = connect("Outsider");
    String room = ann.createRoom();
    ann.join(room);
    bob.join(room);
    ann.names();
    bob.names();

    assertEquals(
        "{\"success\":true,\"handRaised\":true}",
        bob.ask("room:handRaise", "roomId", room).toString());
    assertEquals(
        "{\"success\":true}",
        bob.ask("room:reaction", "roomId", room, "reaction", "👍").toString());
    assertEquals(
        "{\"success\":true}",
        bob.ask("media:stateChange", "roomId", room, "audioEnabled", false, "videoEnabled", true)
            .toString());
    assertFalse(bob.ask("room:handRaise", "roomId", room).path("handRaised").asBoolean(true));

    String id = bob.userId();
    List<SocketClient.Heard> heard = ann.all();
    List<SocketClient.Heard> hands =
        List.of(
            new SocketClient.Heard(
                "room:handRaised", SocketClient.object("userId", id, "handRaised", true)),
            new SocketClient.Heard(
                "room:handRaised", SocketClient.object("userId", id, "handRaised", false)));
    assertEquals(
        hands, heard.stream().filter(each -> each.name().equals("room:handRaised")).toList());
    // Reactions and marks go another way than what changes the room, and may be there before it.
    assertEquals(4, heard.size());
    assertTrue(
        heard.contains(
            new SocketClient.Heard(
                "room:reactionReceived", SocketClient.object("userId", id, "reaction", "👍"))));
    assertTrue(
        heard.contains(
            new SocketClient.Heard(
                "media:peerUpdate",
                SocketClient.object("userId", id, "audioEnabled", false, "videoEnabled", true))));
    assertEquals(List.of("room:handRaised", "room:handRaised"), bob.names());
    assertEquals(List.of(), out.names());
    String stranger = "FORBIDDEN: Not a participant in this room";
    assertEquals(stranger, out.refusal("room:handRaise", "roomId", room));
    assertEquals(stranger, out.refusal("room:reaction", "roomId", room, "reaction", "x"));
    assertEquals(
        stranger,
        out.refusal(
            "media:stateChange", "roomId", room, "audioEnabled", true, "videoEnabled", true));
  }

  @Test
  void theHostAloneChangesTheSettings() {
    SocketClient ann = connect("Ann");
    SocketClient bob = connect("Bob");
    String room = ann.createRoom();
    ann.join(room);
    bob.join(room);
    ann.ask("room:changeRole", "roomId", room, "targetUserId", bob.userId(), "newRole", "co_host");
    JsonNode noScreen = SocketClient.object("allowScreenShare", false);

    assertEquals(
        "FORBIDDEN: Only the host can modify room settings",
        bob.refusal("room:updateSettings", "roomId", room, "settings", noScreen));
    assertEquals(
        "{\"success\":true}",
        ann.ask("room:updateSettings", "roomId", room, "settings", noScreen).toString());

    JsonNode all = SocketClient.object("allowScreenShare", false, "allowWhiteboard", true);
    JsonNode told = SocketClient.object("roomId", room, "settings", all);
    assertEquals(told, bob.next("room:settingsUpdated"));
    assertEquals(told, ann.next("room:settingsUpdated"));
    JsonNode ack = connect("Cora").join(room);
    assertFalse(ack.path("allowScreenShare").asBoolean(true));
    assertTrue(ack.path("allowWhiteboard").asBoolean());
  }
}
