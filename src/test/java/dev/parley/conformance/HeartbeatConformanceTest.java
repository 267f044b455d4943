package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Engine.IO's heartbeat and Socket.IO's connect timer.
class HeartbeatConformanceTest {

  private static final String ENGINE = "/engine.io/?EIO=4&transport=websocket";
  private static final String SOCKET = "/socket.io/?EIO=4&transport=websocket";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    RawClient.await(vertx.close());
  }

  @Test
  void pingsAgainAfterEachPong() {
    RawWebSocket client = open(ENGINE, 50, 10_000, 10_000);

    for (int i = 0; i < 3; i++) {
      assertEquals("2", client.text());
      client.send("3");
    }
  }

  @Test
  void neverPingsBeforeTheIntervalIsOver() {
    long startNs = System.nanoTime();
    RawWebSocket client = open(ENGINE, 300, 10_000, 10_000);

    client.text();

    assertTrue(System.nanoTime() - startNs >= Duration.ofMillis(299).toNanos());
  }

  @Test
  void closesWhenNoPongComes() {
    ConformanceApp app = start(50, 50, 10_000);
    RawWebSocket client = RawClient.open(vertx, app.port(), SOCKET, false);

    client.text();
    assertEquals("2", client.text());

    assertEquals(1000, client.closeStatus());
    assertEquals(1, app.sockets().counters().sessionsClosed(CloseReason.PING_TIMEOUT));
  }

  @Test
  void takesNoOtherMessageForAPong() {
    RawWebSocket client = open(ENGINE, 50, 100, 10_000);

    client.text();
    client.send("4hello");

    assertEquals("4hello", client.text());
    assertEquals(1000, client.closeStatus());
  }

  @Test
  void strayPongsDoNotPutOffThePing() {
    RawWebSocket client = open(ENGINE, 100, 10_000, 10_000);

    client.send("3", "3", "3");

    assertEquals("2", client.text());
  }

  @Test
  void closesAClientThatJoinsNothing() {
    ConformanceApp app = start(10_000, 10_000, 100);
    RawWebSocket client = RawClient.open(vertx, app.port(), SOCKET);

    client.text();

    assertEquals(1000, client.closeStatus());
    assertEquals(1, app.sockets().counters().sessionsClosed(CloseReason.CONNECT_TIMEOUT));
  }

  @Test
  void aRefusedConnectDoesNotStopTheConnectTimer() {
    ConformanceApp app = start(10_000, 10_000, 200);
    RawWebSocket client = RawClient.open(vertx, app.port(), SOCKET);

    client.text();
    client.send("40/deny,");

    assertTrue(client.text().startsWith("44/deny,"));
    assertEquals(1000, client.closeStatus());
  }

  @Test
  void aJoinedClientOutlivesTheConnectTimerEvenWithoutNamespace() {
    ConformanceApp app = start(200, 10_000, 100);
    RawWebSocket client = RawClient.open(vertx, app.port(), SOCKET, false);

    client.text();
    client.send("40", "41");
    client.text();
    client.text();

    assertEquals("2", client.text());
  }

  private RawWebSocket open(String uri, int intervalMs, int timeoutMs, int connectMs) {
    ConformanceApp app = start(intervalMs, timeoutMs, connectMs);
    RawWebSocket client = RawClient.open(vertx, app.port(), uri, false);
    assertTrue(client.text().startsWith("0{"));
    return client;
  }

  private ConformanceApp start(int intervalMs, int timeoutMs, int connectMs) {
    return RawClient.await(
        ConformanceApp.start(
            vertx,
            0,
            EngineSettings.defaults()
                .withHeartbeat(Duration.ofMillis(intervalMs), Duration.ofMillis(timeoutMs)),
            SocketLimits.defaults().withConnectTimeout(Duration.ofMillis(connectMs))));
  }
}
