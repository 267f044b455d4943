package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who gets into a meeting, and who does not.
@ExtendWith(StoresExtension.class)
class MeetingDoorIT {

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

  /// The ack of a join that is refused, which is also told by `meeting-error`.
  private static String refusal(SocketClient client, Object... fields) {
    ObjectNode ack = (ObjectNode) client.ask("join-meeting", fields);
    assertEquals(false, ack.remove("success").asBoolean(true));
    assertEquals(ack, client.next("meeting-error"));
    assertEquals(2, ack.size(), ack::toString);
    return ack.path("code").asText() + ": " + ack.path("error").asText();
  }

  private static String refusal(String meeting, String userId) {
    return refusal(mesh.guest(), "roomId", meeting, "userId", userId, "userName", userId);
  }

  @Test
  void aMeetingThatIsNotThereCannotBeJoined() {
    for (String id : List.of("ABCDEFGH12", "abc", "{}", "../../x", mesh.room())) {
      assertEquals("NOT_FOUND: Meeting not found", refusal(id, "bob"));
    }
  }

  @Test
  void aMeetingThatHasEndedCannotBeJoined() {
    String left = mesh.meeting();
    mesh.in(left, "bob").ask("leave-meeting");
    String ended = mesh.meeting();
    mesh.node().post("/api/meetings/" + ended + "/end", object("hostId", "ann"));

    assertEquals("NOT_FOUND: Meeting not found", refusal(left, "bob"));
    assertEquals("NOT_FOUND: Meeting not found", refusal(ended, "bob"));
  }

  @Test
  void aFullMeetingTakesItsHostAndThoseWhoAreInItAgain() {
    String meeting = mesh.meeting("maxParticipants", 2);
    mesh.in(meeting, "bob");
    SocketClient cora = mesh.in(meeting, "cora");

    assertEquals("ROOM_FULL: Meeting is full", refusal(meeting, "dan"));
    assertTrue(Mesh.join(cora, meeting, "cora").path("success").asBoolean());
    assertTrue(Mesh.join(mesh.guest(), meeting, "cora").path("success").asBoolean());
    assertTrue(Mesh.join(mesh.guest(), meeting, "ann").path("success").asBoolean());
  }

  @Test
  void onlyAddressesOfTheListedDomainsGetIn() {
    String meeting = mesh.meeting("allowedDomains", List.of("Example.com", "x.org"));
    String refused = "DOMAIN_NOT_ALLOWED: Email domain not allowed";
    Object[] bob = {"roomId", meeting, "userId", "bob", "userEmail", "bob@EXAMPLE.COM"};
    Object[] eve = {"roomId", meeting, "userId", "eve", "userEmail", "eve@sub.example.com"};

    assertEquals(refused, refusal(meeting, "bob"));
    assertEquals(refused, refusal(mesh.guest(), eve));
    assertTrue(mesh.guest().ask("join-meeting", bob).path("success").asBoolean());
    assertTrue(Mesh.join(mesh.guest(), meeting, "ann").path("success").asBoolean());
  }

  @Test
  void theAddressOfATokenCountsNotTheOneThatIsSaid() {
    String meeting = mesh.meeting("allowedDomains", List.of("x.org"));
    SocketClient member = mesh.node().connect("Mia");

    assertEquals(
        "DOMAIN_NOT_ALLOWED: Email domain not allowed",
        refusal(member, "roomId", meeting, "userEmail", "mia@x.org"));
    member.close();
  }

  private static CompletableFuture<JsonNode> knock(SocketClient client, String meeting, String id) {
    return client.begin(
        "join-meeting", "roomId", meeting, "userId", id, "userName", "Name of " + id);
  }

  @Test
  void theHostLetsSomebodyIn() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();

    CompletableFuture<JsonNode> ack = knock(bob, meeting, "bob");

    JsonNode waiting = bob.next("waiting-for-approval");
    ObjectNode asked = (ObjectNode) ann.next("join-request");
    assertEquals(
        object(
            "roomId", meeting, "userId", "bob", "requestedAt", asked.path("requestedAt").asText()),
        waiting);
    assertEquals(
        object(
            "roomId",
            meeting,
            "userId",
            "bob",
            "userName",
            "Name of bob",
            "userPicture",
            "",
            "socketId",
            bob.id(),
            "requestedAt",
            asked.path("requestedAt").asText()),
        asked);
    assertEquals(
        object("success", true, "requests", List.of(asked)),
        ann.ask("list-join-requests", "roomId", meeting));
    assertEquals(List.of(), bob.names());
    assertFalse(ack.isDone());

    assertEquals(
        object("success", true),
        ann.ask("approve-participant", "roomId", meeting, "userId", "bob"));
    assertTrue(SocketClient.answer(ack).path("success").asBoolean());
    assertEquals(List.of("ice-servers", "existing-participants", "joined-meeting"), bob.names());
    assertEquals("bob", ann.next("participant-joined").path("userId").asText());
    // Who was let in once may come back.
    bob.ask("leave-meeting");
    assertTrue(Mesh.join(bob, meeting, "bob").path("success").asBoolean());
  }

  @Test
  void whoWaitsElsewhereIsStillInHisMeetingUntilHeIsLetIn() {
    String present = mesh.meeting();
    String wanted = mesh.meeting("requireApproval", true);
    SocketClient cora = mesh.in(present, "cora");
    SocketClient bob = mesh.in(present, "bob");
    SocketClient ann = mesh.in(wanted, "ann");
    cora.next("participant-joined");

    CompletableFuture<JsonNode> in = knock(bob, wanted, "bob");
    ann.next("join-request");
    bob.ask("meeting-chat-message", "message", "still here");
    assertEquals("still here", cora.next("meeting-chat-message").path("message").asText());
    ann.ask("approve-participant", "userId", "bob");

    assertTrue(SocketClient.answer(in).path("success").asBoolean());
    assertEquals("bob", cora.next("participant-left").path("userId").asText());
    assertEquals("bob", ann.next("participant-joined").path("userId").asText());
  }

  @Test
  void theHostTurnsSomebodyAway() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();
    CompletableFuture<JsonNode> ack = knock(bob, meeting, "bob");
    ann.next("join-request");

    ann.ask("reject-participant", "roomId", meeting, "userId", "bob");

    assertEquals(
        object("error", "Join request rejected", "code", "JOIN_REJECTED"),
        bob.next("meeting-error"));
    assertEquals(
        object("success", false, "error", "Join request rejected", "code", "JOIN_REJECTED"),
        SocketClient.answer(ack));
    assertEquals(object("roomId", meeting, "userId", "bob"), ann.next("join-request-cancelled"));
    assertEquals(
        "NOT_FOUND",
        ann.ask("approve-participant", "roomId", meeting, "userId", "bob").path("code").asText());
  }

  @Test
  void whoWaitsCanDoNothingAndNobodyElseDecides() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();
    var _ = knock(bob, meeting, "bob");
    ann.next("join-request");
    ann.ask("approve-participant", "userId", "bob");
    bob.next("joined-meeting");
    SocketClient eve = mesh.guest();
    var _ = knock(eve, meeting, "eve");
    eve.next("waiting-for-approval");

    eve.emit("meeting-chat-message", "roomId", meeting, "message", "hello");
    assertEquals("FORBIDDEN", eve.next("meeting-error").path("code").asText());
    for (SocketClient each : List.of(eve, bob)) {
      assertEquals(
          "FORBIDDEN",
          each.ask("approve-participant", "roomId", meeting, "userId", "eve")
              .path("code")
              .asText());
      assertEquals(
          "FORBIDDEN", each.ask("list-join-requests", "roomId", meeting).path("code").asText());
    }
    assertFalse(eve.names().contains("joined-meeting"));
  }

  @Test
  void aHostWhoComesLaterFindsThoseWhoWait() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient bob = mesh.guest();
    var _ = knock(bob, meeting, "bob");
    bob.next("waiting-for-approval");

    SocketClient ann = mesh.guest();
    Mesh.join(ann, meeting, "ann");

    assertEquals("bob", ann.next("join-request").path("userId").asText());
  }

  @Test
  void whoGoesAwayWaitsNoLonger() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();
    var _ = knock(bob, meeting, "bob");
    ann.next("join-request");

    bob.leave();

    assertEquals("bob", ann.next("join-request-cancelled").path("userId").asText());
    assertEquals(0, ann.ask("list-join-requests").path("requests").size());
  }

  @Test
  void whoWaitsIsToldThatTheMeetingIsOver() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();
    CompletableFuture<JsonNode> ack = knock(bob, meeting, "bob");
    ann.next("join-request");

    ann.ask("meeting:end");

    assertEquals("ROOM_CLOSED", bob.next("meeting-error").path("code").asText());
    assertEquals("ROOM_CLOSED", SocketClient.answer(ack).path("code").asText());
  }

  @Test
  void theHostMayDecideByRestAsWell() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient bob = mesh.guest();
    SocketClient cora = mesh.guest();
    var _ = knock(bob, meeting, "bob");
    var _ = knock(cora, meeting, "cora");
    bob.next("waiting-for-approval");
    cora.next("waiting-for-approval");
    String path = "/api/meetings/" + meeting + "/requests";

    assertEquals(403, mesh.node().get(path).status());
    assertEquals(403, mesh.node().get(path + "?hostId=bob").status());
    assertEquals(2, mesh.node().get(path + "?hostId=ann").json().path("requests").size());
    assertEquals(403, mesh.node().post(path + "/bob/approve", object("hostId", "bob")).status());
    assertEquals(200, mesh.node().post(path + "/bob/approve", object("hostId", "ann")).status());
    TestNode.Answer rejected =
        mesh.node().post(path + "/cora/reject", object("hostId", "ann", "reason", "too late"));
    assertEquals(object("success", true, "message", "Participant rejected"), rejected.json());
    assertEquals(404, mesh.node().post(path + "/cora/reject", object("hostId", "ann")).status());
    bob.next("joined-meeting");
    assertEquals(
        "Join request rejected: too late", cora.next("meeting-error").path("error").asText());
  }

  @Test
  void nobodyWaitsForEver(Stores stores) {
    try (Mesh impatient = Mesh.start(stores, "{\"meetings\":{\"approvalTimeout\":\"1s\"}}")) {
      String meeting = impatient.meeting("requireApproval", true);
      SocketClient ann = impatient.in(meeting, "ann");
      SocketClient bob = impatient.guest();
      CompletableFuture<JsonNode> ack = knock(bob, meeting, "bob");

      assertEquals(
          object("error", "Join request timed out", "code", "JOIN_TIMED_OUT"),
          bob.next("meeting-error"));
      assertEquals("JOIN_TIMED_OUT", SocketClient.answer(ack).path("code").asText());
      assertEquals("bob", ann.next("join-request-cancelled").path("userId").asText());
    }
  }

  @Test
  void aProvenHostCannotBeImpersonated() {
    TestNode.User mia = mesh.node().register("Mia");
    TestNode.Answer created =
        mesh.node()
            .http(
                "POST",
                "/api/meetings/create",
                object("title", "T", "hostId", "somebody else").toString(),
                Map.of("authorization", "Bearer " + mia.token()));
    String meeting = created.json().path("meeting").path("roomId").asText();
    String host = created.json().path("meeting").path("hostId").asText();
    SocketClient guest = mesh.guest();

    assertEquals(
        "UNAUTHENTICATED: Authentication required",
        refusal(guest, "roomId", meeting, "userId", host));
    SocketClient real = mesh.node().connect(mia);
    JsonNode joined = real.ask("join-meeting", "roomId", meeting, "userId", "other");
    assertTrue(joined.path("success").asBoolean(), joined::toString);
    JsonNode told = real.next("joined-meeting");
    assertEquals(host, told.path("userId").asText());
    assertEquals("Mia", told.path("userName").asText());
    assertTrue(told.path("isHost").asBoolean());
    String end = "/api/meetings/" + meeting + "/end";
    assertEquals(403, mesh.node().post(end, object("hostId", host)).status());
    assertEquals(
        200, mesh.node().http("POST", end, "", Map.of("x-auth-token", mia.token())).status());
    real.close();
  }

  @Test
  void aSeatOfOneWithATokenIsNotForThoseWithout() {
    String meeting = mesh.meeting();
    SocketClient mia = mesh.node().connect("Mia");
    String id = mia.userId();
    mia.ask("join-meeting", "roomId", meeting);

    assertEquals(
        "UNAUTHENTICATED: Authentication required",
        refusal(mesh.guest(), "roomId", meeting, "userId", id));
    mia.close();
  }

  @Test
  void whereTokensAreNeededGuestsStayOut(Stores stores) {
    try (Mesh strict = Mesh.start(stores, "{\"meetings\":{\"auth\":\"required\"}}")) {
      assertEquals(
          401,
          strict
              .node()
              .post("/api/meetings/create", object("title", "T", "hostId", "ann"))
              .status());
      SocketClient mia = strict.node().connect("Mia");
      SocketClient guest = strict.guest();
      assertEquals(
          "UNAUTHENTICATED: Authentication required",
          refusal(guest, "roomId", "ABCDEFGH12", "userId", "bob"));
      mia.close();
    }
  }

  @Test
  void aReloadOfTheOnlyParticipantDoesNotEndTheMeeting() {
    String meeting = mesh.meeting();
    SocketClient bob = mesh.in(meeting, "bob");
    bob.send("41");
    bob.close();

    assertTrue(Mesh.join(mesh.guest(), meeting, "bob").path("success").asBoolean());
  }

  @Test
  void aMeetingThatEverybodyHasGoneFromEnds() {
    String meeting = mesh.meeting();
    SocketClient bob = mesh.in(meeting, "bob");
    bob.send("41");
    bob.close();

    Eventually.equal(
        "completed",
        () ->
            mesh.node()
                .get("/api/meetings/" + meeting)
                .json()
                .path("meeting")
                .path("status")
                .asText());
    assertEquals("NOT_FOUND: Meeting not found", refusal(meeting, "bob"));
  }

  @Test
  void whoIsRemovedHasToAskAgain() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient bob = mesh.guest();
    CompletableFuture<JsonNode> in = knock(bob, meeting, "bob");
    ann.next("join-request");
    ann.ask("approve-participant", "userId", "bob");
    SocketClient.answer(in);
    ann.ask("control:remove", "targetSocketId", bob.id());
    bob.next("control:removed");

    var _ = knock(bob, meeting, "bob");

    bob.next("waiting-for-approval");
    assertEquals("bob", ann.next("join-request").path("userId").asText());
  }

  @Test
  void whatIsApprovedForATokenIsNotForItsName() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient ann = mesh.in(meeting, "ann");
    SocketClient mia = mesh.node().connect("Mia");
    CompletableFuture<JsonNode> in = mia.begin("join-meeting", "roomId", meeting);
    mia.next("waiting-for-approval");

    assertEquals(
        "UNAUTHENTICATED: Authentication required",
        refusal(mesh.guest(), "roomId", meeting, "userId", mia.userId()));
    ann.ask("approve-participant", "userId", mia.userId());
    assertTrue(SocketClient.answer(in).path("success").asBoolean());
    mia.ask("leave-meeting");
    SocketClient eve = mesh.guest();
    var _ = knock(eve, meeting, mia.userId());
    eve.next("waiting-for-approval");
    mia.close();
  }

  @Test
  void whoAsksAgainOrLeavesIsAnswered() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient bob = mesh.guest();
    SocketClient again = mesh.guest();
    CompletableFuture<JsonNode> first = knock(bob, meeting, "bob");
    bob.next("waiting-for-approval");
    CompletableFuture<JsonNode> second = knock(again, meeting, "bob");
    again.next("waiting-for-approval");

    assertEquals("CONFLICT", SocketClient.answer(first).path("code").asText());
    again.ask("leave-meeting");
    assertEquals("CONFLICT", SocketClient.answer(second).path("code").asText());
    assertEquals(List.of(), again.names());
  }

  @Test
  void aMeetingThatIsDeletedIsOverForThoseWhoWait() {
    String meeting = mesh.meeting("requireApproval", true);
    SocketClient bob = mesh.guest();
    CompletableFuture<JsonNode> ack = knock(bob, meeting, "bob");
    bob.next("waiting-for-approval");

    TestNode.Answer deleted =
        mesh.node()
            .http(
                "DELETE",
                "/api/meetings/" + meeting,
                "{\"hostId\":\"ann\"}",
                Map.of("content-type", "application/json"));

    assertEquals(object("success", true, "message", "Meeting deleted"), deleted.json());
    assertEquals("ROOM_CLOSED", SocketClient.answer(ack).path("code").asText());
    assertEquals(404, mesh.node().get("/api/meetings/" + meeting).status());
  }
}
