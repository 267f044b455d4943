package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Strangers on two nodes, of which one is a matchmaker.
@ExtendWith(StoresExtension.class)
class StrangersClusterIT {

  private ClusterNodes nodes;
  private Crowd first;
  private Crowd second;
  private boolean isSecondDown;

  @BeforeEach
  void open(Stores stores) {
    ObjectNode config = (ObjectNode) SocketClient.tree(Crowd.CONFIG);
    ((ObjectNode) config.path("match")).put("sessionTtl", "10s");
    config.set("signaling", object("resume", object("window", "10s")));
    nodes = ClusterNodes.start(stores, config, "matchmaking");
    first = new Crowd(nodes.first());
    second = new Crowd(nodes.second());
    second.speak(first.language());
  }

  @AfterEach
  void close() {
    first.calm();
    second.calm();
    nodes.first().close();
    if (!isSecondDown) {
      nodes.second().close();
    }
  }

  private record Two(SocketClient a, SocketClient b, String deviceA, String deviceB, String id) {}

  private Two match() {
    String deviceA = Crowd.device();
    String deviceB = Crowd.device();
    SocketClient a = first.device(deviceA);
    SocketClient b = second.device(deviceB);
    first.queue(a);
    second.queue(b);
    String id = a.next("matched").path("sessionId").asText();
    assertEquals(id, b.next("matched").path("sessionId").asText());
    return new Two(a, b, deviceA, deviceB, id);
  }

  @Test
  void theyMeetAndTalkAndPart() {
    Two two = match();
    two.a.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of("sdp", "a"));
    two.b.emit("send-offer", "sessionId", two.id, "type", "offer", "data", Map.of("sdp", "b"));
    List<String> heard = new ArrayList<>(two.a.names());
    heard.addAll(two.b.names());
    assertEquals(List.of("offer"), heard);
    two.b.emit("send-message", "sessionId", two.id, "message", "hi", "timestamp", 3);
    assertEquals(
        object("sessionId", two.id, "message", "hi", "timestamp", 3, "from", two.deviceB),
        two.a.next("message"));
    two.b.emit("end-call", "sessionId", two.id);
    two.b.next("call-ended");
    two.a.next("peer-disconnected");
  }

  @Test
  void whatIsSaidAtOnceIsNotMissed() {
    for (int round = 0; round < 20; round++) {
      Crowd early = round % 2 == 0 ? first : second;
      Crowd late = round % 2 == 0 ? second : first;
      SocketClient a = early.device(Crowd.device());
      SocketClient b = late.device(Crowd.device());
      early.queue(a);
      late.queue(b);
      // Whoever hears of it first speaks first; that is the one who came last.
      String id = b.next("matched").path("sessionId").asText();
      b.emit("send-offer", "sessionId", id, "type", "offer", "data", Map.of("sdp", "b"));
      a.next("matched");
      assertEquals("b", a.next("offer").path("offer").path("sdp").asText());
      b.emit("end-call", "sessionId", id);
      a.next("peer-disconnected");
      first.calm();
      second.calm();
      second.speak(first.language());
    }
  }

  @Test
  void aDeviceCountsOnItsNewestNode() {
    Two two = match();
    SocketClient again = second.device(two.deviceA);
    two.b.next("peer-disconnected");
    two.a.emit("join-queue");
    assertEquals("Connected elsewhere", two.a.next("error").path("message").asText());
    second.queue(again);
    assertEquals(List.of(), two.b.names());
  }

  @Test
  void whoeverIsShutOutIsCutOffOnEveryNode() {
    Two two = match();
    String moderator = "Bearer " + first.moderator();
    TestNode.Answer answer =
        nodes
            .first()
            .http(
                "POST",
                "/moderation/bans",
                object("kind", "device", "value", two.deviceB, "reason", "a test").toString(),
                Map.of("content-type", "application/json", "authorization", moderator));
    assertEquals(201, answer.status(), answer::text);
    assertEquals("blocked", two.b.next("moderation-action").path("type").asText());
    two.b.next(SocketClient.DISCONNECT);
    two.b.next(SocketClient.CLOSE);
    two.a.next("peer-disconnected");
    // On neither node is he let in again.
    for (Crowd crowd : List.of(first, second)) {
      SocketClient again = crowd.socket("Bearer " + crowd.token(two.deviceB));
      again.next(SocketClient.DISCONNECT);
    }
  }

  @Test
  void aCallOutlivesItsRecord() {
    Two two = match();
    StoreProbe probe = nodes.first().probe();
    probe.keys("room:{" + two.id + "}*").forEach(key -> probe.redis(Command.DEL, key));
    two.a.emit("send-message", "sessionId", two.id, "message", "hi", "timestamp", 3);
    assertEquals("hi", two.b.next("message").path("message").asText());
  }

  @Test
  void aRecordIsRenewedWhileTheCallGoesOn() {
    Two two = match();
    StoreProbe probe = nodes.first().probe();
    String key = "room:{" + two.id + "}";
    probe.redis(Command.EXPIRE, key, "6");
    Eventually.equal(true, () -> probe.ttl(key) > 6);
  }

  private SocketClient backAtTheFirst(SocketClient before) {
    isSecondDown = true;
    nodes.second().close();
    SocketClient client =
        SocketClient.open(nodes.first().clients(), nodes.first().port(), Map.of()).resume(before);
    assertEquals(before.id(), client.id());
    return client;
  }

  @Test
  void aCallOutlivesTheNodeOfOneOfThem() {
    Two two = match();
    SocketClient b = backAtTheFirst(two.b);
    two.a.emit("send-message", "sessionId", two.id, "message", "there?", "timestamp", 3);
    assertEquals("there?", b.next("message").path("message").asText());
    b.emit("send-message", "sessionId", two.id, "message", "yes", "timestamp", 4);
    JsonNode heard = two.a.next("message");
    assertEquals("yes", heard.path("message").asText());
    b.emit("end-call", "sessionId", two.id);
    two.a.next("peer-disconnected");
    b.close();
  }
}
