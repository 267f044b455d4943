package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.conformance.Http.Reply;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Engine.IO 4 over HTTP long-polling: handshake, polls, posts, closing. The requests of a session
/// come to several event loops.
class PollingConformanceTest {

  private static final String SEPARATOR = "\u001e";
  private static final String UNKNOWN = "{\"code\":1,\"message\":\"Session ID unknown\"}";
  private static final String BAD = "{\"code\":3,\"message\":\"Bad request\"}";

  private static Vertx vertx;
  private static ConformanceApp app;
  private static Http http;
  private static Http sockets;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    app =
        RawClient.await(
            ConformanceApp.start(
                vertx, 0, EngineSettings.defaults(), SocketLimits.defaults(), Recovery.off(), 4));
    http = new Http(vertx, app.port(), "/engine.io/");
    sockets = new Http(vertx, app.port(), "/socket.io/");
  }

  @AfterAll
  static void stop() {
    RawClient.await(vertx.close());
  }

  @Test
  void opensWithExactlyFiveKeysAndOffersWebSocket() {
    Reply reply = get("EIO=4&transport=polling&t=abc&b64=1");
    JsonNode handshake = Http.handshake(reply.body());

    assertEquals(200, reply.status());
    assertEquals("text/plain; charset=UTF-8", reply.header("Content-Type"));
    assertEquals("no-store", reply.header("Cache-Control"));
    assertEquals('0', reply.body().charAt(0));
    Set<String> names = new TreeSet<>();
    handshake.fieldNames().forEachRemaining(names::add);
    assertEquals(Set.of("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"), names);
    assertEquals("[\"websocket\"]", handshake.path("upgrades").toString());
    assertEquals(25_000, handshake.path("pingInterval").intValue());
    assertEquals(20_000, handshake.path("pingTimeout").intValue());
    assertEquals(1_000_000, handshake.path("maxPayload").intValue());
  }

  @Test
  void answersAPollAtOnceWithAllThatWaits() {
    String session = http.open();

    Reply posted =
        post(session, "4one" + SEPARATOR + "bAQIDBA==" + SEPARATOR + "4" + SEPARATOR + "b");
    Reply polled = get(session);

    assertEquals(200, posted.status());
    assertEquals("ok", posted.body());
    assertEquals("text/html", posted.header("Content-Type"));
    assertEquals(200, polled.status());
    assertEquals(
        "4one" + SEPARATOR + "bAQIDBA==" + SEPARATOR + "4" + SEPARATOR + "b", polled.body());
    assertEquals("text/plain; charset=UTF-8", polled.header("Content-Type"));
    assertEquals("no-store", polled.header("Cache-Control"));
  }

  @Test
  void holdsAPollUntilSomethingComes() {
    String session = http.open();

    Future<Reply> held = http.get(session);
    Reply posted = post(session, "4hello");

    assertEquals("ok", posted.body());
    assertEquals("4hello", RawClient.await(held).body());
  }

  @Test
  void sendsWhatIsEmittedTogetherInOnePayload() {
    String session = sockets.open();
    RawClient.await(sockets.post(session, "40"));
    RawClient.await(sockets.get(session));

    Future<Reply> held = sockets.get(session);
    RawClient.await(sockets.post(session, "3"));
    RawClient.await(sockets.post(session, "42[\"burst\",3]"));

    assertEquals(
        "42[\"seq\",0]\u001e42[\"seq\",1]\u001e42[\"seq\",2]", RawClient.await(held).body());
  }

  @Test
  void readsAPostThatIsSplitInsideACharacter() {
    String session = http.open();
    byte[] body = "4h\u00e9\uD83D\uDE00".getBytes(StandardCharsets.UTF_8);
    RawHttp raw = RawHttp.connect(vertx, app.port());

    raw.write("POST /engine.io/?" + session + " HTTP/1.1\r\nHost: a\r\n");
    raw.write("Content-Length: " + body.length + "\r\n\r\n");
    for (byte b : body) {
      raw.write(Buffer.buffer(new byte[] {b}));
    }
    String answer = raw.answer();

    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    assertEquals("4h\u00e9\uD83D\uDE00", get(session).body());
  }

  @Test
  void readsAChunkedPost() {
    String session = http.open();
    RawHttp raw = RawHttp.connect(vertx, app.port());

    raw.write("POST /engine.io/?" + session + " HTTP/1.1\r\nHost: a\r\n");
    raw.write("Transfer-Encoding: chunked\r\n\r\n3\r\n4ab\r\n2\r\ncd\r\n0\r\n\r\n");

    assertTrue(raw.answer().startsWith("HTTP/1.1 200"));
    assertEquals("4abcd", get(session).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "7",
        " 4",
        "4a\u001e",
        "\u001e4a",
        "4a\u001ex",
        "2",
        "2probe",
        "b%",
        "bAQ=A",
        "bAQ ID",
        "bA",
        "4x\u001ebé"
      })
  void closesOnWhatIsNoPayload(String body) {
    String session = http.open();

    Reply posted = post(session, body);

    assertEquals(400, posted.status());
    assertEquals(UNKNOWN, get(session).body());
    assertEquals(UNKNOWN, post(session, "4a").body());
  }

  @Test
  void toleratesStrayPongsAndWhatOnlyOthersSend() {
    String session = http.open();

    assertEquals("ok", post(session, "3\u001e6\u001e5\u001e0\u001e3probe\u001e4after").body());

    assertEquals("4after", get(session).body());
  }

  @Test
  void takesExactlyMaxPayloadBytesAndNoMore() {
    String session = http.open();
    String most = "4" + "\u00e9".repeat(499_999) + "x";

    assertEquals(200, post(session, most).status());
    assertEquals(most, get(session).body());
    Reply tooMuch = post(session, most + "y");

    assertEquals(413, tooMuch.status());
    assertEquals("ok", post(session, "4still here").body());
    assertEquals("4still here", get(session).body());
  }

  @Test
  void refusesAChunkedPostThatGrowsTooLarge() {
    String session = http.open();
    RawHttp raw = RawHttp.connect(vertx, app.port());

    raw.write("POST /engine.io/?" + session + " HTTP/1.1\r\nHost: a\r\n");
    raw.write("Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; i++) {
      raw.write("186a0\r\n" + "4".repeat(100_000) + "\r\n");
    }

    assertTrue(raw.answer().startsWith("HTTP/1.1 413"));
  }

  @Test
  void aSecondPollEndsTheSession() {
    String session = http.open();

    Future<Reply> first = http.get(session);
    Future<Reply> second = http.get(session);

    // Which is the second is for the network to say.
    Set<String> bodies = Set.of(RawClient.await(first).body(), RawClient.await(second).body());
    assertEquals(Set.of("1", BAD), bodies);
    assertEquals(Set.of(200, 400), Set.of(first.result().status(), second.result().status()));
    assertEquals(UNKNOWN, get(session).body());
  }

  @Test
  void aSecondPostEndsTheSession() {
    String session = http.open();
    RawHttp slow = RawHttp.connect(vertx, app.port());
    slow.write(
        "POST /engine.io/?" + session + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n4");

    int status = 200;
    // Until the slow one has begun, others are welcome.
    while (status == 200) {
      status = post(session, "4x").status();
    }
    slow.write("y");

    assertEquals(400, status);
    assertTrue(slow.answer().startsWith("HTTP/1.1 400"));
    assertEquals(UNKNOWN, get(session).body());
  }

  @Test
  void aPostOfBytesEndsTheSession() {
    String session = http.open();

    Reply reply =
        RawClient.await(
            http.request(
                HttpMethod.POST,
                session,
                Map.of("Content-Type", "application/octet-stream"),
                Buffer.buffer("4a")));

    assertEquals(BAD, reply.body());
    assertEquals(UNKNOWN, get(session).body());
  }

  @Test
  void aPollThatIsCutOffEndsTheSession() {
    String session = sockets.open();
    long before = app.sockets().counters().sessionsClosed(CloseReason.TRANSPORT_ERROR);
    RawHttp raw = RawHttp.connect(vertx, app.port());
    raw.write("GET /socket.io/?" + session + " HTTP/1.1\r\nHost: a\r\n\r\n");
    // A poll that meets another is refused: until then the first has not been read.
    RawClient.await(sockets.post(session, "3"));

    raw.close();

    Await.until(
        () -> app.sockets().counters().sessionsClosed(CloseReason.TRANSPORT_ERROR) > before);
    assertEquals(UNKNOWN, RawClient.await(sockets.get(session)).body());
  }

  @Test
  void aPostThatIsCutOffEndsTheSession() {
    String session = sockets.open();
    long before = app.sockets().counters().sessionsClosed(CloseReason.TRANSPORT_ERROR);
    RawHttp raw = RawHttp.connect(vertx, app.port());

    raw.write(
        "POST /socket.io/?" + session + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n4a");
    Await.until(() -> !RawClient.await(sockets.post(session, "3")).body().equals("ok"));
    raw.close();

    Await.until(
        () -> app.sockets().counters().sessionsClosed(CloseReason.TRANSPORT_ERROR) > before);
    assertEquals(UNKNOWN, RawClient.await(sockets.get(session)).body());
  }

  @Test
  void theClientsGoodByeEndsItsPollWithANoop() {
    String session = http.open();
    Future<Reply> held = http.get(session);
    post(session, "3");

    Reply posted = post(session, "1");

    assertEquals("ok", posted.body());
    assertEquals("6", RawClient.await(held).body());
    assertEquals(UNKNOWN, get(session).body());
    assertEquals(UNKNOWN, post(session, "4a").body());
  }

  @Test
  void aPollAndAGoodByeMayArriveInEitherOrder() {
    for (int i = 0; i < 30; i++) {
      String session = http.open();

      Future<Reply> posted = http.post(session, "1");
      Future<Reply> polled = http.get(session);

      assertEquals("6", RawClient.await(polled).body());
      assertEquals("ok", RawClient.await(posted).body());
      assertEquals(UNKNOWN, get(session).body());
    }
  }

  @Test
  void theServersGoodByeComesInAPayloadOfItsOwnAfterAllElse() {
    String session = http.open();

    post(session, "4one\u001e4close-me\u001e4never");

    assertEquals("4one", get(session).body());
    assertEquals("1", get(session).body());
    assertEquals(UNKNOWN, get(session).body());
  }

  @Test
  void theServersGoodByeAnswersAHeldPoll() {
    String session = http.open();
    Future<Reply> held = http.get(session);
    post(session, "3");

    post(session, "4close-me");

    assertEquals("1", RawClient.await(held).body());
    assertEquals(UNKNOWN, get(session).body());
  }

  @Test
  void whatAPollHoldsLeavesBeforeTheGoodBye() {
    String session = http.open();
    Future<Reply> held = http.get(session);
    post(session, "3");

    post(session, "4last words\u001e4close-me");

    assertEquals("4last words", RawClient.await(held).body());
    assertEquals("1", get(session).body());
  }

  @Test
  void aClientThatIsLeftMayStillPostAndLeaveItself() {
    String session = http.open();
    post(session, "4close-me");

    assertEquals("ok", post(session, "4ignored").body());
    assertEquals("ok", post(session, "1").body());
    assertEquals(UNKNOWN, get(session).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transport=polling",
        "EIO=3&transport=polling",
        "EIO=4&transport=websocket",
        "EIO=4&transport=nothing"
      })
  void refusesWhatDoesNotFitTheSessionAndLeavesItAlone(String query) {
    String session = http.open();
    String sid = session.substring(session.indexOf("sid="));

    assertEquals(400, get(query + "&" + sid).status());
    assertEquals(400, post(query + "&" + sid, "4a").status());

    assertEquals("ok", post(session, "4fine").body());
    assertEquals("4fine", get(session).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "HEAD", "PATCH"})
  void refusesOtherMethodsAndLeavesTheSessionAlone(String method) {
    String session = http.open();

    Reply reply =
        RawClient.await(
            http.request(HttpMethod.valueOf(method), session, Map.of(), Buffer.buffer()));

    assertEquals(400, reply.status());
    assertEquals("ok", post(session, "4fine").body());
  }

  @Test
  void compressesFromAThousandAndTwentyFourBytesOn() {
    String session = http.open();
    Map<String, String> accept = Map.of("Accept-Encoding", "gzip, deflate");

    post(session, "4" + "a".repeat(1022));
    Reply small = RawClient.await(http.request(HttpMethod.GET, session, accept, Buffer.buffer()));
    post(session, "4" + "a".repeat(1023));
    Reply large = RawClient.await(http.request(HttpMethod.GET, session, accept, Buffer.buffer()));

    assertEquals("", small.header("Content-Encoding"));
    assertEquals("gzip", large.header("Content-Encoding"));
  }

  @Test
  void doesNotCompressForWhoDoesNotAskForIt() {
    String session = http.open();

    post(session, "4" + "a".repeat(5000));

    assertEquals("", get(session).header("Content-Encoding"));
  }

  @Test
  void everyAnswerSaysWhoMayRead() {
    Map<String, String> own = Map.of("Origin", "https://meet.example");
    Reply open = request(HttpMethod.GET, "EIO=4&transport=polling", own);
    String session = Http.query(open.body());
    Reply posted =
        RawClient.await(http.request(HttpMethod.POST, session, own, Buffer.buffer("4a")));
    Reply polled = request(HttpMethod.GET, session, own);
    Reply unknown = request(HttpMethod.GET, "EIO=4&transport=polling&sid=x", own);
    Reply large =
        RawClient.await(
            http.request(
                HttpMethod.POST, session, own, Buffer.buffer("4" + "a".repeat(1_000_000))));

    for (Reply reply : Set.of(open, posted, polled, unknown, large)) {
      assertEquals("https://meet.example", reply.header("Access-Control-Allow-Origin"));
      assertEquals("true", reply.header("Access-Control-Allow-Credentials"));
      assertEquals("Origin", reply.header("Vary"));
    }
  }

  @Test
  void refusesForeignPages() {
    Reply reply =
        request(
            HttpMethod.GET, "EIO=4&transport=polling", Map.of("Origin", "https://evil.example"));

    assertEquals(403, reply.status());
    assertFalse(reply.headers().contains("Access-Control-Allow-Origin"));
  }

  @Test
  void keepsSessionsApart() {
    String first = http.open();
    String second = http.open();

    Future<Reply> held = http.get(second);
    post(first, "4for the first");
    post(second, "4for the second");

    assertEquals("4for the first", get(first).body());
    assertEquals("4for the second", RawClient.await(held).body());
  }

  @Test
  void keepsTheOrderOfManyPostsAndPolls() {
    RawPoller client = RawPoller.connect(vertx, app.port(), "/engine.io/");
    client.text();

    for (int i = 0; i < 500; i++) {
      client.send("4" + i);
    }

    for (int i = 0; i < 500; i++) {
      assertEquals("4" + i, client.text());
    }
  }

  private static Reply get(String query) {
    return RawClient.await(http.get(query));
  }

  private static Reply post(String query, String body) {
    return RawClient.await(http.post(query, body));
  }

  private static Reply request(HttpMethod method, String query, Map<String, String> headers) {
    return RawClient.await(http.request(method, query, headers, Buffer.buffer()));
  }
}
