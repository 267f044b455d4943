package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Meetings and light rooms whose participants are on two nodes of a cluster.
@ExtendWith(StoresExtension.class)
class MeetingClusterIT {

  private static ClusterNodes nodes;
  private static Mesh first;
  private static Mesh second;

  @BeforeAll
  static void open(Stores stores) {
    ObjectNode config =
        (ObjectNode) SocketClient.tree(Mesh.config("conference", "match", "meeting", "room"));
    nodes = ClusterNodes.start(stores, config);
    first = Mesh.of(nodes.first());
    second = Mesh.of(nodes.second());
  }

  @AfterAll
  static void end() {
    nodes.close();
  }

  @AfterEach
  void calm() {
    first.calm();
    second.calm();
  }

  @Test
  void theyMeetAndTalkAndLeave() {
    String meeting = first.meeting();
    SocketClient ann = first.in(meeting, "ann");
    SocketClient bob = second.guest();
    JsonNode joined = Mesh.join(bob, meeting, "bob");

    assertEquals(
        ann.id(), joined.path("meeting").path("participants").path(0).path("socketId").asText());
    assertEquals(bob.id(), ann.next("participant-joined").path("socketId").asText());
    bob.emit("webrtc-offer", "targetUserId", "ann", "offer", 1);
    assertEquals("bob", ann.next("webrtc-offer").path("fromUserId").asText());
    ann.emit("webrtc-answer", "targetSocketId", bob.id(), "answer", 2);
    assertEquals(2, bob.next("webrtc-answer").path("answer").asInt());
    bob.ask("meeting-chat-message", "message", "hello");
    assertEquals("hello", ann.next("meeting-chat-message").path("message").asText());
    assertEquals("hello", bob.next("meeting-chat-message").path("message").asText());
    bob.emit("toggle-audio", "isEnabled", false);
    assertEquals(
        object("userId", "bob", "isAudioEnabled", false), ann.next("participant-audio-changed"));
    bob.leave();
    assertEquals("bob", ann.next("participant-left").path("userId").asText());
  }

  @Test
  void aHostLetsInWhoWaitsOnAnotherNode() {
    String meeting = second.meeting("requireApproval", true);
    SocketClient ann = first.in(meeting, "ann");
    SocketClient bob = second.guest();
    SocketClient cora = second.guest();
    CompletableFuture<JsonNode> in = knock(bob, meeting, "bob");
    CompletableFuture<JsonNode> out = knock(cora, meeting, "cora");
    ann.next("join-request");
    ann.next("join-request");

    ann.ask("approve-participant", "userId", "bob");
    ann.ask("reject-participant", "userId", "cora", "reason", "no");

    assertTrue(SocketClient.answer(in).path("success").asBoolean());
    assertEquals("JOIN_REJECTED", SocketClient.answer(out).path("code").asText());
    assertEquals("bob", ann.next("participant-joined").path("userId").asText());
  }

  private static CompletableFuture<JsonNode> knock(SocketClient client, String meeting, String id) {
    return client.begin("join-meeting", "roomId", meeting, "userId", id);
  }

  @Test
  void anEndByRestOnAnyNodeEndsItForAll() {
    String meeting = first.meeting();
    SocketClient ann = first.in(meeting, "ann");
    SocketClient bob = second.in(meeting, "bob");

    second.node().post("/api/meetings/" + meeting + "/end", object("hostId", "ann"));

    assertEquals(object("by", "ann"), ann.next("meeting:ended"));
    assertEquals(object("by", "ann"), bob.next("meeting:ended"));
  }

  @Test
  void lightRoomsSpanNodesToo() {
    String room = first.room();
    SocketClient ann = first.inRoom(room, "Ann");
    SocketClient bob = second.inRoom(room, "Bob");
    assertEquals(bob.id(), ann.next("user-joined").path("socketId").asText());

    bob.emit("webrtc-offer", "to", ann.id(), "offer", 1);
    assertEquals(bob.id(), ann.next("webrtc-offer").path("from").asText());
    second.node().http("DELETE", "/api/rooms/" + room, "", Map.of());
    assertEquals(room, ann.next("room-deleted").path("roomId").asText());
    assertEquals(room, bob.next("room-deleted").path("roomId").asText());
  }
}
