package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.OpenChatKey;
import dev.parley.bridge.daily.DailyStandIn.Fault;
import dev.parley.bridge.daily.StandInHooks;
import dev.parley.bridge.daily.StandInRooms;
import dev.parley.bridge.hook.WebhookReceiver.Manner;
import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.bridge.ic.ReplicaStandIn.Mishap;
import dev.parley.bridge.ic.VideoCalls;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/// What the original bridge does wrong, one after the other, and this one does not.
@ExtendWith(StoresExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpstreamFaultsIT {

  private static final int A_WHILE_S = 60;

  private static CallParties parties;
  private static TestNode node;

  private final IcPrincipal ann = CallParties.canister();
  private final IcPrincipal ben = CallParties.canister();
  private final IcPrincipal groupId = CallParties.canister();
  private final ObjectNode group = CallParties.group(groupId);
  private final String startTold = VideoCalls.START + " " + groupId.text();

  /// All that the nodes' own loggers say, down to the least of it.
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    final List<String> all = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      all.add(
          event.getFormattedMessage()
              + " "
              + event.getKeyValuePairs()
              + " "
              + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  @BeforeAll
  static void open(Stores stores) throws Exception {
    parties = new CallParties();
    node = parties.node(stores);
  }

  @AfterAll
  static void close() throws Exception {
    node.close();
    parties.close();
  }

  @AfterEach
  void forget() {
    parties.daily.recover();
    parties.replica.calls(Mishap.NONE);
    parties.receiver.does(Manner.TAKES);
    CallParties.forgetCalls(node);
  }

  private static String room(Answer answer) {
    assertEquals(200, answer.status(), answer::text);
    return answer.json().path("roomName").asText();
  }

  private static String message(Answer answer) {
    assertEquals(200, answer.status(), answer::text);
    return answer.json().path("messageId").asText();
  }

  private static String token(Answer answer) {
    assertEquals(200, answer.status(), answer::text);
    return answer.json().path("token").asText();
  }

  private static void eventually(String state, String room) {
    Eventually.equal(state, () -> CallParties.state(node, room));
  }

  private static void awaitPolls(int more) {
    long before = polls();
    Eventually.equal(true, () -> polls() >= before + more);
  }

  private static long polls() {
    return parties.daily.routes().stream().filter(route -> route.equals("GET /presence")).count();
  }

  /// There an error that Daily answers instead of presence was read as "nobody is anywhere".
  @Test
  @Order(1)
  void anErrorInsteadOfPresenceEndsNoCall() {
    Answer started = parties.start(node, ann, group);
    String room = room(started);
    StandInRooms.Seat seat = parties.daily.rooms().join(token(started));
    CallParties.passes(node, room, A_WHILE_S);
    eventually("confirmed", room);

    parties.daily.fail("GET /presence", Fault.ERROR_BODY);
    awaitPolls(3);
    parties.daily.recover();
    parties.daily.fail("GET /presence", Fault.UNAUTHENTICATED);
    awaitPolls(3);

    assertEquals("confirmed", CallParties.state(node, room));
    assertTrue(parties.daily.rooms().seats(room).contains(seat));
  }

  /// There the token that the front end hangs up with was answered 500.
  @Test
  @Order(2)
  void theTokenForEndingACallEndsIt() {
    String room = room(parties.start(node, ann, group));

    Answer answer = parties.end(node, ann, group);

    assertEquals(201, answer.status());
    assertEquals("", answer.text());
    assertEquals("ended by a user", CallParties.state(node, room));
  }

  /// There whatever was not 200 was "no such room", and who joined was told that there is no call.
  @Test
  @Order(3)
  void aRoomThatDailyDoesNotTellOfIsNotTakenForMissing() {
    String room = room(parties.start(node, ann, group));
    parties.daily.retryAfter("600");
    for (Fault fault : List.of(Fault.UNAUTHENTICATED, Fault.RATE_LIMITED, Fault.BROKEN)) {
      parties.daily.fail("GET /rooms/", fault);

      Answer answer = parties.join(node, ben, group);

      parties.daily.recover();
      assertEquals(401, answer.status(), fault::name);
      assertEquals(
          fault == Fault.UNAUTHENTICATED ? "FORBIDDEN" : "UNAVAILABLE",
          answer.json().path("code").asText(),
          fault::name);
    }
    parties.daily.retryAfter("1");

    assertEquals(room, room(parties.join(node, ben, group)));
    assertTrue(parties.daily.rooms().names().contains(room));
  }

  /// There each of them sent a message of his own.
  @Test
  @Order(4)
  void twoWhoStartAtOnceAreInOneCallWithOneMessage() {
    List<CompletableFuture<Answer>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (IcPrincipal user : List.of(ann, ben)) {
        asked.add(CompletableFuture.supplyAsync(() -> parties.start(node, user, group), threads));
      }
    }
    Answer first = asked.getFirst().join();
    Answer second = asked.getLast().join();

    assertEquals(message(first), message(second));
    assertNotEquals(
        first.json().path("joining").asBoolean(), second.json().path("joining").asBoolean());
    Eventually.equal(List.of(startTold), () -> parties.executed(message(first)));
  }

  /// There it was told once, and nobody looked whether it came.
  @Test
  @Order(5)
  void aStartIsToldUntilItIsTaken() {
    parties.replica.calls(Mishap.STATUS_500);
    parties.receiver.does(Manner.BROKEN);
    int callsBefore = parties.replica.callsSeen();
    Answer started = parties.start(node, ann, group);
    Eventually.equal(true, () -> parties.replica.callsSeen() >= callsBefore + 2);
    assertEquals(List.of(), parties.executed(message(started)));
    assertEquals(List.of(), parties.told(room(started)));

    parties.replica.calls(Mishap.NONE);
    parties.receiver.does(Manner.TAKES);

    Eventually.equal(List.of(startTold), () -> parties.executed(message(started)));
    Eventually.equal(List.of("call.started"), () -> parties.told(room(started)));
  }

  /// There one of two who had taken it was enough, and the other was never told.
  @Test
  @Order(6)
  void theSideOfADirectChatThatWasNotToldOfTheEndIsToldAgain() {
    Answer started = parties.start(node, ann, CallParties.direct(ben));
    String start = VideoCalls.START + " " + ben.text();
    Eventually.equal(List.of(start), () -> parties.executed(message(started)));
    parties.replica.trapsOnce(ann);

    assertEquals(201, parties.end(node, ben, CallParties.direct(ann)).status());

    Eventually.equal(
        Set.of(
            start, VideoCalls.END + " " + ben.text(), VideoCalls.END + " " + ann.text() + " (297)"),
        () -> Set.copyOf(parties.executed(message(started))));
  }

  private static void hook(String body, long timestampMs, String secret) {
    String timestamp = String.valueOf(timestampMs);
    Answer answer =
        node.http(
            "POST",
            "/room/hook",
            body,
            Map.of(
                "x-webhook-timestamp",
                timestamp,
                "x-webhook-signature",
                StandInHooks.sign(secret, timestamp, body)));
    assertEquals(200, answer.status());
  }

  private static String event(String type, String room, long atMs) {
    return SocketClient.object(
            "version",
            "1.0.0",
            "type",
            type,
            "id",
            "e-1",
            "payload",
            SocketClient.object(
                "room",
                room,
                "start_ts",
                atMs / 1000.0,
                "joined_at",
                atMs / 1000.0,
                "end_ts",
                atMs / 1000.0),
            "event_ts",
            atMs / 1000.0)
        .toString();
  }

  /// There any event of a room ended its call, and an old one did as well.
  @Test
  @Order(7)
  void aHookCountsByItsTypeItsTimeAndItsSignatureAlone() {
    String room = room(parties.start(node, ann, group));
    long now = System.currentTimeMillis();
    String foreign = "YW5vdGhlciBzZWNyZXQgdGhhbiB0aGUgb25lIG9mIHRoZSBob29rcw==";
    hook(event("participant.joined", room, now), now, CallParties.HMAC);
    eventually("confirmed", room);

    for (String type : List.of("participant.left", "recording.started", "meeting.ended.soon")) {
      hook(event(type, room, now), now, CallParties.HMAC);
    }
    hook(event("meeting.ended", room, now), now - 600_000, CallParties.HMAC);
    hook(event("meeting.ended", room, now), now + 600_000, CallParties.HMAC);
    hook(event("meeting.ended", room, now), now, foreign);
    String other = room(parties.start(node, ann, CallParties.group(ben)));
    hook(event("participant.joined", other, now + 1_000), now, CallParties.HMAC);
    eventually("confirmed", other);
    assertEquals("confirmed", CallParties.state(node, room));

    long later = System.currentTimeMillis();
    hook(event("meeting.ended", room, later), later, CallParties.HMAC);
    eventually("left", room);
  }

  /// There anybody could see who is in calls.
  @Test
  @Order(8)
  void onlyOperatorsSeeWhichCallsGoOn() {
    String room = room(parties.start(node, ann, group));

    Answer refused = node.get("/room/meetings");

    assertEquals(401, refused.status());
    assertFalse(refused.text().contains(room));
    assertTrue(CallParties.operator(node, "GET", "/room/meetings").text().contains(room));
  }

  /// There it was in the way of the next one for two hours.
  @Test
  @Order(9)
  void aCallToWhichNobodyCameMakesWayForTheNext() {
    Answer first = parties.start(node, ann, group);
    Eventually.equal(List.of(startTold), () -> parties.executed(message(first)));
    CallParties.passes(node, room(first), 240);
    eventually("nobody came", room(first));

    Answer second = parties.start(node, ann, group);

    assertFalse(second.json().path("joining").asBoolean(true));
    assertNotEquals(message(first), message(second));
    Eventually.equal(List.of(startTold), () -> parties.executed(message(second)));
  }

  /// There any token of the chat app would do.
  @Test
  @Order(10)
  void aTokenForAnythingElseEndsNoCall() {
    String room = room(parties.start(node, ann, group));
    for (String type :
        List.of("StartVideoCall", "JoinVideoCall", "user_signed_in", "diamond_membership", "")) {
      ObjectNode claims = CallParties.claims(type, ann, group);
      claims.put("call_type", "Default").put("is_diamond", true);
      Map<String, String> headers = Map.of("x-auth-jwt", parties.key.token(claims.toString()));

      Answer answer = node.http("POST", "/room/end_meeting", "", headers);

      assertEquals(401, answer.status(), type);
    }

    assertEquals("announced", CallParties.state(node, room));
  }

  /// There tokens were logged.
  @Test
  @Order(11)
  void nothingSecretIsLogged() {
    Lines lines = new Lines();
    Logger logger = (Logger) LoggerFactory.getLogger("dev.parley");
    Level before = logger.getLevel();
    lines.start();
    logger.setAdditive(false);
    logger.setLevel(Level.TRACE);
    logger.addAppender(lines);
    Set<String> secrets = new LinkedHashSet<>();
    try {
      haveTrouble(secrets);
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
      logger.setAdditive(true);
      lines.stop();
    }

    secrets.add(CallParties.API_KEY);
    secrets.add(CallParties.OPERATOR);
    secrets.add(CallParties.HMAC);
    secrets.add(CallParties.WEBHOOK_SECRET.substring("whsec_".length()));
    CallParties.IDENTITY.lines().filter(line -> !line.contains("---")).forEach(secrets::add);
    assertTrue(lines.all.stream().anyMatch(line -> line.startsWith("no access ")));
    assertTrue(lines.all.stream().anyMatch(line -> line.startsWith("webhook refused ")));
    assertTrue(lines.all.stream().anyMatch(line -> line.startsWith("delivery given up ")));
    for (String secret : secrets) {
      assertEquals(
          List.of(), lines.all.stream().filter(line -> line.contains(secret)).toList(), secret);
    }
  }

  /// All that a node may want to complain of.
  ///
  /// @param secrets is told what came up that nobody else should know
  private void haveTrouble(Set<String> secrets) {
    String expired =
        parties.key.token(
            CallParties.claims("StartVideoCall", ann, group).put("exp", 1).toString());
    String foreign =
        new OpenChatKey().token(CallParties.claims("JoinVideoCall", ann, group).toString());
    String start = parties.startToken(ann, group, "Default", false);
    for (String bad : List.of(expired, foreign, parties.endToken(ann, group), "no.to.ken")) {
      assertEquals(401, CallParties.access(node, bad).status());
      secrets.add(bad);
    }
    secrets.add(start);
    parties.daily.fail("POST /meeting-tokens", Fault.UNAUTHENTICATED, 1);
    assertEquals(401, CallParties.access(node, start).status());
    parties.daily.fail("GET /presence", Fault.ERROR_BODY);
    parties.receiver.does(Manner.GONE);
    parties.replica.trapsOnce(groupId);
    Answer started = CallParties.access(node, start);
    secrets.add(token(started));
    awaitPolls(2);
    String timestamp = String.valueOf(System.currentTimeMillis());
    String probe = "{\"test\":\"test\"}";
    String signature = StandInHooks.sign(CallParties.HMAC, timestamp, probe);
    secrets.add(signature);
    hook(probe, System.currentTimeMillis() - 600_000, CallParties.HMAC);
    assertEquals(
        200,
        node.http(
                "POST",
                "/room/hook",
                probe + " ",
                Map.of("x-webhook-timestamp", "17" + timestamp, "x-webhook-signature", signature))
            .status());
    assertEquals(
        401,
        node.http(
                "GET",
                "/room/meetings",
                "",
                Map.of("authorization", "Bearer x" + CallParties.OPERATOR))
            .status());
    String end = parties.endToken(ben, group);
    secrets.add(end);
    Eventually.equal(List.of(startTold), () -> parties.executed(message(started)));
    assertEquals(
        201, node.http("POST", "/room/end_meeting", "", Map.of("x-auth-jwt", end)).status());
    String endTold = VideoCalls.END + " " + groupId.text();
    Eventually.equal(List.of(startTold, endTold), () -> parties.executed(message(started)));
  }
}
