package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Plain JSON WebSockets, as docs/protocol.md has them.
class PlainConformanceTest {

  private static final String CONNECT = "{\"event\":\"connect\"}";
  private static final int MAX_QUEUE = 100_000;

  private final Vertx vertx = Vertx.vertx();
  private final EngineSettings settings = EngineSettings.defaults().withMaxQueueBytes(MAX_QUEUE);
  private PlainApp app = PlainApp.start(vertx, settings, SocketLimits.defaults());

  @AfterEach
  void close() {
    PlainClient.await(vertx.close());
  }

  private PlainClient open() {
    return PlainClient.open(vertx, app.port());
  }

  /// A client that has joined and had its first event, `auth`.
  private PlainClient joined() {
    PlainClient client = open();
    client.send(CONNECT);
    assertEquals("connect", client.next().getString("event"));
    assertEquals("auth", client.next().getString("event"));
    return client;
  }

  /// A client that comes back.
  private PlainClient back(String pid, String offset) {
    PlainClient client = open();
    JsonObject data = new JsonObject().put("pid", pid).put("offset", offset);
    client.send(new JsonObject().put("event", "connect").put("data", data).encode());
    return client;
  }

  private static JsonObject error(String code, String message) {
    JsonObject data = new JsonObject().put("code", code).put("message", message);
    return new JsonObject().put("event", "error").put("data", data);
  }

  @Test
  void connectIsAnsweredWithTheSocket() {
    PlainClient client = open();
    client.send("{\"data\":{\"token\":\"abc\"},\"event\":\"connect\"}");

    JsonObject answer = client.next();
    JsonObject auth = client.next();

    JsonObject data = answer.getJsonObject("data");
    assertEquals("connect", answer.getString("event"));
    assertEquals(20, data.getString("sid").length());
    assertNotEquals(data.getString("sid"), data.getString("pid"));
    assertEquals(false, data.getBoolean("recovered"));
    assertEquals("auth", auth.getString("event"));
    assertEquals(new JsonObject().put("token", "abc"), auth.getJsonObject("data"));
    assertFalse(auth.getString("offset").isEmpty());
  }

  @Test
  void whoIsRefusedMayTryAgain() {
    PlainClient client = open();
    client.send("{\"event\":\"connect\",\"namespace\":\"/auth\",\"data\":{\"token\":\"no\"}}");
    assertEquals(
        "{\"event\":\"connect_error\",\"data\":{\"message\":\"bad token\"}}", client.text());
    client.send("{\"event\":\"connect\",\"namespace\":\"/none\"}");
    assertEquals(
        "{\"event\":\"connect_error\",\"data\":{\"message\":\"Invalid namespace\"}}",
        client.text());
    client.send("{\"event\":\"connect\",\"namespace\":\"/deny\"}");
    assertEquals(
        "{\"event\":\"connect_error\",\"data\":{\"message\":\"Internal server error\"}}",
        client.text());
    client.send("{\"event\":\"connect\",\"namespace\":\"/auth\",\"data\":{\"token\":\"123\"}}");

    assertEquals("connect", client.next().getString("event"));
  }

  @Test
  void eventsGoBothWaysWithTheirArguments() {
    PlainClient client = joined();
    client.send(
        "{\"event\":\"message\"}",
        "{\"event\":\"message\",\"data\":{\"a\":[1.50,null,\"é\"]}}",
        "{\"args\":[true,[]],\"data\":\"x\",\"event\":\"message\"}");

    JsonObject none = client.next();
    JsonObject one = client.next();
    JsonObject three = client.next();

    assertEquals("message-back", none.getString("event"));
    assertFalse(none.containsKey("data"));
    assertFalse(none.containsKey("id"));
    assertEquals("{\"a\":[1.5,null,\"é\"]}", one.getJsonObject("data").encode());
    assertEquals("x", three.getString("data"));
    assertEquals(new JsonArray().add(true).add(new JsonArray()), three.getJsonArray("args"));
  }

  @Test
  void anIdIsAnsweredOnceAndInOrder() {
    PlainClient client = joined();
    client.send(
        "{\"event\":\"message-with-ack\",\"data\":{\"n\":1},\"id\":7}",
        "{\"event\":\"message-with-ack\",\"id\":0}",
        "{\"event\":\"ack-twice\",\"id\":9007199254740991}",
        "{\"event\":\"message-with-ack\",\"data\":1}",
        "{\"event\":\"message-with-ack\",\"data\":1,\"args\":[2],\"id\":7}");

    assertEquals("{\"id\":7,\"data\":{\"n\":1}}", client.text());
    assertEquals("{\"id\":0}", client.text());
    assertEquals("{\"id\":9007199254740991,\"data\":1}", client.text());
    assertEquals("{\"id\":7,\"data\":1,\"args\":[2]}", client.text());
  }

  @Test
  void theServerMayAskTheClient() {
    PlainClient client = joined();
    client.send("{\"event\":\"ask\",\"data\":\"question\",\"args\":[{\"q\":1}],\"id\":4}");

    JsonObject question = client.next();
    client.send("{\"id\":99,\"data\":\"nobody asked\"}");
    client.send("{\"id\":" + question.getInteger("id") + ",\"data\":42}");

    assertEquals("question", question.getString("event"));
    assertEquals(new JsonObject().put("q", 1), question.getJsonObject("data"));
    assertFalse(question.containsKey("offset"));
    assertEquals("{\"id\":4,\"data\":null,\"args\":[42]}", client.text());
  }

  @Test
  void pingsAreAnsweredAtAnyTime() {
    PlainClient client = open();
    client.send("{\"event\":\"ping\"}", "{\"event\":\"ping\",\"id\":3}", CONNECT);

    assertEquals("{\"event\":\"pong\"}", client.text());
    assertEquals("{\"id\":3}", client.text());
    assertEquals("connect", client.next().getString("event"));
  }

  @Test
  void aFrameInPiecesIsReadWhole() {
    PlainClient client = joined();
    Buffer rest = Buffer.buffer("\"message-with-ack\",\"data\":\"é😀\",\"id\":1}");
    client.send(WebSocketFrame.textFrame("{\"event\":", false));
    client.send(WebSocketFrame.pingFrame(Buffer.buffer("between")));
    for (int i = 0; i < rest.length(); i++) {
      client.send(WebSocketFrame.continuationFrame(rest.slice(i, i + 1), i == rest.length() - 1));
    }

    assertEquals("{\"id\":1,\"data\":\"é😀\"}", client.text());
  }

  private void assertEnds(Consumer<PlainClient> hostile, JsonObject told, String closed) {
    PlainClient client = joined();
    hostile.accept(client);
    assertEquals(told, client.next());
    assertEquals(closed, client.closed());
    assertFalse(client.hasMore());
  }

  @Test
  void whatIsNoFrameIsToldOnceAndEndsTheConnection() {
    String parseError = "1007 parse error";
    assertEnds(
        client -> client.send("hello", CONNECT),
        error("INVALID", "frame must be a JSON object, nested at most 32"),
        parseError);
    assertEnds(
        client -> client.send("{\"data\":1}"), error("INVALID", "event is missing"), parseError);
    assertEnds(
        client -> client.send("{\"event\":\"a\",\"event\":\"b\"}"),
        error("INVALID", "event must come once"),
        parseError);
    assertEnds(
        client -> {
          client.send(WebSocketFrame.textFrame("{\"event\":\"message\",\"data\":\"", false));
          client.send(
              WebSocketFrame.continuationFrame(
                  Buffer.buffer(new byte[] {(byte) 0xc3, '"', '}'}), true));
        },
        error("INVALID", "text must be UTF-8"),
        parseError);
    assertEnds(
        client -> client.send(Buffer.buffer("{\"event\":\"message\"}")),
        error("INVALID", "frames must be text"),
        "1003 parse error");
    assertEnds(
        client -> client.send(CONNECT), error("INVALID", "already connected"), "1008 parse error");
    assertEquals(6, app.sockets().counters().sessionsClosed(CloseReason.PARSE_ERROR));
  }

  @Test
  void eventsBeforeConnectEndTheConnection() {
    PlainClient client = open();
    client.send("{\"event\":\"message\",\"id\":1}");

    assertEquals(error("INVALID", "not connected"), client.next());
    assertEquals("1008 parse error", client.closed());
  }

  @Test
  void messagesThatAreTooLongEndTheConnection() {
    app = PlainApp.start(vertx, settings.withMaxPayload(10_000), SocketLimits.defaults());
    assertEnds(
        client -> {
          client.send(WebSocketFrame.textFrame("x".repeat(6_000), false));
          client.send(WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(6_000)), true));
        },
        error("TOO_LARGE", "The message is too long"),
        "1009 parse error");
    assertEnds(
        client -> client.send("x".repeat(10_001)),
        error("TOO_LARGE", "The message is too long"),
        "1009 parse error");
  }

  @Test
  void whoeverMakesFramesThatAreNoneIsClosed() {
    PlainClient client = joined();
    client.send(WebSocketFrame.continuationFrame(Buffer.buffer("x"), true));

    assertEquals("1002 transport error", client.closed());
  }

  @Test
  void whoeverDoesNotConnectInTimeIsClosed() {
    app = PlainApp.start(vertx, settings, ConformanceApp.quickLimits());
    PlainClient client = open();
    client.send("{\"event\":\"connect\",\"namespace\":\"/none\"}");

    assertEquals("connect_error", client.next().getString("event"));
    assertEquals("1000 connect timeout", client.closed());
  }

  @Test
  void pingFramesAreSentAndMissedPongsEndTheConnection() {
    EngineSettings quick = settings.withHeartbeat(Duration.ofMillis(50), Duration.ofMillis(300));
    app = PlainApp.start(vertx, quick, SocketLimits.defaults());
    PlainClient alive = joined();
    PlainClient dead = joined();
    dead.pause();

    while (app.sockets().counters().sessionsClosed(CloseReason.PING_TIMEOUT) == 0) {
      alive.send("{\"event\":\"message-with-ack\",\"id\":1}");
      alive.text();
    }

    assertEquals(1, app.sockets().plain().sessionCount());
    alive.send("{\"event\":\"message-with-ack\",\"id\":2}");
    assertEquals("{\"id\":2}", alive.text());
  }

  @Test
  void whoDoesNotReadIsClosedAndMayComeBack() {
    PlainClient other = joined();
    PlainClient slow = open();
    slow.send(CONNECT);
    String pid = slow.next().getJsonObject("data").getString("pid");
    String offset = slow.next().getString("offset");
    slow.pause();
    String burst = "{\"event\":\"message\",\"data\":\"" + "x".repeat(50_000) + "\"}";

    while (app.sockets().counters().sessionsClosed(CloseReason.SLOW_READER) == 0) {
      slow.send(burst);
      other.send("{\"event\":\"message-with-ack\",\"id\":1}");
      other.text();
    }

    assertEquals(1, app.sockets().plain().sessionCount());
    // More was missed than is kept, so it is a new socket.
    JsonObject again = back(pid, offset).next("connect").getJsonObject("data");
    assertEquals(false, again.getBoolean("recovered"));
    // Whether it still hears why depends on how soon it reads again.
    slow.resume();
    slow.closed();
  }

  @Test
  void bothSidesMayLeave() {
    PlainClient leaver = joined();
    leaver.send("{\"event\":\"disconnect\"}");
    PlainClient kicked = joined();
    kicked.send("{\"event\":\"kick\",\"data\":false}");
    PlainClient thrown = joined();
    thrown.send("{\"event\":\"kick\",\"data\":true}");

    assertEquals("1000 client namespace disconnect", leaver.closed());
    assertEquals("{\"event\":\"disconnect\"}", kicked.text());
    assertEquals("1000 server namespace disconnect", kicked.closed());
    assertEquals("{\"event\":\"disconnect\"}", thrown.text());
    assertEquals("1000 forced close", thrown.closed());
  }

  @Test
  void aFloodOfPingsEndsTheConnection() {
    PlainClient client = joined();
    for (int i = 0; i < 10_000; i++) {
      client.send("{\"event\":\"ping\"}");
    }

    assertEquals("1008 flood", client.closed());
  }

  @Test
  void aClientThatComesBackFindsItsSocketAndEachMissedEventOnce() {
    PlainClient other = joined();
    PlainClient first = open();
    first.send(CONNECT);
    JsonObject had = first.next().getJsonObject("data");
    first.next("auth");
    first.send("{\"event\":\"join\",\"data\":\"room\",\"id\":1}");
    first.answer(1);
    say(other, "heard");
    String offset = first.next("word").getString("offset");
    first.cut();
    for (int i = 0; i < 10; i++) {
      say(other, "missed-" + i);
    }

    PlainClient again = back(had.getString("pid"), offset);

    List<String> missed = new ArrayList<>();
    JsonObject frame = again.next();
    while (!frame.getString("event").equals("connect")) {
      missed.add(frame.getString("data"));
      frame = again.next();
    }
    assertEquals(10, missed.size());
    assertEquals("missed-0", missed.getFirst());
    assertEquals("missed-9", missed.getLast());
    assertEquals(had.put("recovered", true), frame.getJsonObject("data"));
    say(other, "after");
    assertEquals("after", again.next("word").getString("data"));
    again.send("{\"event\":\"message-with-ack\",\"data\":\"x\",\"id\":2}");
    assertEquals("{\"id\":2,\"data\":\"x\"}", again.text());
  }

  @Test
  void aClientMayComeBackBeforeItsLossWasNoticedAndWithOtherFrames() {
    PlainClient first = open();
    first.send(CONNECT);
    String pid = first.next().getJsonObject("data").getString("pid");
    String offset = first.next("auth").getString("offset");

    PlainClient again = back(pid, offset);
    JsonObject data = again.next().getJsonObject("data");
    RawClient third = RawClient.open(vertx, app.port(), "/socket.io/?EIO=4&transport=websocket");
    third.text();
    third.send("40" + new JsonObject().put("pid", pid).put("offset", offset).encode());

    assertEquals(true, data.getBoolean("recovered"));
    assertEquals("1000 transport close", first.closed());
    assertTrue(third.text().contains(data.getString("sid")));
    assertEquals("1000 transport close", again.closed());
  }

  @Test
  void theServerMayCutAConnectionWithoutLosingItsSocket() {
    PlainClient first = open();
    first.send(CONNECT);
    JsonObject had = first.next().getJsonObject("data");
    String offset = first.next("auth").getString("offset");
    first.send("{\"event\":\"close-conn\"}");

    assertEquals("1000 forced close", first.closed());
    assertFalse(first.hasMore());
    JsonObject again = back(had.getString("pid"), offset).next().getJsonObject("data");
    assertEquals(had.put("recovered", true), again);
  }

  @Test
  void whoeverDoesWrongOrLeavesDoesNotComeBack() {
    for (String last : List.of("nonsense", "{\"event\":\"disconnect\"}")) {
      PlainClient first = open();
      first.send(CONNECT);
      JsonObject had = first.next().getJsonObject("data");
      String offset = first.next("auth").getString("offset");
      first.send(last);
      first.closed();

      JsonObject again = back(had.getString("pid"), offset).next("connect").getJsonObject("data");

      assertEquals(false, again.getBoolean("recovered"));
      assertNotEquals(had.getString("sid"), again.getString("sid"));
    }
  }

  /// Says a word to the room from a client, and waits until it has been said.
  private static void say(PlainClient from, String word) {
    from.send("{\"event\":\"say\",\"data\":\"room\",\"args\":[\"word\",\"" + word + "\"]}");
    from.send("{\"event\":\"message-with-ack\",\"id\":9}");
    from.answer(9);
  }

  @Test
  void clientsOfBothKindsMeetEachInItsOwnFrames() {
    PlainClient plain = joined();
    RawClient socketIo = RawClient.joined(vertx, app.port());
    plain.send("{\"event\":\"join\",\"data\":\"room\",\"id\":1}");
    plain.answer(1);
    socketIo.send("421[\"join\",\"room\"]");
    socketIo.text();

    say(plain, "hello");
    socketIo.send("42[\"say\",\"room\",\"word\",{\"a\":1},\"b\"]");
    JsonObject heard = plain.next("word");
    socketIo.send("451-[\"say\",\"room\",\"word\",{\"_placeholder\":true,\"num\":0}]");
    socketIo.send(Buffer.buffer(new byte[] {1, 2, 3}));

    assertTrue(socketIo.text().startsWith("42[\"word\",\"hello\",\""));
    assertEquals(new JsonObject().put("a", 1), heard.getJsonObject("data"));
    assertEquals(new JsonArray().add("b"), heard.getJsonArray("args"));
    assertEquals("AQID", plain.next("word").getString("data"));
  }

  @Test
  void aServerThatGoesDownSaysSo() {
    PlainClient client = joined();

    PlainClient.await(app.sockets().close());

    assertEquals("1001 server shutting down", client.closed());
    assertEquals(503, status("/ws", "Origin", "https://good.example"));
  }

  @Test
  void handshakesThatMayNotAreRefused() throws Exception {
    assertEquals(403, status("/ws", "Origin", "https://evil.example"));
    assertEquals(403, status("/ws?deny=1", "X-Nothing", "x"));
    assertEquals("HTTP/1.1 400 Bad Request", answer("GET /ws?a=%zz HTTP/1.1"));
    assertEquals("HTTP/1.1 426 Upgrade Required", answer("OPTIONS /ws HTTP/1.1"));
    assertEquals(101, status("/ws", "Origin", "https://good.example"));
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + app.port() + "/ws")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(426, answer.statusCode());
      assertEquals("websocket", answer.headers().firstValue("upgrade").orElse(""));
      assertEquals("{\"code\":\"INVALID\",\"message\":\"Expected a WebSocket\"}", answer.body());
    }
  }

  /// The first line of the answer to a handshake that no client would make.
  private String answer(String head) throws IOException {
    try (Socket socket = new Socket("localhost", app.port())) {
      String request = head + "\r\nHost: localhost\r\nUpgrade: websocket\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }

  /// What a handshake is answered.
  private int status(String uri, String header, String value) {
    try {
      PlainClient.open(
          vertx,
          new WebSocketConnectOptions().setPort(app.port()).setURI(uri).addHeader(header, value));
      return 101;
    } catch (AssertionError e) {
      if (e.getCause() != null
          && e.getCause().getCause()
              instanceof io.vertx.core.http.UpgradeRejectedException rejected) {
        return rejected.getStatus();
      }
      throw e;
    }
  }
}
