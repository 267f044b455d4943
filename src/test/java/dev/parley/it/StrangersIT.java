package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
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

/// Strangers who are matched with each other, event by event.
@ExtendWith(StoresExtension.class)
class StrangersIT {

  private static Crowd crowd;

  @BeforeAll
  static void open(Stores stores) {
    crowd = Crowd.start(stores);
  }

  @AfterAll
  static void end() {
    crowd.close();
  }

  @AfterEach
  void calm() {
    crowd.calm();
  }

  private static JsonNode without(JsonNode payload, String... fields) {
    ObjectNode rest = payload.deepCopy();
    for (String field : fields) {
      assertTrue(rest.has(field), () -> field + " in " + payload);
      rest.remove(field);
    }
    return rest;
  }

  /// What was heard, but for where one stands in the queue.
  private static List<String> names(SocketClient client) {
    return client.names().stream().filter(name -> !name.equals("queue-update")).toList();
  }

  private record Two(SocketClient a, SocketClient b, String deviceA, String deviceB, String id) {}

  private static Two match() {
    String deviceA = Crowd.device();
    String deviceB = Crowd.device();
    SocketClient a = crowd.device(deviceA);
    SocketClient b = crowd.device(deviceB);
    crowd.queue(a);
    crowd.queue(b);
    String id = a.next("matched").path("sessionId").asText();
    b.next("matched");
    return new Two(a, b, deviceA, deviceB, id);
  }

  /// A device as the smoke test of the original has it.
  private static String token(String deviceId) {
    TestNode.Answer answer = crowd.node().post("/auth/token", Map.of("deviceId", deviceId));
    assertEquals(201, answer.status(), answer::text);
    assertEquals("5m", answer.json().path("expiresIn").asText());
    return answer.json().path("accessToken").asText();
  }

  @Test
  void theTranscriptOfTheOriginal() {
    String deviceA = "smoke-a";
    String deviceB = "smoke-b";
    SocketClient a = crowd.socket("Bearer " + token(deviceA));
    assertEquals(object("deviceId", deviceA), without(a.next("connected"), "timestamp"));
    SocketClient b = crowd.socket("Bearer " + token(deviceB));
    b.next("connected");
    a.emit("join-queue", "region", "global", "language", "en");
    assertEquals(Set.of("position", "queueLength", "timestamp"), fields(a.next("queue-joined")));
    b.emit("join-queue", "region", "global", "language", "en");
    b.next("queue-joined");

    JsonNode matched = a.next("matched");
    String id = matched.path("sessionId").asText();
    assertEquals(
        object("peerId", deviceB, "compatibilityScore", 70, "commonInterests", List.of()),
        without(matched, "sessionId", "timestamp"));
    assertEquals(id, b.next("matched").path("sessionId").asText());
    assertTrue(id.matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));

    a.emit("send-offer", "sessionId", id, "type", "offer", "data", Map.of("sdp", "fake-offer"));
    assertEquals(
        object("sessionId", id, "offer", Map.of("sdp", "fake-offer"), "from", deviceA),
        b.next("offer"));
    b.emit("send-answer", "sessionId", id, "type", "answer", "data", Map.of("sdp", "fake-answer"));
    assertEquals(
        object("sessionId", id, "answer", Map.of("sdp", "fake-answer"), "from", deviceB),
        a.next("answer"));
    a.emit(
        "send-candidate", "sessionId", id, "type", "candidate", "data", Map.of("candidate", "c"));
    assertEquals(
        object("sessionId", id, "candidate", Map.of("candidate", "c"), "from", deviceA),
        b.next("candidate"));
    a.emit("send-message", "sessionId", id, "message", "hi", "sender", "Al", "timestamp", 17);
    assertEquals(
        object("sessionId", id, "message", "hi", "sender", "Al", "timestamp", 17, "from", deviceA),
        b.next("message"));
    b.emit("send-reaction", "sessionId", id, "emoji", "\uD83D\uDE00", "timestamp", 18);
    assertEquals(
        object("sessionId", id, "emoji", "\uD83D\uDE00", "timestamp", 18, "from", deviceB),
        a.next("reaction"));
    a.emit("end-call", "sessionId", id);
    assertEquals(object("sessionId", id), a.next("call-ended"));
    assertEquals(object("sessionId", id), b.next("peer-disconnected"));
    assertEquals(List.of(), names(a));
    assertEquals(List.of(), names(b));
  }

  @Test
  void lateEventsAreHarmless() {
    Two two = match();
    two.a.emit("end-call", "sessionId", two.id);
    two.a.next("call-ended");
    crowd.queue(two.a);
    two.b.next("peer-disconnected");
    two.b.emit("send-answer", "sessionId", two.id, "type", "answer", "data", Map.of());
    two.b.emit("send-candidate", "sessionId", two.id, "type", "candidate", "data", Map.of());
    two.b.emit("end-call", "sessionId", two.id);
    assertEquals(object("sessionId", two.id), two.b.next("call-ended"));
    two.b.emit("end-call", "sessionId", "nonsense");
    assertEquals(object("sessionId", "nonsense"), two.b.next("call-ended"));
    two.b.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of());
    assertEquals(object("message", "Session not found", "code", "FORBIDDEN"), two.b.next("error"));
    assertEquals(List.of(), names(two.b));
  }

  @Test
  void whoeverLeavesThePageIsMissed() {
    Two two = match();
    two.a.leave();
    assertEquals(object("sessionId", two.id), two.b.next("peer-disconnected"));
  }

  @Test
  void twoWhoComeTogetherAreMatchedOnce() {
    for (int round = 0; round < 10; round++) {
      SocketClient a = crowd.device(Crowd.device());
      SocketClient b = crowd.device(Crowd.device());
      a.emit("join-queue", "language", crowd.language());
      b.emit("join-queue", "language", crowd.language());
      String id = a.next("matched").path("sessionId").asText();
      assertEquals(id, b.next("matched").path("sessionId").asText());
      assertEquals(List.of("queue-joined"), names(a));
      assertEquals(List.of("queue-joined"), names(b));
      crowd.calm();
    }
  }

  @Test
  void noOneIsMatchedWithHimself() {
    String device = Crowd.device();
    SocketClient a = crowd.device(device);
    for (int i = 0; i < 10; i++) {
      a.emit("join-queue", "language", crowd.language());
    }
    assertEquals(List.of("queue-joined"), names(a));
    SocketClient again = crowd.device(device);
    crowd.queue(again);
    assertEquals(List.of(), names(again));
    a.emit("join-queue", "language", crowd.language());
    assertEquals("Connected elsewhere", a.next("error").path("message").asText());

    // The one that counts is the newest; that the older ends does not matter.
    a.close();
    SocketClient b = crowd.device(Crowd.device());
    crowd.queue(b);
    assertEquals(device, b.next("matched").path("peerId").asText());
    again.next("matched");
    b.close();
    again.next("peer-disconnected");
  }

  @Test
  void aNewerSocketEndsTheSessionOfTheOlder() {
    Two two = match();
    SocketClient again = crowd.device(two.deviceA);
    two.b.next("peer-disconnected");
    two.a.emit("send-message", "sessionId", two.id, "message", "hi", "timestamp", 1);
    assertEquals("Session not found", two.a.next("error").path("message").asText());
    two.a.close();
    crowd.queue(again);
    assertEquals(List.of(), names(two.b));
  }

  @Test
  void aThirdMayNotSpeakInTheSession() {
    Two two = match();
    SocketClient c = crowd.device(Crowd.device());
    c.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of());
    assertEquals("Session not found", c.next("error").path("message").asText());
    c.emit("send-message", "sessionId", two.id, "message", "hi", "timestamp", 1);
    assertEquals("Session not found", c.next("error").path("message").asText());
    c.emit("end-call", "sessionId", two.id);
    c.next("call-ended");
    assertEquals(List.of(), names(two.a));
    assertEquals(List.of(), names(two.b));
  }

  @Test
  void aWishMayBeMissing() {
    SocketClient a = crowd.device(Crowd.device());
    a.send("42/signaling,[\"join-queue\"]");
    a.next("queue-joined");
    a.emit("leave-queue");
    assertEquals(Set.of("timestamp"), fields(a.next("queue-left")));
    assertEquals(List.of(), names(a));
  }

  private static Set<String> fields(JsonNode payload) {
    Set<String> fields = new HashSet<>();
    payload.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  @Test
  void whoHasLeftTheQueueIsNotMatched() {
    SocketClient a = crowd.device(Crowd.device());
    crowd.queue(a);
    a.emit("leave-queue");
    a.next("queue-left");
    SocketClient b = crowd.device(Crowd.device());
    crowd.queue(b);
    b.leave();
    SocketClient c = crowd.device(Crowd.device());
    crowd.queue(c);
    assertEquals(List.of(), names(a));
    assertEquals(List.of(), names(c));
  }

  @Test
  void theEleventhJoinOfAMinuteIsRefused() {
    SocketClient a = crowd.device(Crowd.device());
    for (int i = 0; i < 10; i++) {
      crowd.queue(a, "region", "r" + i);
    }
    a.emit("join-queue", "region", "other", "language", crowd.language());
    JsonNode error = a.next("error");
    assertEquals("Rate limit exceeded. Please wait.", error.path("message").asText());
    assertEquals("RATE_LIMITED", error.path("code").asText());
    assertTrue(error.path("retryAfterMs").asLong() > 0);
    // He still waits, and may say again what he said last.
    a.emit("join-queue", "region", "r9", "language", crowd.language());
    assertEquals(List.of(), names(a));
  }

  @Test
  void onlyThoseWhoSuitAreMatched() {
    SocketClient a = crowd.device(Crowd.device());
    crowd.queue(a, "region", "eu", "gender", "male", "genderPreference", "female");
    SocketClient b = crowd.device(Crowd.device());
    crowd.queue(b, "region", "us", "gender", "female");
    SocketClient c = crowd.device(Crowd.device());
    crowd.queue(c, "region", "eu", "gender", "male");
    SocketClient d = crowd.device(Crowd.device());
    crowd.queue(d, "region", "eu", "language", "of nobody");
    assertEquals(List.of(), names(a));

    String device = Crowd.device();
    SocketClient e = crowd.device(device);
    crowd.queue(
        e,
        "preferences",
        Map.of("gender", "female", "interests", List.of("Chess")),
        "interests",
        List.of("Jazz", "jazz", 7));
    assertEquals(device, a.next("matched").path("peerId").asText());
    for (SocketClient each : List.of(b, c, d)) {
      assertEquals(List.of(), names(each));
    }
  }

  @Test
  void whatTheyShareIsToldToBoth() {
    SocketClient a = crowd.device(Crowd.device());
    SocketClient b = crowd.device(Crowd.device());
    crowd.queue(a, "interests", List.of("chess", "jazz", "go"));
    crowd.queue(b, "interests", List.of("GO", "Chess"));
    JsonNode matched = a.next("matched");
    assertEquals(object("x", List.of("chess", "go")).path("x"), matched.path("commonInterests"));
    assertEquals(90, matched.path("compatibilityScore").asInt());
    assertEquals(
        object("x", List.of("go", "chess")).path("x"), b.next("matched").path("commonInterests"));
    String id = matched.path("sessionId").asText();
    a.emit("get-match-details", "sessionId", id);
    assertEquals(
        object(
            "sessionId", id, "compatibilityScore", 90, "commonInterests", List.of("chess", "go")),
        a.next("match-details"));
    a.emit("get-match-details", "sessionId", "other");
    assertEquals(
        object("sessionId", "other", "compatibilityScore", null, "commonInterests", List.of()),
        a.next("match-details"));
  }

  @Test
  void oneOfTwoOffersThatCrossGetsThrough() {
    Two two = match();
    two.a.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of("sdp", "a"));
    two.b.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of("sdp", "b"));
    List<String> heard = new ArrayList<>(names(two.a));
    heard.addAll(names(two.b));
    assertEquals(List.of("offer"), heard);
  }

  @Test
  void whatIsSaidAtOnceIsNotMissed() {
    for (int round = 0; round < 20; round++) {
      SocketClient a = crowd.device(Crowd.device());
      SocketClient b = crowd.device(Crowd.device());
      crowd.queue(a);
      crowd.queue(b);
      // Whoever hears of it first speaks first; that is the one who came last.
      String id = b.next("matched").path("sessionId").asText();
      b.emit("send-offer", "sessionId", id, "type", "offer", "data", Map.of("sdp", "b"));
      a.next("matched");
      assertEquals("b", a.next("offer").path("offer").path("sdp").asText());
      crowd.calm();
    }
  }

  @Test
  void anAnsweredOfferMayBeFollowedByOneOfTheOther() {
    Two two = match();
    two.a.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of("sdp", "a"));
    two.b.next("offer");
    two.b.emit("send-answer", "sessionId", two.id, "type", "answer", "data", Map.of());
    two.a.next("answer");
    two.b.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of("sdp", "b"));
    assertEquals("b", two.a.next("offer").path("offer").path("sdp").asText());
  }

  @Test
  void whoeverHasNoGoodTokenIsDisconnectedWithoutAWord() {
    String device = Crowd.device();
    JsonObject claims = new JsonObject().put("sub", device).put("deviceId", device);
    for (String token :
        List.of(
            "",
            "Bearer nonsense",
            "Bearer " + crowd.token(claims, -10),
            crowd.token(new JsonObject().put("sub", device), 300),
            crowd.node().register("Ann").token())) {
      SocketClient client = crowd.socket(token);
      client.next(SocketClient.DISCONNECT);
      client.next(SocketClient.CLOSE);
      assertEquals(List.of(), client.leftOver(), token);
    }
    SocketClient raw = crowd.socket(crowd.token(device));
    assertEquals(device, raw.next("connected").path("deviceId").asText());
  }

  @Test
  void thoseWhoWaitAreToldWhereTheyStand() {
    SocketClient a = crowd.device(Crowd.device());
    crowd.queue(a, "region", "eu");
    SocketClient b = crowd.device(Crowd.device());
    crowd.queue(b, "region", "us");
    JsonNode news = b.next("queue-update");
    assertEquals(2, news.path("position").asInt());
    assertEquals(6, news.path("estimatedWaitTime").asInt());
    assertEquals(Set.of("position", "estimatedWaitTime", "timestamp"), fields(news));
    assertEquals(5, a.next("queue-update").path("estimatedWaitTime").asInt());
  }

  @Test
  void whomTheQueueHasLostItGetsBack() {
    SocketClient a = crowd.device(Crowd.device());
    crowd.queue(a, "region", "eu");
    a.next("queue-update");
    StoreProbe probe = crowd.node().probe();
    probe.keys("match:{q}:*").forEach(key -> probe.redis(Command.DEL, key));
    SocketClient b = crowd.device(Crowd.device());
    crowd.queue(b, "region", "eu");
    a.next("matched");
    b.next("matched");
  }

  @Test
  void whoHasSkippedMeetsAnotherBeforeTheSame() {
    Two two = match();
    two.a.emit("end-call", "sessionId", two.id, "wasSkipped", true);
    two.a.next("call-ended");
    two.b.next("peer-disconnected");
    crowd.queue(two.a);
    crowd.queue(two.b);
    String device = Crowd.device();
    SocketClient c = crowd.device(device);
    crowd.queue(c);
    JsonNode matched = two.a.next("matched");
    assertEquals(device, matched.path("peerId").asText());
    assertNotEquals(two.id, matched.path("sessionId").asText());
    assertTrue(two.b.all().stream().noneMatch(each -> each.name().equals("matched")));
  }
}
