package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.OpenChatKey;
import dev.parley.bridge.daily.DailyStandIn;
import dev.parley.bridge.daily.StandInHooks;
import dev.parley.bridge.hook.WebhookReceiver.Manner;
import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.bridge.ic.VideoCalls;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the front end, Daily and operators are answered.
@ExtendWith(StoresExtension.class)
class BridgeIT {

  private static final String ACCESS = "/room/meeting_access_token";
  private static final String GROUP_ROOM = "G[A-Za-z0-9_-]{14}";

  private static Stores stores;
  private static CallParties parties;
  private static TestNode node;

  private final IcPrincipal ann = CallParties.canister();
  private final IcPrincipal ben = CallParties.canister();
  private final IcPrincipal groupId = CallParties.canister();
  private final ObjectNode group = CallParties.group(groupId);

  @BeforeAll
  static void open(Stores shared) throws Exception {
    stores = shared;
    parties = new CallParties();
    node = parties.node(stores);
  }

  @AfterAll
  static void close() throws Exception {
    node.close();
    parties.close();
  }

  @BeforeEach
  void begin() {
    parties.receiver.does(Manner.TAKES);
    parties.daily.recover();
  }

  @AfterEach
  void forget() {
    CallParties.forgetCalls(node);
  }

  private static Answer access(Map<String, String> headers) {
    return node.http("GET", ACCESS, "", headers);
  }

  private static ObjectNode refusal(String code) {
    return object("message", "Error obtaining room access token", "statusCode", 401, "code", code);
  }

  private static String roomOf(Answer answer) {
    assertEquals(200, answer.status(), answer::text);
    return answer.json().path("roomName").asText();
  }

  @Test
  void theFirstWhoStartsBeginsTheCallAndOthersJoinIt() {
    Answer first = parties.start(node, ann, group);
    Answer second = parties.start(node, ben, group);
    Answer third = parties.join(node, CallParties.canister(), group);

    String room = roomOf(first);
    assertTrue(room.matches(GROUP_ROOM), room);
    List<JsonNode> told = Stream.of(first, second, third).map(Answer::json).toList();
    for (JsonNode body : told) {
      Set<String> names = new java.util.TreeSet<>();
      body.fieldNames().forEachRemaining(names::add);
      assertEquals(Set.of("token", "roomName", "messageId", "joining"), names);
      assertEquals(room, body.path("roomName").asText());
      assertTrue(body.path("messageId").isTextual());
      assertEquals(told.getFirst().path("messageId"), body.path("messageId"));
    }
    assertTrue(Long.parseUnsignedLong(told.getFirst().path("messageId").asText()) != 0);
    assertEquals(
        List.of(false, true, true),
        told.stream().map(body -> body.path("joining").booleanValue()).toList());
    assertEquals(
        List.of(true, true, false),
        told.stream()
            .map(body -> parties.daily.rooms().claims(body.path("token").asText()))
            .map(claims -> claims.path("is_owner").asBoolean())
            .toList());
  }

  @Test
  void whoJoinsNoCallIsToldThatThereIsNone() {
    Answer answer = parties.join(node, ann, group);

    assertEquals(400, answer.status());
    String message = answer.json().path("message").asText();
    assertTrue(
        message.matches("No meeting in progress for room " + GROUP_ROOM + ", unable to join"),
        message);
    assertEquals(
        object("message", message, "error", "Bad Request", "statusCode", 400, "code", "NOT_FOUND"),
        answer.json());
  }

  @Test
  void whoBringsNoTokenIsToldToBringOne() {
    Answer answer = access(Map.of());

    assertEquals(401, answer.status());
    assertEquals(
        object(
            "message",
            "You must provide an OpenChat authorisation jwt to show that you are permitted to"
                + " access the room",
            "error",
            "Unauthorized",
            "statusCode",
            401,
            "code",
            "UNAUTHENTICATED"),
        answer.json());
  }

  private Map<String, String> tokensThatDoNotHold(String claimType) {
    ObjectNode claims = CallParties.claims(claimType, ann, group);
    claims.put("call_type", "Default").put("is_diamond", false);
    long now = System.currentTimeMillis() / 1000;
    ObjectNode expired = claims.deepCopy().put("exp", now - 1);
    ObjectNode endless = claims.deepCopy();
    endless.remove("exp");
    ObjectNode ofOtherUse = claims.deepCopy().put("claim_type", "user_signed_in");
    ObjectNode ofNoUse = claims.deepCopy();
    ofNoUse.remove("claim_type");
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("foreign", new OpenChatKey().token(claims.toString()));
    tokens.put("expired", parties.key.token(expired.toString()));
    tokens.put("endless", parties.key.token(endless.toString()));
    tokens.put("of another use", parties.key.token(ofOtherUse.toString()));
    tokens.put("of no use", parties.key.token(ofNoUse.toString()));
    tokens.put("signed by what all know", signedByWhatAllKnow(claims.toString()));
    tokens.put("unsigned", parties.key.token(claims.toString()).replaceFirst("[^.]*$", ""));
    tokens.put("none", "nonsense");
    return tokens;
  }

  /// HS256, with the public key as the secret.
  private static String signedByWhatAllKnow(String claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String text =
        base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(parties.key.pem().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return text + "." + base64.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tokensThatDoNotHoldOpenNoRoom() {
    int before = parties.daily.requests().size();

    tokensThatDoNotHold("StartVideoCall")
        .forEach((what, token) -> {
          Answer answer = access(Map.of("x-auth-jwt", token));
          assertEquals(401, answer.status(), what);
          assertEquals(refusal("UNAUTHENTICATED"), answer.json(), what);
        });
    Answer wrong = access(Map.of("x-auth-jwt", parties.endToken(ann, group)));

    assertEquals(401, wrong.status());
    assertEquals(refusal("FORBIDDEN"), wrong.json());
    assertEquals(before, parties.daily.requests().size());
    assertEquals(List.of(), node.probe().column("SELECT id FROM calls"));
  }

  @Test
  void tokensThatDoNotHoldEndNoCall() {
    String room = roomOf(parties.start(node, ann, group));

    Map<String, String> tokens = tokensThatDoNotHold("MarkVideoCallAsEnded");
    tokens.put("for starting", parties.startToken(ann, group, "Default", false));
    tokens.put("for joining", parties.joinToken(ann, group));
    tokens.forEach((what, token) -> {
      Answer answer = node.http("POST", "/room/end_meeting", "", Map.of("x-auth-jwt", token));
      assertEquals(401, answer.status(), what);
      assertEquals("Unauthorized", answer.json().path("error").asText(), what);
      assertEquals(401, answer.json().path("statusCode").asInt(), what);
      assertEquals(
          what.startsWith("for ") ? "FORBIDDEN" : "UNAUTHENTICATED",
          answer.json().path("code").asText(),
          what);
    });
    assertEquals(401, node.http("POST", "/room/end_meeting", "", Map.of()).status());

    assertEquals("announced", CallParties.state(node, room));
  }

  @Test
  void aUserEndsTheCallAndEndsNoneWithoutComplaint() {
    Answer none = parties.end(node, ann, group);
    String room = roomOf(parties.start(node, ann, group));
    Answer ended = parties.end(node, ben, group);
    Answer again = parties.end(node, ben, group);

    for (Answer answer : List.of(none, ended, again)) {
      assertEquals(201, answer.status());
      assertEquals("", answer.text());
    }
    assertEquals("ended by a user", CallParties.state(node, room));
    assertEquals(400, parties.join(node, ben, group).status());
    Eventually.equal(List.of("call.started", "call.ended"), () -> parties.told(room));
    Eventually.equal(false, () -> parties.daily.rooms().names().contains(room));
  }

  @Test
  void anOldFrontEndSaysItsUsersNameOtherwise() {
    String room =
        roomOf(
            node.http(
                "GET",
                ACCESS + "?username=old%20ann",
                "",
                Map.of("x-auth-jwt", parties.startToken(ann, group, "Default", false))));

    Eventually.equal(List.of("call.started"), () -> parties.told(room));
    JsonNode data = parties.receiver.taken().getLast().json().path("data");
    assertEquals("old ann", data.path("username").asText());
    assertEquals("", data.path("displayName").asText());
    assertEquals(ann.text(), data.path("startedBy").asText());
  }

  @Test
  void whatIsNoPictureIsNone() {
    String token = parties.startToken(ann, group, "Default", false);
    Answer answer =
        node.http(
            "GET",
            ACCESS + "?initiator-username=ann&initiator-avatarid=x",
            "",
            Map.of("x-auth-jwt", token));

    assertEquals(200, answer.status());
  }

  @Test
  void callsThatGoOnAreShownToOperators() {
    Answer started = parties.start(node, ann, group);
    String room = roomOf(started);

    assertEquals(401, node.get("/room/meetings").status());
    assertEquals(
        401,
        node.http("GET", "/room/meetings", "", Map.of("authorization", "Bearer guessed")).status());
    JsonNode shown = CallParties.operator(node, "GET", "/room/meetings").json();

    assertEquals(1, shown.size(), shown::toString);
    JsonNode call = shown.get(0);
    assertEquals(room, call.path("roomName").asText());
    assertEquals(started.json().path("messageId"), call.path("messageId"));
    assertFalse(call.path("confirmed").asBoolean(true));
    assertEquals(ann.text(), call.path("startedBy").asText());
    assertEquals("announced", call.path("state").asText());
    assertTrue(call.path("_id").isTextual() && call.path("expiresAt").isTextual());
  }

  @Test
  void onlyPagesThatAreNamedMayShowOursInAFrame() {
    ObjectNode config = parties.config("framedBy", List.of("https://chat.example.com"));
    config.putArray("roles").add("api");
    try (TestNode framed = TestNode.start(stores, config.toString())) {
      Answer answer = framed.get("/health");

      assertTrue(
          answer
              .header("content-security-policy")
              .endsWith("; frame-ancestors 'self' https://chat.example.com"));
      assertEquals("", answer.header("x-frame-options"));
    }
    assertTrue(
        node.get("/health").header("content-security-policy").endsWith("frame-ancestors 'self'"));
    assertEquals("SAMEORIGIN", node.get("/health").header("x-frame-options"));
  }

  @Test
  void callsThatGoOnAreShownToAllWhereThatIsWanted() {
    ObjectNode config = parties.config("publicMeetings", true);
    config.putArray("roles").add("api");
    try (TestNode open = TestNode.start(stores, config.toString())) {
      String room = roomOf(parties.start(node, ann, group));

      Answer answer = open.get("/room/meetings");

      assertEquals(200, answer.status());
      assertEquals(room, answer.json().path(0).path("roomName").asText());
    }
  }

  @Test
  void pagesOfAllOriginsMayAsk() {
    Map<String, String> origin = Map.of("origin", "https://oc.app");
    for (Answer answer :
        List.of(
            access(origin),
            node.http("POST", "/room/end_meeting", "", origin),
            node.http("GET", "/room/meetings", "", origin),
            node.http("POST", "/room/hook", "{}", origin),
            node.http("GET", "/room/nothing", "", origin))) {
      assertEquals("*", answer.header("access-control-allow-origin"), answer::text);
    }
    Answer preflight =
        node.http(
            "OPTIONS",
            ACCESS,
            "",
            Map.of(
                "origin",
                "https://oc.app",
                "access-control-request-method",
                "GET",
                "access-control-request-headers",
                "x-auth-jwt"));

    assertEquals(204, preflight.status());
    assertEquals("*", preflight.header("access-control-allow-origin"));
    assertEquals("x-auth-jwt", preflight.header("access-control-allow-headers"));
    assertTrue(preflight.header("access-control-allow-methods").contains("GET"));
    assertTrue(preflight.header("access-control-allow-methods").contains("POST"));
  }

  @Test
  void aHookIsAnswered200WhateverItSays() {
    String timestamp = String.valueOf(System.currentTimeMillis());
    String probe = "{\"test\":\"test\"}";
    String signature = StandInHooks.sign(CallParties.HMAC, timestamp, probe);
    for (String[] sent :
        new String[][] {
          {probe, timestamp, signature},
          {probe, timestamp, "forged"},
          {"not JSON", timestamp, StandInHooks.sign(CallParties.HMAC, timestamp, "not JSON")},
          {"", "", ""},
        }) {
      Answer answer =
          node.http(
              "POST",
              "/room/hook",
              sent[0],
              Map.of("x-webhook-timestamp", sent[1], "x-webhook-signature", sent[2]));
      assertEquals(200, answer.status());
      assertEquals("", answer.text());
    }
  }

  @Test
  void manyWhoStartAtOnceAreInOneCall() {
    List<CompletableFuture<Answer>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        IcPrincipal user = CallParties.canister();
        asked.add(CompletableFuture.supplyAsync(() -> parties.start(node, user, group), threads));
      }
    }
    List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();

    String room = roomOf(answers.getFirst());
    String message = answers.getFirst().json().path("messageId").asText();
    answers.forEach(answer -> {
      assertEquals(room, roomOf(answer));
      assertEquals(message, answer.json().path("messageId").asText());
    });
    assertEquals(1, answers.stream().filter(it -> !it.json().path("joining").asBoolean()).count());
    String start = VideoCalls.START + " " + groupId.text();
    Eventually.equal(List.of(start), () -> parties.executed(message));
    Eventually.equal(List.of("call.started"), () -> parties.told(room));
    assertEquals(201, parties.end(node, ann, group).status());
    String end = VideoCalls.END + " " + groupId.text();
    Eventually.equal(List.of(start, end), () -> parties.executed(message));
    Eventually.equal(List.of("call.started", "call.ended"), () -> parties.told(room));
    assertEquals(
        List.of("1"),
        node.probe().column("SELECT count(*) FROM calls WHERE \"roomName\" = $1", room));
  }

  /// What Daily was asked to write into the last token.
  private static JsonNode lastToken() {
    List<DailyStandIn.Request> tokens =
        parties.daily.requests().stream()
            .filter(request -> request.route().equals("POST /meeting-tokens"))
            .toList();
    return tokens.getLast().body().path("properties");
  }

  @Test
  void inABroadcastWhoStartsSendsAndWhoJoinsWatches() {
    Answer started = CallParties.access(node, parties.startToken(ann, group, "Broadcast", true));
    String room = roomOf(started);
    JsonNode starter = lastToken();
    assertEquals(200, parties.join(node, ben, group).status());
    JsonNode viewer = lastToken();
    assertEquals(200, parties.join(node, ann, group).status());
    JsonNode again = lastToken();

    assertEquals(200, parties.daily.rooms().properties(room).path("max_participants").asInt());
    assertTrue(
        parties.daily.rooms().properties(room).path("enable_hidden_participants").asBoolean());
    assertEquals(room, starter.path("room_name").asText());
    assertEquals("ann", starter.path("user_name").asText());
    assertEquals(ann.text(), starter.path("user_id").asText());
    assertTrue(starter.path("is_owner").asBoolean());
    assertEquals(
        object("hasPresence", true, "canSend", true, "canAdmin", true),
        starter.path("permissions"));
    assertFalse(starter.path("start_video_off").asBoolean(true));
    assertFalse(viewer.path("is_owner").asBoolean(true));
    assertEquals(
        object("hasPresence", false, "canSend", false, "canAdmin", false),
        viewer.path("permissions"));
    assertTrue(viewer.path("start_video_off").asBoolean());
    assertTrue(viewer.path("start_audio_off").asBoolean());
    // Who has started it presents, also when he comes back to join.
    assertFalse(again.path("is_owner").asBoolean(true));
    assertTrue(again.path("permissions").path("canSend").asBoolean());
  }

  private static List<JsonNode> dead(String room) {
    List<JsonNode> dead = new ArrayList<>();
    CallParties.operator(node, "GET", "/room/deliveries")
        .json()
        .path("deliveries")
        .forEach(delivery -> {
          if (delivery.path("roomName").asText().equals(room)) {
            dead.add(delivery);
          }
        });
    return dead;
  }

  @Test
  void whatWasRefusedIsToldOnceAnOperatorWantsIt() {
    parties.receiver.does(Manner.GONE);
    String room = roomOf(parties.start(node, ann, group));
    Eventually.equal(1, () -> dead(room).size());
    JsonNode delivery = dead(room).getFirst();
    String redeliver = "/room/deliveries/" + delivery.path("id").asText() + "/redeliver";
    assertEquals("start", delivery.path("kind").asText());
    assertEquals("webhook", delivery.path("target").asText());
    assertEquals("dead", delivery.path("state").asText());
    assertTrue(delivery.path("lastError").asText().contains("410"), delivery::toString);

    assertEquals(401, node.get("/room/deliveries").status());
    assertEquals(401, node.post(redeliver, "").status());
    assertEquals(400, CallParties.operator(node, "GET", "/room/deliveries?state=lost").status());
    parties.receiver.does(Manner.TAKES);
    assertEquals(List.of(), parties.told(room));
    Answer again = CallParties.operator(node, "POST", redeliver);

    assertEquals(202, again.status());
    assertEquals("pending", again.json().path("state").asText());
    Eventually.equal(List.of("call.started"), () -> parties.told(room));
    Eventually.equal(404, () -> CallParties.operator(node, "POST", redeliver).status());
    assertEquals(201, parties.end(node, ann, group).status());
    Eventually.equal(List.of("call.started", "call.ended"), () -> parties.told(room));
    assertNotEquals("", CallParties.operator(node, "GET", "/room/deliveries?state=done").text());
  }
}
