package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Packets that cost the sender little and the server much: those that are too many end the
/// session.
class SocketFloodTest {

  private final Vertx vertx = Vertx.vertx();
  private final SocketLimits limits = SocketLimits.defaults();
  private final ConformanceApp app =
      RawClient.await(ConformanceApp.start(vertx, 0, EngineSettings.defaults(), limits));

  @AfterEach
  void stop() {
    RawClient.await(vertx.close());
  }

  private long closed(CloseReason reason) {
    return app.sockets().counters().sessionsClosed(reason);
  }

  @Test
  void whoComesAndGoesWithoutEndIsClosed() {
    RawClient client = RawClient.joined(vertx, app.port());
    for (int i = 0; i <= limits.joins().burst(); i++) {
      client.send("41", "40");
    }

    assertEquals(1008, client.closeStatus());
    assertEquals(1, closed(CloseReason.FLOOD));
  }

  @Test
  void whoTriesNamespaceAfterNamespaceIsClosed() {
    RawClient client = RawClient.joined(vertx, app.port());
    for (int i = 0; i <= limits.joins().burst(); i++) {
      client.send("40/none" + i);
    }

    assertEquals(1008, client.closeStatus());
  }

  @Test
  void whoComesAndGoesNowAndThenIsServed() {
    RawClient client = RawClient.joined(vertx, app.port());
    for (int i = 0; i < 20; i++) {
      client.send("41", "40");
      assertTrue(client.text().startsWith("40{"));
      client.text();
    }

    assertEquals(0, closed(CloseReason.FLOOD));
  }

  @Test
  void answersThatNobodyAskedForChangeNothing() {
    RawClient client = RawClient.joined(vertx, app.port());
    for (int i = 0; i < 5_000; i++) {
      client.send("43" + i + "[]");
    }
    client.send("421[\"message-with-ack\",7]");

    assertEquals("431[7]", client.text());
  }
}
