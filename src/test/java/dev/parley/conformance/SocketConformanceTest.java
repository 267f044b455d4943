package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Socket.IO 5 over WebSocket: namespaces, events, acknowledgements, binary, leaving.
class SocketConformanceTest {

  private static final String SOCKET = "/socket.io/?EIO=4&transport=websocket";

  private static Vertx vertx;
  private static ConformanceApp app;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    app =
        RawClient.await(
            ConformanceApp.start(
                vertx, 0, EngineSettings.defaults(), SocketLimits.defaults(), Recovery.off(), 3));
  }

  @AfterAll
  static void stop() {
    RawClient.await(vertx.close());
  }

  @Test
  void joinsTheMainNamespace() {
    RawClient client = opened();

    client.send("40");

    assertTrue(client.text().matches("40\\{\"sid\":\"[\\w-]{20}\"}"));
    assertEquals("42[\"auth\",{}]", client.text());
  }

  @Test
  void passesTheAuthPayload() {
    RawClient client = opened();

    client.send("40{\"token\":\"123\"}");
    client.text();

    assertEquals("42[\"auth\",{\"token\":\"123\"}]", client.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"40/custom,", "40/custom", "40/custom,{\"a\":1}"})
  void joinsANamedNamespace(String connect) {
    RawClient client = opened();

    client.send(connect);

    assertTrue(client.text().matches("40/custom,\\{\"sid\":\"[\\w-]{20}\"}"));
    assertTrue(client.text().startsWith("42/custom,[\"auth\",{"));
  }

  @Test
  void joinsADynamicNamespace() {
    RawClient client = opened();

    client.send("40/dyn-17,", "40/dyn-x,");

    assertTrue(client.text().startsWith("40/dyn-17,{"));
    client.text();
    assertEquals("44/dyn-x,{\"message\":\"Invalid namespace\"}", client.text());
  }

  @Test
  void refusesAnUnknownNamespaceAndLivesOn() {
    RawClient client = opened();

    client.send("40/random,");
    assertEquals("44/random,{\"message\":\"Invalid namespace\"}", client.text());
    client.send("40");
    assertTrue(client.text().startsWith("40{"));
  }

  @Test
  void refusesWithMessageAndData() {
    RawClient client = opened();

    client.send("40/deny,");

    assertEquals(
        "44/deny,{\"message\":\"not authorized\",\"data\":{\"code\":\"E1\",\"retry\":false}}",
        client.text());
  }

  @Test
  void letsAClientTryAgainWithAnotherToken() {
    RawClient client = opened();

    client.send("40/auth,{\"token\":\"abc\"}");
    assertEquals("44/auth,{\"message\":\"bad token\"}", client.text());
    client.send("40/auth,{\"token\":\"123\"}");
    assertTrue(client.text().startsWith("40/auth,{\"sid\""));
  }

  @Test
  void givesEachNamespaceItsOwnIdAndHidesThatOfTheSession() {
    RawClient client = open(vertx, app.port());
    Set<String> ids = new TreeSet<>();

    ids.add(sid(client.text()));
    client.send("40");
    ids.add(sid(client.text()));
    client.text();
    client.send("40/custom,");
    ids.add(sid(client.text()));

    assertEquals(3, ids.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // one that names a namespace not joined
        "42/custom,[\"message\"]",
        "41/custom,",
        "43/custom,1[]",
        // a second CONNECT
        "40",
        // only servers send these
        "44{\"message\":\"x\"}",
        "44\"x\"",
        // payloads
        "40\"token\"",
        "40[]",
        "40null",
        "40{",
        "41[]",
        "42[]",
        "42{}",
        "42\"message\"",
        "42[",
        "42[\"message\"",
        "42[\"message\",]",
        "42[\"message\"]x",
        "42[{}]",
        "42[null]",
        "42[true]",
        "42[[\"message\"]]",
        "42abc[\"message\"]",
        "42-1[\"message\"]",
        "42['message']",
        "42[\"message\",NaN]",
        "42[\"message\",01]",
        "42[\"message\",\"\u0001\"]",
        "4299999999999999999[\"message\"]",
        "429007199254740992[\"message\"]",
        "431{}",
        "431\"x\"",
        // types
        "47",
        "48",
        "4",
        "4x",
        // reserved names
        "42[\"connect\"]",
        "42[\"connect_error\"]",
        "42[\"disconnect\"]",
        "42[\"disconnecting\"]",
        "42[\"newListener\"]",
        "42[\"removeListener\"]",
        "42[\"\\u0063onnect\"]",
        // attachments
        "45[\"message\"]",
        "45-[\"message\"]",
        "4511-[\"message\"]",
        "451x-[\"message\"]",
        "451-",
        "451-[\"message\",{\"_placeholder\":true,\"num\":1}]",
        "451-[\"message\",{\"_placeholder\":true,\"num\":-1}]",
        "451-[\"message\",{\"_placeholder\":true,\"num\":\"0\"}]",
        "451-[\"message\",{\"_placeholder\":true}]",
      })
  void aBreachClosesTheConnection(String text) {
    RawClient client = joined();

    client.send(text);

    assertEquals(1002, client.closeStatus());
  }

  @ParameterizedTest
  @ValueSource(strings = {"41", "42[\"message\"]", "431[]"})
  void aPacketBeforeConnectClosesTheConnection(String text) {
    RawClient client = opened();

    client.send(text);

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void nestingBeyondTheLimitClosesTheConnection() {
    RawClient client = joined();

    client.send("42[\"message\"," + "[".repeat(31) + "]".repeat(31) + "]");
    assertTrue(client.text().startsWith("42[\"message-back\",[["));
    client.send("42[\"message\"," + "[".repeat(32) + "]".repeat(32) + "]");

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void textWhileAttachmentsAreMissingClosesTheConnection() {
    RawClient client = joined();

    client.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]", "42[\"message\"]");

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void bytesWithoutHeaderCloseTheConnection() {
    RawClient client = joined();

    client.send(Buffer.buffer("abc"));

    assertEquals(1002, client.closeStatus());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"message\"]",
        "[\"message\",1]",
        "[\"message\",1,\"2\",{\"3\":[true,null]}]",
        "[\"message\",\"\u2028 \uD83D\uDE00 \\ud83d \\\" \\\\\"]",
        "[\"message\", { \"spaced\" : [ 1.5e-3 , -0 ] } ]",
        "[\"message\",{\"_placeholder\":true,\"num\":5}]",
      })
  void echoesArgumentsAsTheyCame(String payload) {
    RawClient client = joined();

    client.send("42" + payload);

    String expected =
        payload.replaceFirst("\"message\", *", "\"message-back\",").replaceAll(" ]$", "]");
    assertEquals("42" + expected.replace("[\"message\"]", "[\"message-back\"]"), client.text());
  }

  @Test
  void ignoresUnknownEventsAndPacketsWithoutPayload() {
    RawClient client = joined();

    client.send(
        "42[\"nobody-listens\"]",
        "427[\"nobody-listens\"]",
        "42[5]",
        "42[\"\"]",
        "42",
        "43",
        "431",
        "43[]",
        "4399[1]",
        "42[\"message\",1]");

    assertEquals("42[\"message-back\",1]", client.text());
  }

  @Test
  void acknowledgesWithTheSameIdAndNamespace() {
    RawClient client = joined();
    client.send("40/custom,");
    client.text();
    client.text();

    client.send("420[\"message-with-ack\",1,\"2\"]", "42/custom,456[\"message-with-ack\"]");
    client.send("429007199254740991[\"message-with-ack\"]");

    assertEquals("430[1,\"2\"]", client.text());
    assertEquals("43/custom,456[]", client.text());
    assertEquals("439007199254740991[]", client.text());
  }

  @Test
  void acknowledgesOnceAndOnlyWhenAsked() {
    RawClient client = joined();

    client.send("421[\"ack-twice\"]", "42[\"message-with-ack\"]", "42[\"message\"]");

    assertEquals("431[1]", client.text());
    assertEquals("42[\"message-back\"]", client.text());
  }

  @Test
  void asksTheClientAndTakesItsAnswerOnce() {
    RawClient client = joined();

    client.send("425[\"ask\",\"question\",1]");
    assertEquals("420[\"question\",1]", client.text());
    client.send("430[\"answer\",2]", "430[\"again\"]", "42[\"message\"]");

    assertEquals("435[null,\"answer\",2]", client.text());
    assertEquals("42[\"message-back\"]", client.text());
  }

  @Test
  void tellsTheApplicationWhenNoAnswerComes() {
    RawClient client = joined();

    client.send("425[\"ask\",\"question\"]");
    client.text();

    assertEquals("435[\"timeout\"]", client.text());
  }

  @Test
  void carriesBinaryBothWays() {
    RawClient client = joined();

    client.send(
        "452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"a\":[{\"_placeholder\":true,\"num\":1}]}]");
    client.send(Buffer.buffer(new byte[] {1, 2, 3}));
    client.send(Buffer.buffer());

    assertEquals(
        "452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"a\":[{\"_placeholder\":true,\"num\":1}]}]",
        client.text());
    assertEquals(Buffer.buffer(new byte[] {1, 2, 3}), client.bytes());
    assertEquals(Buffer.buffer(), client.bytes());
  }

  @Test
  void acknowledgesWithBinary() {
    RawClient client = joined();

    client.send("451-789[\"message-with-ack\",{\"_placeholder\":true,\"num\":0}]");
    client.send(Buffer.buffer("abc"));

    assertEquals("461-789[{\"_placeholder\":true,\"num\":0}]", client.text());
    assertEquals(Buffer.buffer("abc"), client.bytes());
  }

  @Test
  void takesABinaryAnswer() {
    RawClient client = joined();

    client.send("421[\"ask\",\"q\"]");
    client.text();
    client.send("461-0[{\"_placeholder\":true,\"num\":0}]");
    client.send(Buffer.buffer("xyz"));

    assertEquals("461-1[null,{\"_placeholder\":true,\"num\":0}]", client.text());
    assertEquals(Buffer.buffer("xyz"), client.bytes());
  }

  @Test
  void takesAHeaderOfNoAttachmentsForAPlainEvent() {
    RawClient client = joined();

    client.send("450-[\"message\",1]");

    assertEquals("42[\"message-back\",1]", client.text());
  }

  @Test
  void takesTenAttachments() {
    RawClient client = joined();

    client.send("4510-[\"message\"]");
    for (int i = 0; i < 10; i++) {
      client.send(Buffer.buffer(new byte[] {(byte) i}));
    }

    assertEquals("4510-[\"message-back\"]", client.text());
    for (int i = 0; i < 10; i++) {
      assertEquals(i, client.bytes().getByte(0));
    }
  }

  @Test
  void heartbeatMayStandBetweenHeaderAndAttachment() {
    RawClient client = joined();

    client.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]", "3");
    client.send(Buffer.buffer("abc"));

    assertTrue(client.text().startsWith("451-[\"message-back\""));
  }

  @Test
  void aClientMayLeaveAndComeBackOnTheSameConnection() {
    RawClient client = joined();

    client.send("41", "40");

    String first = client.text();
    assertTrue(first.startsWith("40{\"sid\""));
    assertEquals("42[\"auth\",{}]", client.text());
    client.send("42[\"message\"]");
    assertEquals("42[\"message-back\"]", client.text());
  }

  @Test
  void theServerMayEndOneNamespace() {
    RawClient client = joined();
    client.send("40/custom,");
    client.text();
    client.text();

    client.send("42/custom,[\"kick\",false]", "42[\"message\"]");

    assertEquals("41/custom,", client.text());
    assertEquals("42[\"message-back\"]", client.text());
  }

  @Test
  void whatCrossesAServerDisconnectIsNoBreach() {
    RawClient client = joined();
    client.send("40/custom,");
    client.text();
    client.text();

    client.send("42[\"kick\",false]", "42[\"message\"]", "431[]", "41");
    client.send("42/custom,[\"message\"]");

    assertEquals("41", client.text());
    assertEquals("42/custom,[\"message-back\"]", client.text());
  }

  @Test
  void theServerMayEndAllNamespacesAndTheConnection() {
    RawClient client = joined();
    client.send("40/custom,");
    client.text();
    client.text();

    client.send("42[\"kick\",true]");

    Set<String> left = new TreeSet<>();
    left.add(client.text());
    left.add(client.text());
    assertEquals(Set.of("41", "41/custom,"), left);
    assertEquals(1000, client.closeStatus());
  }

  @Test
  void theServerMayCloseWithoutDisconnect() {
    RawClient client = joined();

    client.send("42[\"close-conn\"]");

    assertEquals(1000, client.closeStatus());
  }

  @Test
  void aBurstArrivesInOrder() {
    RawClient client = joined();

    client.send("42[\"burst\",2000]");

    for (int i = 0; i < 2000; i++) {
      assertEquals("42[\"seq\"," + i + "]", client.text());
    }
  }

  @Test
  void broadcastsToTheOthersOfTheNamespace() {
    RawClient first = member("40/dyn-1,", "/dyn-1,");
    RawClient second = member("40/dyn-1,", "/dyn-1,");

    first.send("42/dyn-1,[\"broadcast\",\"news\",{\"a\":1}]", "42/dyn-1,[\"message\"]");

    assertEquals("42/dyn-1,[\"news\",{\"a\":1}]", second.text());
    assertEquals("42/dyn-1,[\"message-back\"]", first.text());
  }

  @Test
  void roomsReachTheirMembers() {
    RawClient first = member("40/dyn-2,", "/dyn-2,");
    RawClient second = member("40/dyn-2,", "/dyn-2,");
    first.send("42/dyn-2,1[\"join\",\"room\"]");
    second.send("42/dyn-2,1[\"join\",\"room\"]");
    assertTrue(first.text().contains("\"room\""));
    assertTrue(second.text().contains("\"room\""));

    first.send("42/dyn-2,[\"say\",\"room\",\"hi\",1]", "42/dyn-2,[\"say-all\",\"room\",\"all\"]");

    assertEquals("42/dyn-2,[\"all\"]", first.text());
    assertEquals("42/dyn-2,[\"hi\",1]", second.text());
    assertEquals("42/dyn-2,[\"all\"]", second.text());
    second.send("42/dyn-2,2[\"leave\",\"room\"]");
    assertFalse(second.text().contains("\"room\""));
  }

  @Test
  void aFailingHandlerIsCountedAndHarmless() {
    long before = app.sockets().counters().handlerFailures();
    RawClient client = joined();

    client.send("421[\"fail\"]", "42[\"message\"]");

    assertEquals("42[\"message-back\"]", client.text());
    assertNotEquals(before, app.sockets().counters().handlerFailures());
  }

  /// A client that has opened a session.
  RawClient open(Vertx vertx, int port) {
    return RawClient.open(vertx, port, SOCKET);
  }

  private RawClient joined() {
    RawClient client = open(vertx, app.port());
    client.join();
    return client;
  }

  private RawClient opened() {
    RawClient client = open(vertx, app.port());
    client.text();
    return client;
  }

  private RawClient member(String connect, String prefix) {
    RawClient client = opened();
    client.send(connect);
    assertTrue(client.text().startsWith("40" + prefix));
    client.text();
    return client;
  }

  private static String sid(String packet) {
    return packet.replaceFirst(".*\"sid\":\"([\\w.-]+)\".*", "$1");
  }
}
