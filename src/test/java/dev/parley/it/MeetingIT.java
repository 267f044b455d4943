package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static dev.parley.it.SocketClient.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What people in a meeting tell each other and hear, to the field.
@ExtendWith(StoresExtension.class)
class MeetingIT {

  private static final String SETTINGS =
      "{\"maxParticipants\":50,\"isRecordingEnabled\":false,\"isChatEnabled\":true,"
          + "\"isScreenShareEnabled\":true,\"requireApproval\":false,\"allowedDomains\":[]}";

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

  private static ObjectNode person(SocketClient client, String id, boolean isHost) {
    return object(
        "userId",
        id,
        "userName",
        "Name of " + id,
        "userPicture",
        "",
        "peerId",
        client.id(),
        "isAudioEnabled",
        true,
        "isVideoEnabled",
        true,
        "isScreenSharing",
        false,
        "name",
        "Name of " + id,
        "socketId",
        client.id(),
        "isHost",
        isHost,
        "isHandRaised",
        false);
  }

  @Test
  void whoJoinsHearsOfTheWayToTheOthersOfThemAndOfHimselfInThisOrder() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();

    JsonNode ack = Mesh.join(bob, meeting.toLowerCase(Locale.ROOT), "bob");

    List<SocketClient.Heard> heard = bob.leftOver();
    assertEquals(
        List.of("ice-servers", "existing-participants", "joined-meeting"),
        heard.stream().map(SocketClient.Heard::name).toList());
    JsonNode servers = heard.get(0).payload().path("iceServers");
    assertEquals(
        "stun:stun.example.com:3478",
        servers.path(0).path("urls").path(0).asText(servers.path(0).path("urls").asText()));
    assertTrue(servers.path(1).path("username").asText().endsWith(":bob"), servers::toString);
    assertFalse(servers.path(1).path("credential").asText().isEmpty());
    assertEquals(
        object("participants", List.of(person(ann, "ann", true)), "hostId", "ann"),
        heard.get(1).payload());
    assertEquals(
        object(
            "roomId",
            meeting,
            "userId",
            "bob",
            "peerId",
            bob.id(),
            "meeting",
            object("title", "Talk", "hostId", "ann", "settings", tree(SETTINGS)),
            "userName",
            "Name of bob",
            "isHost",
            false,
            "topology",
            "mesh"),
        heard.get(2).payload());
    assertEquals(
        object(
            "success",
            true,
            "meeting",
            object(
                "roomId",
                meeting,
                "title",
                "Talk",
                "participants",
                List.of(person(ann, "ann", true)))),
        ack);
    assertEquals(person(bob, "bob", false), ann.next("participant-joined"));
    assertEquals(List.of(), ann.names());
  }

  @Test
  void offersAnswersAndCandidatesGoToOneByUserOrBySocket() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    SocketClient cora = mesh.in(meeting, "cora");
    ann.all();
    bob.all();
    JsonNode offer = object("type", "offer", "sdp", "v=0\r\n");
    JsonNode answer = object("type", "answer", "sdp", "v=0\r\n");
    JsonNode candidate = object("candidate", "candidate:1", "sdpMLineIndex", 0, "sdpMid", null);

    bob.emit("webrtc-offer", "roomId", meeting, "targetUserId", "ann", "offer", offer);
    assertEquals(relayed(bob, "bob", "bob", "offer", offer), ann.next("webrtc-offer"));
    ann.emit("webrtc-answer", "targetSocketId", bob.id(), "answer", answer, "from", "Ann \"A\" L.");
    assertEquals(relayed(ann, "ann", "Ann \"A\" L.", "answer", answer), bob.next("webrtc-answer"));
    ann.emit("ice-candidate", "targetSocketId", bob.id(), "candidate", candidate);
    assertEquals(relayed(ann, "ann", "ann", "candidate", candidate), bob.next("ice-candidate"));
    // The words of light rooms are understood where they find somebody.
    bob.emit("ice-candidate", "to", ann.id(), "candidate", null);
    assertEquals(relayed(bob, "bob", "bob", "candidate", null), ann.next("ice-candidate"));

    assertEquals(List.of(), cora.names());
    assertEquals(List.of(), ann.names());
    assertEquals(List.of(), bob.names());
  }

  private static ObjectNode relayed(
      SocketClient sender, String userId, String from, String what, @Nullable JsonNode said) {
    ObjectNode payload =
        object(
            "fromUserId", userId, "fromPeerId", sender.id(), "socketId", sender.id(), "from", from);
    payload.set(what, said == null ? Json.MAPPER.nullNode() : said);
    return payload;
  }

  @Test
  void aPeerWhoIsNotThereIsToldForOffersAndAnswersOnly() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    String stranger = mesh.guest().id();
    String other = mesh.in(mesh.meeting(), "dan").id();

    ann.emit("webrtc-offer", "roomId", meeting, "targetUserId", "bob", "offer", 1);
    assertEquals(
        object("targetUserId", "bob", "error", "Target participant not found", "code", "NOT_FOUND"),
        ann.next("peer-connection-error"));
    for (String socketId : List.of(stranger, other, meeting)) {
      ann.emit("webrtc-answer", "targetSocketId", socketId, "answer", 1);
      assertEquals(
          object("error", "Target participant not found", "code", "NOT_FOUND"),
          ann.next("peer-connection-error"));
    }
    ann.emit("ice-candidate", "targetUserId", "bob", "candidate", 1);
    assertEquals(List.of(), ann.names());
  }

  @Test
  void whoIsInNoMeetingCannotTellAnybodyAnything() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient eve = mesh.guest();

    eve.emit("webrtc-offer", "roomId", meeting, "targetUserId", "ann", "offer", 1);
    assertEquals("ann", eve.next("peer-connection-error").path("targetUserId").asText());
    eve.emit("webrtc-offer", "to", ann.id(), "offer", 1);
    eve.emit("toggle-audio", "roomId", meeting, "isEnabled", false);
    assertEquals("FORBIDDEN", eve.next("meeting-error").path("code").asText());
    assertEquals(
        object("success", false, "error", "Not a participant in this room", "code", "FORBIDDEN"),
        eve.ask("meeting-chat-message", "roomId", meeting, "message", "psst"));
    assertEquals("FORBIDDEN", eve.next("meeting-error").path("code").asText());

    assertEquals(List.of(), eve.names());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void microphoneCameraAndScreenAreToldToTheOthers() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    bob.emit("toggle-audio", "roomId", meeting, "isEnabled", false);
    bob.emit("toggle-video", "roomId", meeting, "isEnabled", false);
    bob.emit("toggle-screen-share", "roomId", "ELSEWHERE1", "isSharing", true);

    assertEquals(
        object("userId", "bob", "isAudioEnabled", false), ann.next("participant-audio-changed"));
    assertEquals(
        object("userId", "bob", "isVideoEnabled", false), ann.next("participant-video-changed"));
    assertEquals(
        object("userId", "bob", "isScreenSharing", true),
        ann.next("participant-screen-share-changed"));
    assertEquals(List.of(), bob.names());
    SocketClient cora = mesh.guest();
    Mesh.join(cora, meeting, "cora");
    JsonNode seen = cora.next("existing-participants").path("participants").path(1);
    assertFalse(seen.path("isAudioEnabled").asBoolean());
    assertFalse(seen.path("isVideoEnabled").asBoolean());
    assertTrue(seen.path("isScreenSharing").asBoolean());
  }

  @Test
  void aScreenIsAnnouncedInTheOlderWordsToo() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    bob.emit("screen:start", "roomId", meeting, "socketId", "whatever");
    bob.emit("screen:stop", "roomId", meeting, "socketId", "whatever");

    assertEquals(object("socketId", bob.id()), ann.next("screen:started"));
    assertEquals(object("socketId", bob.id()), ann.next("screen:stopped"));
    assertTrue(ann.next("participant-screen-share-changed").path("isScreenSharing").asBoolean());
    assertFalse(ann.next("participant-screen-share-changed").path("isScreenSharing").asBoolean());
    assertEquals(object("socketId", bob.id()), bob.next("screen:started"));
  }

  @Test
  void whatSomebodySaysIsHeardByAllHimselfIncluded() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    JsonNode ack =
        bob.ask(
            "meeting-chat-message",
            "roomId",
            meeting,
            "message",
            "Hello \"everyone\"\n\u00fc",
            "userId",
            "ann",
            "name",
            "Ann");

    assertEquals(object("success", true), ack);
    for (SocketClient each : List.of(ann, bob)) {
      JsonNode heard = each.next("meeting-chat-message");
      assertEquals(4, heard.size());
      assertEquals("bob", heard.path("userId").asText());
      assertEquals("Name of bob", heard.path("userName").asText());
      assertEquals("Hello \"everyone\"\n\u00fc", heard.path("message").asText());
      assertTrue(Instant.parse(heard.path("timestamp").asText()).isAfter(Instant.EPOCH));
    }
  }

  @Test
  void handsReactionsAndQuality() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    assertEquals(object("success", true), bob.ask("raise-hand", "isRaised", true));
    for (SocketClient each : List.of(ann, bob)) {
      assertEquals(
          object("userId", "bob", "socketId", bob.id(), "isHandRaised", true),
          each.next("participant-hand-changed"));
    }
    bob.emit("meeting-reaction", "roomId", meeting, "reaction", "\ud83d\udc4b");
    assertEquals(
        object(
            "userId",
            "bob",
            "userName",
            "Name of bob",
            "socketId",
            bob.id(),
            "reaction",
            "\ud83d\udc4b"),
        ann.next("meeting-reaction"));
    assertEquals(object("success", true), bob.ask("change-video-quality", "quality", "360p"));
    assertEquals(List.of(), bob.names());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void whoLeavesIsToldOfOnceAndCanDoNothingAnyMore() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    SocketClient cora = mesh.in(meeting, "cora");
    ann.all();

    assertEquals(object("success", true), bob.ask("leave-meeting"));
    cora.ask("meeting:leave", "roomId", meeting);

    assertEquals(object("userId", "bob", "socketId", bob.id()), ann.next("participant-left"));
    assertEquals(object("userId", "cora", "socketId", cora.id()), ann.next("participant-left"));
    bob.leave();
    cora.leave();
    assertEquals(List.of(), ann.names());
  }

  @Test
  void joiningAgainOnOneSocketTellsOnlyOneself() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    Mesh.join(bob, meeting, "bob");

    assertEquals(List.of("ice-servers", "existing-participants", "joined-meeting"), bob.names());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void theNewestSocketOfAUserIsTheOneAndTheOldOneIsNotMissed() {
    String meeting = mesh.meeting("maxParticipants", 2);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient old = mesh.in(meeting, "bob");
    ann.all();

    SocketClient bob = mesh.in(meeting, "bob");

    assertEquals(bob.id(), ann.next("participant-joined").path("socketId").asText());
    assertEquals(List.of(), old.names());
    old.leave();
    ann.emit("webrtc-offer", "targetUserId", "bob", "offer", 1);
    assertEquals("ann", bob.next("webrtc-offer").path("fromUserId").asText());
    assertEquals(List.of(), ann.names());
  }

  @Test
  void guestsWithoutAnIdHaveOneEach() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    for (int i = 0; i < 2; i++) {
      SocketClient guest = mesh.guest();
      guest.ask("join-meeting", "roomId", meeting, "userId", null);
      JsonNode joined = guest.next("joined-meeting");
      assertEquals("guest:" + guest.id(), joined.path("userId").asText());
      assertEquals("Guest", joined.path("userName").asText());
      assertEquals("guest:" + guest.id(), ann.next("participant-joined").path("userId").asText());
    }
  }

  @Test
  void aSecondMeetingIsJoinedByLeavingTheFirst() {
    String first = mesh.meeting();
    SocketClient ann = mesh.in(first, "ann");
    SocketClient bob = mesh.in(first, "bob");
    ann.all();

    Mesh.join(bob, mesh.meeting(), "bob");

    assertEquals("bob", ann.next("participant-left").path("userId").asText());
  }

  @Test
  void theHostMutesRemovesAndEnds() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    SocketClient cora = mesh.in(meeting, "cora");
    ann.all();
    bob.all();

    for (String name : List.of("control:mute", "control:remove", "meeting:end")) {
      JsonNode refused = bob.ask(name, "roomId", meeting, "targetSocketId", cora.id());
      assertEquals("FORBIDDEN", refused.path("code").asText(), name);
      assertFalse(refused.path("success").asBoolean(), name);
      assertEquals("FORBIDDEN", bob.next("meeting-error").path("code").asText(), name);
    }
    assertEquals(List.of(), cora.names());
    ann.ask("control:mute", "roomId", meeting, "targetSocketId", bob.id());
    assertEquals(object("by", "ann"), bob.next("control:mute"));
    ann.ask("control:remove", "roomId", meeting, "targetSocketId", cora.id());
    assertEquals(object("by", "ann"), cora.next("control:removed"));
    assertEquals(object("userId", "cora", "socketId", cora.id()), bob.next("participant-left"));
    assertEquals(object("success", true), ann.ask("meeting:end", "roomId", meeting));
    assertEquals(object("by", "ann"), bob.next("meeting:ended"));
    assertEquals(object("by", "ann"), ann.next("meeting:ended"));
    assertEquals(List.of(), cora.names());
    bob.emit("toggle-audio", "isEnabled", true);
    assertEquals("FORBIDDEN", bob.next("meeting-error").path("code").asText());
  }

  @Test
  void changesByRestAreToldAndHold() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    mesh.node()
        .http(
            "PUT",
            "/api/meetings/" + meeting,
            "{\"title\":\"New\",\"settings\":{\"isChatEnabled\":false,"
                + "\"isScreenShareEnabled\":false}}",
            Map.of("content-type", "application/json"));

    JsonNode updated = bob.next("meeting:updated");
    assertEquals("New", updated.path("title").asText());
    assertEquals(meeting, updated.path("roomId").asText());
    assertFalse(updated.path("settings").path("isChatEnabled").asBoolean());
    assertEquals(50, updated.path("settings").path("maxParticipants").asInt());
    assertEquals(
        object("success", false, "error", "Chat is disabled", "code", "FORBIDDEN"),
        bob.ask("meeting-chat-message", "message", "x"));
    assertEquals(
        object("error", "Chat is disabled", "code", "FORBIDDEN"), bob.next("meeting-error"));
    bob.emit("toggle-screen-share", "isSharing", true);
    assertEquals(
        object("error", "Screen sharing is disabled", "code", "FORBIDDEN"),
        bob.next("meeting-error"));
    ann.all();
    bob.emit("toggle-screen-share", "isSharing", false);
    ann.next("participant-screen-share-changed");
  }

  @Test
  void theFourthParticipantMakesItALargeMeeting() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    SocketClient cora = mesh.in(meeting, "cora");
    SocketClient dan = mesh.guest();

    Mesh.join(dan, meeting, "dan");

    for (SocketClient each : List.of(ann, bob, cora)) {
      assertEquals(object("roomId", meeting, "topology", "sfu"), each.next("meeting:topology"));
    }
    assertEquals("sfu", dan.next("joined-meeting").path("topology").asText());
    dan.ask("leave-meeting");
    assertEquals("sfu", topologyOf(meeting));
  }

  private static String topologyOf(String meeting) {
    SocketClient eve = mesh.guest();
    Mesh.join(eve, meeting, "eve");
    return eve.next("joined-meeting").path("topology").asText();
  }

  @Test
  void whatIsMalformedIsToldAndNothingElseHappens() {
    String meeting = mesh.meeting();
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.in(meeting, "bob");
    ann.all();

    for (String sent :
        List.of(
            "[\"join-meeting\"]",
            "[\"join-meeting\",7]",
            "[\"join-meeting\",{\"roomId\":{}}]",
            "[\"join-meeting\",{\"roomId\":\"" + meeting + "\",\"isVideoEnabled\":\"yes\"}]",
            "[\"toggle-audio\",{}]",
            "[\"meeting-chat-message\",{\"message\":7}]",
            "[\"meeting-chat-message\"]",
            "[\"control:mute\",{}]",
            "[\"raise-hand\",null]")) {
      bob.send("42" + sent);
      JsonNode error = bob.next("meeting-error");
      assertEquals("INVALID", error.path("code").asText(), sent);
      assertFalse(error.path("error").asText().isEmpty());
    }
    bob.send("42[\"webrtc-offer\",[]]");
    assertEquals("INVALID", bob.next("peer-connection-error").path("code").asText());
    assertEquals(List.of(), bob.names());
    assertEquals(List.of(), ann.names());
  }
}
