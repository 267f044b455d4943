package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Light rooms: their routes and events, to the field.
@ExtendWith(StoresExtension.class)
class PeerRoomIT {

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
  void whoJoinsHearsWhoIsThereAndTheyOfHim() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    SocketClient bob = mesh.guest();

    bob.emit("join-room", "roomId", room, "username", "Bob");

    assertEquals(
        object(
            "userId",
            "guest:" + bob.id(),
            "roomId",
            room,
            "participants",
            List.of(object("id", "guest:" + ann.id(), "username", "Ann", "socketId", ann.id()))),
        bob.next("joined-room"));
    assertEquals(
        object("userId", "guest:" + bob.id(), "username", "Bob", "socketId", bob.id()),
        ann.next("user-joined"));
    assertEquals(List.of(), ann.names());
    assertEquals(List.of(), bob.names());
  }

  @Test
  void offersAnswersAndCandidatesCarryWhereToAnswer() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    SocketClient bob = mesh.inRoom(room, "Bob");
    ann.next("user-joined");
    JsonNode said = object("type", "offer", "sdp", "v=0\r\n");

    bob.emit("webrtc-offer", "to", ann.id(), "offer", said);
    bob.emit("webrtc-answer", "to", ann.id(), "answer", said);
    bob.emit("ice-candidate", "to", ann.id(), "candidate", said);
    bob.emit("webrtc-offer", "targetSocketId", ann.id(), "offer", said);
    bob.emit("webrtc-offer", "targetUserId", "guest:" + ann.id(), "offer", said);

    assertEquals(relayed(bob, "offer", said), ann.next("webrtc-offer"));
    assertEquals(relayed(bob, "answer", said), ann.next("webrtc-answer"));
    assertEquals(relayed(bob, "candidate", said), ann.next("ice-candidate"));
    assertEquals(relayed(bob, "offer", said), ann.next("webrtc-offer"));
    assertEquals(relayed(bob, "offer", said), ann.next("webrtc-offer"));
    assertEquals(List.of(), bob.names());
  }

  private static JsonNode relayed(SocketClient sender, String what, JsonNode said) {
    return object(
        "fromUserId",
        "guest:" + sender.id(),
        "fromPeerId",
        sender.id(),
        "socketId",
        sender.id(),
        "from",
        sender.id(),
        what,
        said);
  }

  @Test
  void whatCannotBePassedOnIsDroppedWithoutAWord() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    SocketClient bob = mesh.inRoom(room, "Bob");
    ann.next("user-joined");
    String elsewhere = mesh.inRoom(mesh.room(), "Dan").id();
    SocketClient outside = mesh.guest();

    for (String to : List.of(room, elsewhere, "nobody")) {
      bob.emit("webrtc-offer", "to", to, "offer", 1);
    }
    bob.emit("webrtc-offer", "to", 7, "offer", 1);
    bob.emit("webrtc-offer", "to", ann.id());
    outside.emit("webrtc-offer", "to", ann.id(), "offer", 1);

    assertEquals(List.of(), bob.names());
    assertEquals(List.of(), outside.names());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void leavingIsToldAndAnsweredWithoutAPayload() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    SocketClient bob = mesh.inRoom(room, "Bob");
    SocketClient cora = mesh.inRoom(room, "Cora");
    ann.next("user-joined");
    ann.next("user-joined");
    bob.next("user-joined");

    bob.send("42[\"leave-room\"]");
    assertTrue(bob.next("left-room").isMissingNode());
    JsonNode first = ann.next("user-left");
    cora.leave();
    JsonNode second = ann.next("user-left");

    for (var each : Map.of(bob, first, cora, second).entrySet()) {
      JsonNode left = each.getValue();
      assertEquals(3, left.size());
      assertEquals(each.getKey().id(), left.path("socketId").asText());
      assertEquals("guest:" + each.getKey().id(), left.path("userId").asText());
      assertFalse(left.path("username").asText().isEmpty());
    }
    // Where there is nothing to leave, nothing is said.
    bob.send("42[\"leave-room\"]");
    assertEquals(List.of(), bob.names());
  }

  @Test
  void oneUserMayBeInARoomTwice() {
    TestNode.User mia = mesh.node().register("Mia");
    String room = mesh.room();
    SocketClient first = mesh.node().connect(mia);
    SocketClient second = mesh.node().connect(mia);
    first.emit("join-room", "roomId", room, "username", "not this");
    first.next("joined-room");

    second.emit("join-room", "roomId", room);

    JsonNode there = second.next("joined-room").path("participants");
    assertEquals(
        List.of(object("id", mia.id(), "username", "Mia", "socketId", first.id())),
        List.of(there.path(0)));
    assertEquals(second.id(), first.next("user-joined").path("socketId").asText());
    second.leave();
    assertEquals(second.id(), first.next("user-left").path("socketId").asText());
    first.close();
  }

  @Test
  void joiningASecondRoomLeavesTheFirst() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    SocketClient bob = mesh.inRoom(room, "Bob");
    ann.next("user-joined");

    bob.emit("join-room", "roomId", mesh.room(), "username", "Bob");

    assertEquals(bob.id(), ann.next("user-left").path("socketId").asText());
  }

  @Test
  void aJoinThatFailsLeavesOneWhereOneIs() {
    String room = mesh.room();
    SocketClient ann = mesh.inRoom(room, "Ann");
    SocketClient bob = mesh.inRoom(room, "Bob");
    ann.next("user-joined");

    bob.emit("join-room", "roomId", "00000000-0000-0000-0000-000000000000");

    assertEquals("Room not found", bob.next("error").path("message").asText());
    bob.emit("webrtc-offer", "to", ann.id(), "offer", 1);
    assertEquals(bob.id(), ann.next("webrtc-offer").path("from").asText());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void whatIsNotThereCannotBeJoined() {
    SocketClient bob = mesh.guest();
    String meeting = mesh.meeting();

    for (String sent :
        List.of(
            "[\"join-room\",{\"roomId\":\"1a2b\"}]",
            "[\"join-room\",{\"roomId\":\"00000000-0000-0000-0000-000000000000\"}]",
            "[\"join-room\",{\"roomId\":\"" + meeting + "\"}]")) {
      bob.send("42" + sent);
      assertEquals(
          object("status", "error", "message", "Room not found", "code", "NOT_FOUND"),
          bob.next("error"),
          sent);
    }
    for (String sent : List.of("[\"join-room\"]", "[\"join-room\",{}]", "[\"join-room\",[1]]")) {
      bob.send("42" + sent);
      assertEquals("INVALID", bob.next("error").path("code").asText(), sent);
    }
  }

  @Test
  void roomsAreMadeListedShownAndDeleted() {
    TestNode.User mia = mesh.node().register("Mia");
    Map<String, String> token = Map.of("authorization", "Bearer " + mia.token());
    JsonNode made = mesh.node().http("POST", "/api/rooms", "{\"name\":\" Den \"}", token).json();
    String room = made.path("id").asText();
    assertEquals("Den", made.path("name").asText());
    assertEquals(0, made.path("participants").asInt(-1));
    assertTrue(made.path("isOwner").asBoolean());
    assertEquals(mia.id(), made.path("createdBy").asText());
    SocketClient ann = mesh.inRoom(room, "Ann");

    JsonNode mine = listed(room, token);
    assertEquals(
        object(
            "id",
            room,
            "name",
            "Den",
            "participants",
            1,
            "createdAt",
            mine.path("createdAt").asText(),
            "createdBy",
            mia.id(),
            "isOwner",
            true),
        mine);
    assertFalse(listed(room, Map.of()).path("isOwner").asBoolean(true));
    JsonNode shown = mesh.node().get("/api/rooms/" + room).json();
    assertEquals(
        object(
            "id",
            room,
            "name",
            "Den",
            "participants",
            List.of(object("id", "guest:" + ann.id(), "username", "Ann", "socketId", ann.id())),
            "createdAt",
            mine.path("createdAt").asText(),
            "createdBy",
            mia.id(),
            "isOwner",
            false),
        shown);
    assertEquals(
        object("error", "Only the room creator can delete this room", "code", "FORBIDDEN"),
        mesh.node().http("DELETE", "/api/rooms/" + room, "", Map.of()).json());
    assertEquals(
        object("message", "Room deleted successfully"),
        mesh.node().http("DELETE", "/api/rooms/" + room, "", token).json());
    assertEquals(
        object("roomId", room, "message", "This room has been deleted by the owner"),
        ann.next("room-deleted"));
    assertEquals(
        object("error", "Room not found", "code", "NOT_FOUND"),
        mesh.node().get("/api/rooms/" + room).json());
    // Its sockets have left it.
    ann.send("42[\"leave-room\"]");
    assertEquals(List.of(), ann.names());
  }

  private static JsonNode listed(String room, Map<String, String> headers) {
    JsonNode rooms = mesh.node().http("GET", "/api/rooms", "", headers).json().path("rooms");
    for (JsonNode each : rooms) {
      if (each.path("id").asText().equals(room)) {
        return each;
      }
    }
    throw new AssertionError(room + " is not in " + rooms);
  }

  @Test
  void whatIsWrongIsSaidAsItsClientsExpect() {
    TestNode node = mesh.node();
    assertEquals(
        object("error", "Room name is required", "code", "INVALID"),
        node.post("/api/rooms", object()).json());
    assertEquals(400, node.post("/api/rooms", object("name", "  ")).status());
    assertEquals(400, node.post("/api/rooms", object("name", "x".repeat(101))).status());
    assertEquals(404, node.get("/api/rooms/none").status());
    JsonNode bad =
        node.http("GET", "/api/rooms", "", Map.of("authorization", "Bearer x.y.z")).json();
    assertEquals("Invalid token", bad.path("error").asText());
    assertTrue(bad.has("details"));
    assertEquals(
        "Invalid authorization header format",
        node.http("GET", "/api/rooms", "", Map.of("authorization", "Basic x"))
            .json()
            .path("error")
            .asText());
  }

  @Test
  void turnCredentialsExpire() {
    JsonNode turn = mesh.node().get("/api/turn-credentials").json();

    assertEquals(2, turn.path("iceServers").size());
    assertFalse(turn.path("expiresOn").asText().isEmpty());
  }
}
