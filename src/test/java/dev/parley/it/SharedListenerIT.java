package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients of conferences, meetings and light rooms on one port, all at once: each hears its own
/// words only.
@ExtendWith(StoresExtension.class)
class SharedListenerIT {

  private static final int PAIRS = 5;

  private static Mesh mesh;

  @BeforeAll
  static void open(Stores stores) {
    mesh = Mesh.start(stores);
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @AfterEach
  void calm() {
    mesh.calm();
  }

  @Test
  void manyOfAllKindsAtOnceHearTheirOwnWordsOnly() {
    List<SocketClient> hosts = new ArrayList<>();
    List<SocketClient> guests = new ArrayList<>();
    List<SocketClient> peers = new ArrayList<>();
    List<SocketClient> members = new ArrayList<>();
    String conference = "";
    for (int i = 0; i < PAIRS; i++) {
      String meeting = mesh.meeting();
      String room = mesh.room();
      hosts.add(mesh.in(meeting, "ann"));
      peers.add(mesh.inRoom(room, "Ann"));
      members.add(mesh.node().connect("Mia"));
      conference = i == 0 ? members.getFirst().createRoom() : conference;
      guests.add(mesh.in(meeting, "bob"));
      peers.add(mesh.inRoom(room, "Bob"));
      members.getLast().join(conference);
    }
    JsonNode said = object("type", "offer", "sdp", "x");

    for (int i = 0; i < PAIRS; i++) {
      guests.get(i).emit("webrtc-offer", "targetUserId", "ann", "offer", said);
      peers.get(2 * i + 1).emit("webrtc-offer", "to", peers.get(2 * i).id(), "offer", said);
      members.get(i).emit("room:reaction", "roomId", conference, "reaction", "!");
      hosts.get(i).emit("webrtc-answer", "targetSocketId", guests.get(i).id(), "answer", said);
      guests.get(i).emit("meeting-chat-message", "message", "hello");
    }

    for (int i = 0; i < PAIRS; i++) {
      JsonNode inMeeting = hosts.get(i).next("webrtc-offer");
      assertEquals("bob", inMeeting.path("from").asText());
      assertEquals(guests.get(i).id(), inMeeting.path("fromPeerId").asText());
      SocketClient sender = peers.get(2 * i + 1);
      assertEquals(sender.id(), peers.get(2 * i).next("webrtc-offer").path("from").asText());
      assertEquals("ann", guests.get(i).next("webrtc-answer").path("fromUserId").asText());
      hosts.get(i).next("meeting-chat-message");
      guests.get(i).next("meeting-chat-message");
    }
    assertHeardOnly(hosts, Set.of("participant-joined"));
    assertHeardOnly(guests, Set.of());
    assertHeardOnly(peers, Set.of("user-joined"));
    assertHeardOnly(
        members, Set.of("room:userJoined", "room:reactionReceived", "media:newProducer"));
    members.forEach(SocketClient::close);
  }

  private static void assertHeardOnly(List<SocketClient> clients, Set<String> expected) {
    for (SocketClient client : clients) {
      Set<String> heard = new HashSet<>(client.names());
      assertTrue(expected.containsAll(heard), heard::toString);
    }
  }

  @Test
  void aSocketKeepsToTheKindOfItsFirstRoom() {
    SocketClient bob = mesh.in(mesh.meeting(), "bob");

    bob.emit("join-room", "roomId", mesh.room());
    assertEquals("INVALID", bob.next("error").path("code").asText());
    JsonNode refused =
        mesh.inRoom(mesh.room(), "Eve").ask("join-meeting", "roomId", mesh.meeting());
    assertEquals("INVALID", refused.path("code").asText());
  }

  @Test
  void theWordsOfOneKindAreNotPassedOnInAnother() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    TestNode.User mia = mesh.node().register("Mia");
    SocketClient bob = mesh.node().connect(mia);
    bob.emit("join-room", "roomId", room);
    bob.next("joined-room");
    ann.next("user-joined");

    for (String name :
        List.of("meeting-chat-message", "meeting-reaction", "room:message", "room:reaction")) {
      JsonNode refused =
          bob.ask(name, "roomId", room, "message", "x", "reaction", "x", "data", "x");
      assertEquals("INVALID", refused.path("code").asText(), name);
    }
    assertEquals("INVALID", bob.ask("room:close", "roomId", room).path("code").asText());
    assertEquals(List.of(), ann.names());
    bob.close();
  }

  @Test
  void guestsAreNoMembersOfConferences() {
    SocketClient guest = mesh.guest();

    assertEquals(
        "UNAUTHENTICATED: Socket not authenticated", guest.refusal("room:create", "title", "x"));
    assertEquals(List.of(), guest.names());
  }

  @Test
  void aTokenThatDoesNotHoldIsNoGuest() {
    SocketClient client = mesh.socket(Map.of("token", "x.y.z"));

    assertEquals("Authentication failed", client.next("error").path("message").asText());
    client.next(SocketClient.DISCONNECT);
  }

  @Test
  void whereOnlyLightRoomsAreSpokenOneIsRefusedTheConnect(Stores stores) {
    String config =
        Mesh.config("room").replace("\"auth\": \"anonymous\"", "\"auth\": \"required\"");
    try (Mesh own = Mesh.of(TestNode.start(stores, config))) {
      assertEquals("Authentication token required", refused(own, ""));
      assertEquals("Authentication failed", refused(own, "{\"token\":\"x.y.z\"}"));
      TestNode.Answer missing = own.node().get("/api/rooms");
      assertEquals(401, missing.status());
      assertEquals("Missing authorization header", missing.json().path("error").asText());
      SocketClient mia = own.socket(Map.of("token", own.node().register("Mia").token()));
      mia.emit("room:create", "title", "x");
      assertEquals(List.of(), mia.names());
    }
  }

  private static String refused(Mesh mesh, String auth) {
    try (SocketClient client =
        SocketClient.open(mesh.node().clients(), mesh.node().port(), Map.of())) {
      client.send("40" + auth);
      return client.next(SocketClient.CONNECT_ERROR).path("message").asText();
    }
  }

  @Test
  void healthIsOfTheFirstDialect(Stores stores) {
    JsonNode conference = mesh.node().get("/health").json();
    assertEquals("ok", conference.path("status").asText());
    assertEquals("up", conference.path("redis").asText());
    try (Mesh meetings = Mesh.of(TestNode.start(stores, Mesh.config("meeting", "room")));
        Mesh rooms = Mesh.of(TestNode.start(stores, Mesh.config("room", "meeting")))) {
      JsonNode meeting = meetings.node().get("/health").json();
      assertEquals("healthy", meeting.path("status").asText());
      assertEquals("connected", meeting.path("redis").asText());
      assertEquals("meeting-service", meeting.path("service").asText());
      assertTrue(meeting.path("success").asBoolean());
      assertEquals(
          "{\"success\":false,\"error\":\"Route not found\",\"code\":\"NOT_FOUND\"}",
          meetings.node().get("/nope").text());
      assertEquals("Meeting Service", meetings.node().get("/").json().path("service").asText());
      JsonNode room = rooms.node().get("/health").json();
      assertEquals("healthy", room.path("status").asText());
      assertTrue(room.path("rooms").isInt() && room.path("users").isInt(), room::toString);
    }
  }
}
