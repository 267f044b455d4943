package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.conformance.Http.Reply;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Going over from polling to WebSocket in the middle of a session.
class UpgradeConformanceTest {

  private static final String BAD = "{\"code\":3,\"message\":\"Bad request\"}";

  private final Vertx vertx = Vertx.vertx();
  private ConformanceApp app;
  private Http http;

  @BeforeEach
  void start() {
    start(EngineSettings.defaults());
  }

  private void start(EngineSettings settings) {
    app =
        RawClient.await(
            ConformanceApp.start(vertx, 0, settings, SocketLimits.defaults(), Recovery.off(), 4));
    http = new Http(vertx, app.port(), "/engine.io/");
  }

  @AfterEach
  void stop() {
    RawClient.await(vertx.close());
  }

  @Test
  void goesOver() {
    String session = http.open();
    RawClient socket = webSocket(session);

    socket.send("2probe");
    assertEquals("3probe", socket.text());
    socket.send("5", "4hello");

    assertEquals("4hello", socket.text());
    socket.send(Buffer.buffer("abc"));
    assertEquals(Buffer.buffer("abc"), socket.bytes());
  }

  @Test
  void aHeldPollIsReleasedByTheProbe() {
    String session = http.open();
    Future<Reply> held = http.get(session);
    post(session, "3");
    RawClient socket = webSocket(session);

    socket.send("2probe");

    assertEquals("3probe", socket.text());
    assertEquals("6", RawClient.await(held).body());
  }

  @Test
  void aPollThatComesDuringTheProbeIsReleasedToo() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();

    assertEquals("6", get(session).body());
    assertEquals("6", get(session).body());
  }

  @Test
  void messagesGoOverPollingUntilTheUpgrade() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();

    post(session, "4by polling");

    assertEquals("4by polling", get(session).body());
  }

  @Test
  void whatWaitsLeavesOnTheWebSocketInOrder() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();
    post(session, "4one\u001ebAQID\u001e4two");

    socket.send("5", "4three");

    assertEquals("4one", socket.text());
    assertEquals(Buffer.buffer(new byte[] {1, 2, 3}), socket.bytes());
    assertEquals("4two", socket.text());
    assertEquals("4three", socket.text());
  }

  @Test
  void afterTheUpgradeRequestsAreRefused() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();
    socket.send("5");

    assertEquals(BAD, get(session).body());
    assertEquals(BAD, post(session, "4a").body());
    assertTrue(isRefused(session));
    socket.send("4still here");
    assertEquals("4still here", socket.text());
  }

  @Test
  void aPollThatCrossesTheUpgradeIsRefused() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();

    // Held, or come too late: refused in any case.
    socket.send("5");
    Future<Reply> crossing = http.get(session);

    assertEquals(400, RawClient.await(crossing).status());
  }

  @Test
  void aSecondProbeIsRefusedWhileThereIsOne() {
    String session = http.open();
    RawClient first = webSocket(session);

    assertTrue(isRefused(session));

    first.send("2probe");
    assertEquals("3probe", first.text());
    assertTrue(isRefused(session));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4hello", "2", "2other", "3probe", "1", "6", "x", ""})
  void aProbeThatSaysAnythingElseIsClosedAndThePollingGoesOn(String text) {
    String session = http.open();
    RawClient socket = webSocket(session);

    socket.send(text);

    assertEquals(1000, socket.closeStatus());
    post(session, "4unharmed");
    assertEquals("4unharmed", get(session).body());
    RawClient again = webSocket(session);
    again.send("2probe", "5", "4upgraded");
    assertEquals("3probe", again.text());
    assertEquals("4upgraded", again.text());
  }

  @Test
  void aProbeThatSendsBytesIsClosed() {
    String session = http.open();
    RawClient socket = webSocket(session);

    socket.send(Buffer.buffer("abc"));

    assertEquals(1000, socket.closeStatus());
    assertEquals("ok", post(session, "4a").body());
  }

  @Test
  void aProbeThatLeavesMakesRoomForAnother() {
    String session = http.open();
    RawWebSocket first = webSocket(session);
    first.send("2probe");
    first.text();

    first.cut();

    post(session, "4by polling");
    assertEquals("4by polling", get(session).body());
    Await.until(() -> !isRefused(session));
  }

  @Test
  void aProbeThatDawdlesIsClosed() {
    start(EngineSettings.defaults().withUpgradeTimeout(Duration.ofMillis(200)));
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();

    assertEquals(1000, socket.closeStatus());
    assertEquals("ok", post(session, "4a").body());
    assertEquals("4a", get(session).body());
  }

  @Test
  void theEndOfTheSessionIsTheEndOfAProbeThatWasNotAnswered() {
    String session = http.open();
    RawClient socket = webSocket(session);

    post(session, "4close-me");

    assertEquals(1000, socket.closeStatus());
    assertEquals("1", get(session).body());
  }

  @Test
  void aClientThatStopsPollingHearsOfTheEndWhenItHasGoneOver() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();

    post(session, "4last words\u001e4close-me");
    socket.send("5");

    assertEquals("4last words", socket.text());
    assertEquals(1000, socket.closeStatus());
    assertEquals(400, get(session).status());
  }

  @Test
  void aClientThatPollsOnHearsOfTheEndByItsPoll() {
    String session = http.open();
    RawClient socket = webSocket(session);
    socket.send("2probe");
    socket.text();

    post(session, "4close-me");

    assertEquals("1", get(session).body());
    assertEquals(1000, socket.closeStatus());
  }

  @Test
  void theHeartbeatGoesOnAcrossTheUpgrade() {
    start(EngineSettings.defaults().withHeartbeat(Duration.ofMillis(200), Duration.ofSeconds(5)));
    String session = http.open();
    RawWebSocket socket =
        RawClient.open(
            vertx, app.port(), "/engine.io/?" + session.replace("polling", "websocket"), false);

    assertEquals("2", get(session).body());
    post(session, "3");
    socket.send("2probe", "5");

    assertEquals("3probe", socket.text());
    for (int i = 0; i < 2; i++) {
      assertEquals("2", socket.text());
      socket.send("3");
    }
  }

  @Test
  void aPingThatFoundNoPollLeavesOnTheWebSocket() {
    start(EngineSettings.defaults().withHeartbeat(Duration.ofMillis(100), Duration.ofSeconds(5)));
    String session = http.open();
    RawWebSocket socket =
        RawClient.open(
            vertx, app.port(), "/engine.io/?" + session.replace("polling", "websocket"), false);
    socket.send("2probe");
    socket.text();
    RawClient timer =
        RawClient.open(vertx, app.port(), "/engine.io/?EIO=4&transport=websocket", false);
    timer.text();
    // By the time of its first ping, that of the older session is due as well.
    timer.text();

    socket.send("5");

    assertEquals("2", socket.text());
  }

  @Test
  void namesItsTransport() {
    http = new Http(vertx, app.port(), "/socket.io/");
    String session = http.open();
    post(session, "40");
    get(session);
    post(session, "421[\"transport\"]");
    assertEquals("431[\"polling\"]", get(session).body());
    RawClient socket =
        RawClient.open(vertx, app.port(), "/socket.io/?" + session.replace("polling", "websocket"));

    socket.send("2probe", "5", "422[\"transport\"]");

    assertEquals("3probe", socket.text());
    assertEquals("432[\"websocket\"]", socket.text());
  }

  private RawWebSocket webSocket(String session) {
    return RawClient.open(
        vertx, app.port(), "/engine.io/?" + session.replace("polling", "websocket"));
  }

  private boolean isRefused(String session) {
    return RawClient.isRefused(
        vertx,
        app.port(),
        new WebSocketConnectOptions()
            .setURI("/engine.io/?" + session.replace("polling", "websocket")));
  }

  private Reply get(String query) {
    return RawClient.await(http.get(query));
  }

  private Reply post(String query, String body) {
    return RawClient.await(http.post(query, body));
  }
}
