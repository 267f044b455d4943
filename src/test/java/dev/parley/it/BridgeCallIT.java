package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.daily.DailyStandIn.Fault;
import dev.parley.bridge.daily.StandInRooms;
import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.bridge.ic.ReplicaStandIn.Executed;
import dev.parley.bridge.ic.VideoCalls;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls from their begin to their end, as all who have a part in them see it.
@ExtendWith(StoresExtension.class)
class BridgeCallIT {

  private static final Pattern PAGE =
      Pattern.compile("https://meet\\.example\\.com/\\?call=([^#]+)#token=(.+)");

  /// Longer than Daily's presence may be late.
  private static final int A_WHILE_S = 60;

  private static Stores stores;
  private static CallParties parties;

  private final IcPrincipal ann = CallParties.canister();
  private final IcPrincipal ben = CallParties.canister();
  private final IcPrincipal chatId = CallParties.canister();
  private final ObjectNode group = CallParties.group(chatId);

  @BeforeAll
  static void open(Stores shared) throws Exception {
    stores = shared;
    parties = new CallParties();
  }

  @AfterAll
  static void close() throws Exception {
    parties.close();
  }

  /// A call that somebody was let into.
  private record Begun(String room, String message, String token, String url) {

    static Begun of(Answer answer) {
      assertEquals(200, answer.status(), answer::text);
      JsonNode body = answer.json();
      return new Begun(
          body.path("roomName").asText(),
          body.path("messageId").asText(),
          body.path("token").asText(),
          body.path("url").asText());
    }

    VideoCalls.Start start(IcPrincipal user, long durationMs, VideoCalls.CallType type) {
      return new VideoCalls.Start(
          Long.parseUnsignedLong(message), user, "ann", "Ann A.", null, durationMs, type);
    }

    long id() {
      return Long.parseUnsignedLong(message);
    }

    /// The argument of the one call of that method.
    byte[] argument(String method) {
      List<Executed> calls =
          parties.replica.executed().stream()
              .filter(call -> call.messageId() == id() && call.method().equals(method))
              .toList();
      assertEquals(1, calls.size(), method);
      return calls.getFirst().arg();
    }
  }

  private static void eventually(String state, TestNode node, Begun call) {
    Eventually.equal(state, () -> CallParties.state(node, call.room));
  }

  /// Both backends have heard of one start and one end, and the room is gone.
  private void isOver(TestNode node, Begun call, String reason, boolean wasJoined) {
    eventually(reason, node, call);
    String place = " " + chatId.text();
    Eventually.equal(
        List.of(VideoCalls.START + place, VideoCalls.END + place),
        () -> parties.executed(call.message));
    Eventually.equal(List.of("call.started", "call.ended"), () -> parties.told(call.room));
    JsonNode ended =
        parties.receiver.taken().stream()
            .map(taken -> taken.json())
            .filter(json -> json.path("type").asText().equals("call.ended"))
            .map(json -> json.path("data"))
            .filter(data -> data.path("roomName").asText().equals(call.room))
            .findFirst()
            .orElseThrow();
    assertEquals(reason, ended.path("reason").asText());
    assertEquals(wasJoined, ended.path("wasJoined").asBoolean());
    assertEquals(call.message, ended.path("messageId").asText());
    Eventually.equal(List.of(), () -> pending(node, call));
    assertFalse(parties.daily.rooms().names().contains(call.room));
    assertEquals(0, parties.receiver.duplicates());
    assertEquals(0, parties.receiver.forged());
  }

  private static List<String> pending(TestNode node, Begun call) {
    return node.probe()
        .column(
            """
            SELECT d.target FROM call_deliveries d JOIN calls c ON c.id = d."callId"
            WHERE c."roomName" = $1 AND d.state <> 'done'
            """,
            call.room);
  }

  @Test
  void aGroupsCallIsOverOnceNobodyIsFoundInItsRoom() {
    try (TestNode node = parties.node(stores)) {
      Begun call = Begun.of(parties.start(node, ann, group));
      StandInRooms.Seat seat = parties.daily.rooms().join(call.token);
      StandInRooms.Seat other =
          parties.daily.rooms().join(Begun.of(parties.join(node, ben, group)).token);
      CallParties.passes(node, call.room, A_WHILE_S);
      eventually("confirmed", node, call);
      parties.daily.rooms().leave(other);
      parties.daily.rooms().leave(seat);

      isOver(node, call, "left", true);

      assertArrayEquals(
          VideoCalls.startInGroup(call.start(ann, 3_600_000, VideoCalls.CallType.DEFAULT)),
          call.argument(VideoCalls.START));
      assertArrayEquals(VideoCalls.endInGroup(call.id()), call.argument(VideoCalls.END));
    }
  }

  @Test
  void aChannelsBroadcastIsOverAsSoonAsDailySaysSo() throws Exception {
    try (TestNode node = parties.node(stores, "pollInterval", "1h")) {
      String hook = parties.hook(node);
      ObjectNode channel = CallParties.channel(chatId, 1_576_343_893L);
      Begun call =
          Begun.of(CallParties.access(node, parties.startToken(ann, channel, "Broadcast", true)));
      StandInRooms.Seat seat = parties.daily.rooms().join(call.token);
      eventually("confirmed", node, call);
      StandInRooms.Seat other =
          parties.daily.rooms().join(Begun.of(parties.join(node, ben, channel)).token);
      parties.daily.rooms().leave(seat);
      parties.daily.hooks().settle();
      eventually("confirmed", node, call);
      parties.daily.rooms().leave(other);

      isOver(node, call, "left", true);

      assertArrayEquals(
          VideoCalls.startInCommunity(
              call.start(ann, 7_200_000, VideoCalls.CallType.BROADCAST), 1_576_343_893L),
          call.argument(VideoCalls.START));
      assertArrayEquals(
          VideoCalls.endInCommunity(1_576_343_893L, call.id()), call.argument(VideoCalls.END));
      assertEquals("ACTIVE", parties.daily.hooks().state(hook));
    }
  }

  @Test
  void bothSidesOfADirectChatAreToldOfTheEndEachForItself() {
    try (TestNode node = parties.node(stores)) {
      Begun call = Begun.of(parties.start(node, ann, CallParties.direct(ben)));
      Begun answered = Begun.of(parties.start(node, ben, CallParties.direct(ann)));
      assertEquals(call.room, answered.room);
      assertEquals(call.message, answered.message);
      String started = VideoCalls.START + " " + ben.text();
      Eventually.equal(List.of(started), () -> parties.executed(call.message));
      parties.replica.trapsOnce(ben);

      assertEquals(201, parties.end(node, ann, CallParties.direct(ben)).status());

      // Only one of two has begun it here: the real one would have told the other.
      Eventually.equal(
          Set.of(
              started,
              VideoCalls.END + " " + ben.text(),
              VideoCalls.END + " " + ann.text() + " (297)"),
          () -> Set.copyOf(parties.executed(call.message)));
      assertEquals(3, parties.executed(call.message).size());
      assertArrayEquals(
          VideoCalls.startWithUser(call.start(ann, 3_600_000, VideoCalls.CallType.DEFAULT)),
          call.argument(VideoCalls.START));
      for (IcPrincipal side : List.of(ann, ben)) {
        byte[] told =
            parties.replica.executed().stream()
                .filter(it -> it.canister().equals(side) && it.method().equals(VideoCalls.END))
                .findFirst()
                .orElseThrow()
                .arg();
        assertArrayEquals(VideoCalls.endWithUser(side.equals(ann) ? ben : ann, call.id()), told);
      }
      Eventually.equal(List.of(), () -> pending(node, call));
      assertEquals(
          List.of("ic/user/" + ann.text() + "/" + ben.text() + " once"),
          node.probe()
              .column(
                  """
                  SELECT d.target || ' once' FROM call_deliveries d
                  JOIN calls c ON c.id = d."callId"
                  WHERE c."roomName" = $1 AND d.kind = 'end' AND d.target LIKE 'ic/%'
                    AND d.attempts = 1
                  """,
                  call.room));
    }
  }

  private static SocketClient come(TestNode node, Begun call) {
    Matcher url = PAGE.matcher(call.url);
    assertTrue(url.matches(), call.url);
    assertEquals(call.token, url.group(2));
    SocketClient socket =
        SocketClient.open(node.clients(), node.port(), Map.of())
            .connect(Map.of("token", call.token))
            .authenticated();
    socket.join(url.group(1));
    return socket;
  }

  @Test
  void aCallInARoomOfOurOwnIsOverOnceTheLastHasLeft() {
    try (TestNode node =
        parties.node(stores, "rooms", "parley", "page", "https://meet.example.com")) {
      int before = parties.daily.requests().size();
      Begun call = Begun.of(parties.start(node, ann, group));
      SocketClient first = come(node, call);
      eventually("confirmed", node, call);
      SocketClient second = come(node, Begun.of(parties.join(node, ben, group)));
      first.leave();
      second.ask("room:message", "roomId", "none", "data", "still here");
      assertEquals("confirmed", CallParties.state(node, call.room));
      second.leave();

      isOver(node, call, "left", true);

      assertEquals(400, parties.join(node, ben, group).status());
      assertEquals(before, parties.daily.requests().size());
    }
  }

  @Test
  void aCallToWhichNobodyComesIsOver() {
    try (TestNode node = parties.node(stores, "rooms", "parley", "joinWithin", "50s")) {
      Begun call = Begun.of(parties.start(node, ann, group));
      CallParties.passes(node, call.room, A_WHILE_S);

      isOver(node, call, "nobody came", false);
    }
  }

  @Test
  void aCallThatBeginsWhileDailyIsAwayIsInARoomOfOurOwn() throws Exception {
    try (TestNode node =
        parties.node(stores, "fallback", true, "page", "https://meet.example.com")) {
      parties.daily.goesDown();
      Begun call;
      try {
        call = Begun.of(parties.start(node, ann, group));
      } finally {
        parties.daily.comesBack();
      }
      Begun joined = Begun.of(parties.join(node, ben, group));
      assertEquals(call.message, joined.message);
      SocketClient socket = come(node, joined);
      eventually("confirmed", node, call);
      socket.leave();

      isOver(node, call, "left", true);
    }
  }

  private static TestNode member(int which, String cluster, int[] ports, Object... others) {
    ObjectNode config = parties.config(others);
    List<String> members = List.of("127.0.0.1:" + ports[0], "127.0.0.1:" + ports[1]);
    config.set("node", object("id", which + "-" + cluster));
    String roles =
        ClusterNodes.config(cluster, ports[which], members, new String[] {"media", "presence"});
    config.setAll((ObjectNode) SocketClient.tree(roles));
    return TestNode.start(stores, config.toString());
  }

  private static String holder(TestNode node) {
    return String.join(
        "", node.probe().column("SELECT holder FROM presence_lease WHERE \"until\" > now()"));
  }

  @Test
  void theNodeThatLooksAfterCallsMayGo() {
    String cluster = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(2);
    TestNode first = member(0, cluster, ports);
    CallParties.forgetCalls(first);
    Eventually.equal("0-" + cluster, () -> holder(first));
    try (TestNode second = member(1, cluster, ports)) {
      Begun call;
      StandInRooms.Seat seat;
      try (first) {
        call = Begun.of(parties.start(first, ann, group));
        Begun joined = Begun.of(parties.join(second, ben, group));
        assertEquals(call.message, joined.message);
        assertEquals("0-" + cluster, holder(second));
        seat = parties.daily.rooms().join(joined.token);
        CallParties.passes(first, call.room, A_WHILE_S);
        eventually("confirmed", first, call);
      }
      Eventually.equal("1-" + cluster, () -> holder(second));
      parties.daily.rooms().leave(seat);

      isOver(second, call, "left", true);
    }
  }

  @Test
  void aCallInARoomOfOurOwnOutlivesANodeOfItsPeople() {
    String cluster = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(2);
    Object[] ours = {"rooms", "parley", "page", "https://meet.example.com"};
    TestNode first = member(0, cluster, ports, ours);
    CallParties.forgetCalls(first);
    Eventually.equal("0-" + cluster, () -> holder(first));
    try (TestNode second = member(1, cluster, ports, ours)) {
      Begun call;
      SocketClient other;
      try (first) {
        call = Begun.of(parties.start(first, ann, group));
        var _ = come(first, call);
        other = come(second, Begun.of(parties.join(second, ben, group)));
        eventually("confirmed", second, call);
      }
      Eventually.equal("1-" + cluster, () -> holder(second));
      assertEquals("confirmed", CallParties.state(second, call.room));
      other.leave();

      isOver(second, call, "left", true);
    }
  }

  private static int polls() {
    return (int)
        parties.daily.routes().stream().filter(route -> route.equals("GET /presence")).count();
  }

  private static void awaitPolls(int more) {
    int before = polls();
    Eventually.equal(true, () -> polls() >= before + more);
  }

  @Test
  void whateverDailySaysInsteadOfItsPresenceNothingEnds() throws Exception {
    try (TestNode node = parties.node(stores)) {
      Begun call = Begun.of(parties.start(node, ann, group));
      StandInRooms.Seat seat = parties.daily.rooms().join(call.token);
      CallParties.passes(node, call.room, A_WHILE_S);
      eventually("confirmed", node, call);

      for (Fault fault :
          List.of(
              Fault.UNAUTHENTICATED,
              Fault.ERROR_BODY,
              Fault.MALFORMED,
              Fault.PAGE,
              Fault.REDIRECT,
              Fault.BROKEN)) {
        parties.daily.fail("GET /presence", fault);
        awaitPolls(3);
        parties.daily.recover();
        assertEquals("confirmed", CallParties.state(node, call.room), fault::name);
      }
      parties.daily.goesDown();
      Eventually.equal(true, () -> lastPollFailed(node));
      parties.daily.comesBack();
      awaitPolls(2);
      assertEquals("confirmed", CallParties.state(node, call.room));
      parties.daily.rooms().leave(seat);

      isOver(node, call, "left", true);
    }
  }

  /// Whether another poll has failed since this was asked first.
  private @Nullable String failuresBefore;

  private boolean lastPollFailed(TestNode node) {
    String now =
        node.get("/metrics")
            .text()
            .lines()
            .filter(line -> line.startsWith("parley_bridge_polls") && line.contains("failed"))
            .findFirst()
            .orElse("");
    if (failuresBefore == null) {
      failuresBefore = now;
    }
    return !now.equals(failuresBefore);
  }
}
