package dev.parley.it;

import static dev.parley.it.SocketClient.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.OpenChatKey;
import dev.parley.bridge.daily.DailyStandIn;
import dev.parley.bridge.hook.WebhookReceiver;
import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.bridge.ic.OperatorKey;
import dev.parley.bridge.ic.ReplicaStandIn;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/// All who have a part in bridged calls, besides the nodes: a chat app that signs its users'
/// tokens, stand-ins for daily.co and for the Internet Computer with the chat's canisters, and a
/// receiver of webhooks.
///
/// A node looks after all calls of its stores: a test begins and ends with none.
final class CallParties {

  static final String API_KEY = "the-key-that-daily-knows-us-by";
  static final String OPERATOR = "the-token-of-an-operator";
  static final String HMAC = "dGhlIHNlY3JldCBvZiB0aGUgd2ViaG9va3Mgb2YgZGFpbHk=";
  static final String WEBHOOK_SECRET = "whsec_b2Ygd2ViaG9va3MgdG8gYW5vdGhlciBjaGF0IGFwcA==";

  /// A key that agent-js publishes for its own tests.
  static final String IDENTITY =
      """
      -----BEGIN EC PRIVATE KEY-----
      MHQCAQEEIGfKHuyoCCCbEXb0789MIdWiCIpZo1LaKApv95SSIaWPoAcGBSuBBAAK
      oUQDQgAEahC99Avid7r8D6kIeLjjxJ8kwdJRy5nPrN9o18P7xHT95i0JPr5ivc9v
      CB8vG2s97NB0re2MhqvdWgradJZ8Ow==
      -----END EC PRIVATE KEY-----
      """;

  private static final SecureRandom RANDOM = new SecureRandom();

  final OpenChatKey key = new OpenChatKey();
  final DailyStandIn daily;
  final ReplicaStandIn replica;
  final WebhookReceiver receiver;
  private final Vertx vertx = Vertx.vertx();

  CallParties() throws Exception {
    daily = new DailyStandIn(vertx, API_KEY, System::currentTimeMillis);
    replica =
        new ReplicaStandIn(
            vertx, System::currentTimeMillis, OperatorKey.parse(IDENTITY).principal(), true);
    receiver = new WebhookReceiver(vertx, WEBHOOK_SECRET, System::currentTimeMillis);
  }

  /// What nodes are told of all of them.
  ///
  /// @param others what is different, names and values in turn
  ObjectNode config(Object... others) {
    ObjectNode bridge =
        object(
            "dailyApiKey",
            API_KEY,
            "dailyUrl",
            daily.url(),
            "dailyHookHmac",
            HMAC,
            "ocIdentity",
            IDENTITY,
            "ocPublic",
            key.pem(),
            "icUrl",
            replica.url().toString(),
            "pollInterval",
            "200ms",
            "operatorToken",
            OPERATOR,
            "webhook",
            object("url", receiver.url(), "secret", WEBHOOK_SECRET));
    bridge.setAll(object(others));
    return object("bridge", bridge);
  }

  /// A node that does all, on stores in which no call goes on.
  TestNode node(Stores stores, Object... others) {
    TestNode node = TestNode.start(stores, config(others).toString());
    forgetCalls(node);
    return node;
  }

  /// Nothing is known of any call any more, nor is anything to be told.
  static void forgetCalls(TestNode node) {
    node.probe().rows("DELETE FROM calls");
  }

  /// Somebody's canister, or a chat's, that nobody else has.
  static IcPrincipal canister() {
    byte[] id = new byte[10];
    RANDOM.nextBytes(id);
    id[8] = 1;
    id[9] = 1;
    return IcPrincipal.of(id);
  }

  static ObjectNode group(IcPrincipal id) {
    return object("Group", id.text());
  }

  static ObjectNode direct(IcPrincipal other) {
    return object("Direct", other.text());
  }

  static ObjectNode channel(IcPrincipal community, long id) {
    return object("Channel", List.of(community.text(), id));
  }

  static ObjectNode claims(String type, IcPrincipal user, ObjectNode chat) {
    return object(
        "exp",
        System.currentTimeMillis() / 1000 + 300,
        "claim_type",
        type,
        "user_id",
        user.text(),
        "chat_id",
        chat);
  }

  String startToken(IcPrincipal user, ObjectNode chat, String callType, boolean diamond) {
    ObjectNode claims = claims("StartVideoCall", user, chat);
    claims.put("call_type", callType).put("is_diamond", diamond);
    return key.token(claims.toString());
  }

  String joinToken(IcPrincipal user, ObjectNode chat) {
    return key.token(claims("JoinVideoCall", user, chat).toString());
  }

  String endToken(IcPrincipal user, ObjectNode chat) {
    return key.token(claims("MarkVideoCallAsEnded", user, chat).toString());
  }

  /// Asks a node for a room, as the front end does.
  static Answer access(TestNode node, String token) {
    return node.http(
        "GET",
        "/room/meeting_access_token?initiator-username=ann&initiator-displayname=Ann%20A.",
        "",
        Map.of("x-auth-jwt", token));
  }

  /// Starts a call, or joins it as one of its owners.
  Answer start(TestNode node, IcPrincipal user, ObjectNode chat) {
    return access(node, startToken(user, chat, "Default", false));
  }

  Answer join(TestNode node, IcPrincipal user, ObjectNode chat) {
    return access(node, joinToken(user, chat));
  }

  Answer end(TestNode node, IcPrincipal user, ObjectNode chat) {
    return node.http("POST", "/room/end_meeting", "", Map.of("x-auth-jwt", endToken(user, chat)));
  }

  /// What an operator asks.
  static Answer operator(TestNode node, String method, String path) {
    return node.http(method, path, "", Map.of("authorization", "Bearer " + OPERATOR));
  }

  /// Lets Daily send its webhooks to a node.
  String hook(TestNode node) throws Exception {
    return daily.hooks().register("http://127.0.0.1:" + node.port() + "/room/hook", HMAC);
  }

  /// Lets time go by for the call in a room: all that is known of it was so many seconds earlier.
  static void passes(TestNode node, String room, int seconds) {
    node.probe()
        .rows(
            """
            UPDATE calls SET "requestedAt" = "requestedAt" - $2 * interval '1 s',
              "announcedAt" = "announcedAt" - $2 * interval '1 s',
              "confirmedAt" = "confirmedAt" - $2 * interval '1 s',
              "seenAt" = "seenAt" - $2 * interval '1 s'
            WHERE "roomName" = $1 AND "endedAt" IS NULL
            """,
            room,
            seconds);
  }

  /// How the newest call in a room stands: `confirmed`, or the reason for which it has ended.
  static String state(TestNode node, String room) {
    return String.join(
        "",
        node.probe()
            .column(
                """
                SELECT CASE WHEN "endedAt" IS NOT NULL THEN "endReason"
                  WHEN "confirmedAt" IS NOT NULL THEN 'confirmed'
                  WHEN "announcedAt" IS NOT NULL THEN 'announced' ELSE 'requested' END
                FROM calls WHERE "roomName" = $1 ORDER BY "requestedAt" DESC LIMIT 1
                """,
                room));
  }

  /// What webhooks have told of a room, in the order in which it came.
  List<String> told(String room) {
    return receiver.taken().stream()
        .filter(taken -> taken.json().path("data").path("roomName").asText().equals(room))
        .map(WebhookReceiver.Taken::type)
        .toList();
  }

  /// What the canisters of a call have carried out, in order, and with what error.
  List<String> executed(String messageId) {
    long id = Long.parseUnsignedLong(messageId);
    return replica.executed().stream()
        .filter(call -> call.messageId() == id)
        .map(call ->
            call.method()
                + " "
                + call.canister().text()
                + (call.code() == 0 ? "" : " (" + call.code() + ")"))
        .toList();
  }

  void close() throws Exception {
    daily.close();
    replica.close();
    receiver.close();
    SocketClient.await(vertx.close());
  }
}
