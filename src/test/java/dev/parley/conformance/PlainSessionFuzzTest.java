package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketCounters;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A whole plain connection under mutated frames: nothing escapes onto the event loop, every
/// session ends, and a well-behaved neighbour notices nothing.
class PlainSessionFuzzTest {

  private static final List<String> FRAMES =
      List.of(
          "{\"event\":\"message\",\"data\":{\"sdp\":\"v=0\\r\\n\",\"n\":-1.5e3}}",
          "{\"event\":\"message\"}",
          "{\"event\":\"message-with-ack\",\"data\":[{\"a\":null}],\"args\":[true],\"id\":17}",
          "{\"event\":\"join\",\"data\":\"room\",\"id\":2}",
          "{\"event\":\"say\",\"data\":\"room\",\"args\":[\"ev\",1]}",
          "{\"event\":\"ask\",\"data\":\"q\",\"id\":3}",
          "{\"event\":\"fail\",\"id\":4}",
          "{\"event\":\"ping\",\"id\":5}",
          "{\"id\":0,\"data\":1}");
  private static final String ALPHABET = "0123456789-/,[]{}\":\\utrf e.\u0000é";

  private final Vertx vertx = Vertx.vertx();
  private final ConcurrentLinkedQueue<Throwable> escaped = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    PlainClient.await(vertx.close());
  }

  @Test
  void mutatedFramesHarmNobody() {
    vertx.exceptionHandler(escaped::add);
    PlainApp app = PlainApp.start(vertx, EngineSettings.defaults(), SocketLimits.defaults());
    PlainClient neighbour = PlainClient.open(vertx, app.port());
    neighbour.send("{\"event\":\"connect\"}");
    neighbour.next("auth");
    Random random = new Random(98);

    for (int round = 0; round < 150; round++) {
      PlainClient client = PlainClient.open(vertx, app.port());
      client.send("{\"event\":\"connect\"}");
      for (int i = 0; i < 30; i++) {
        sendSome(client, random);
      }
      client.send("x");
      client.closed();
    }
    neighbour.send("{\"event\":\"message\",\"data\":\"unharmed\"}");

    assertEquals("unharmed", neighbour.next("message-back").getString("data"));
    assertEquals(List.of(), List.copyOf(escaped));
    SocketCounters counters = app.sockets().counters();
    assertEquals(1, app.sockets().plain().sessionCount());
    assertEquals(151, counters.sessionsTotal());
    assertEquals(150, counters.sessionsClosed(CloseReason.PARSE_ERROR));
    assertTrue(counters.eventsIn() > 300, "only " + counters.eventsIn() + " events got through");
  }

  private static void sendSome(PlainClient client, Random random) {
    StringBuilder frame = new StringBuilder(FRAMES.get(random.nextInt(FRAMES.size())));
    switch (random.nextInt(60)) {
      case 0 -> client.send(Buffer.buffer(frame.toString()));
      case 1 -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        client.send(WebSocketFrame.textFrame("", false));
        client.send(WebSocketFrame.continuationFrame(Buffer.buffer(bytes), true));
      }
      case 2, 3, 4 -> client.send(mutated(frame, random));
      default -> client.send(frame.toString());
    }
  }

  private static String mutated(StringBuilder frame, Random random) {
    int at = random.nextInt(frame.length());
    char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    switch (random.nextInt(3)) {
      case 0 -> frame.setCharAt(at, c);
      case 1 -> frame.insert(at, c);
      default -> frame.deleteCharAt(at);
    }
    return frame.toString();
  }
}
