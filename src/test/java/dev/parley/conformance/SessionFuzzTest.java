package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketCounters;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A whole session under mutated frames: nothing escapes onto the event loop, every session ends,
/// and a well-behaved neighbour notices nothing.
class SessionFuzzTest {

  private static final List<String> FRAMES =
      List.of(
          "40/custom,{\"token\":\"x\"}",
          "42[\"message\",{\"sdp\":\"v=0\\r\\n\",\"n\":-1.5e3}]",
          "42[\"message\"]",
          "4217[\"message-with-ack\",[{\"a\":null}],true]",
          "42[\"join\",\"room\"]",
          "42[\"say\",\"room\",\"ev\",1]",
          "42[\"ask\",\"q\"]",
          "42[\"kick\",false]",
          "430[1]",
          "451-[\"message\",{\"_placeholder\":true,\"num\":0}]",
          "3",
          "6");
  private static final String ALPHABET = "0123456789-/,[]{}\":\\utrf e.\u0000é";

  private final Vertx vertx = Vertx.vertx();
  private final ConcurrentLinkedQueue<Throwable> escaped = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    RawClient.await(vertx.close());
  }

  @Test
  void mutatedFramesHarmNobody() {
    vertx.exceptionHandler(escaped::add);
    ConformanceApp app =
        RawClient.await(
            ConformanceApp.start(vertx, 0, EngineSettings.defaults(), SocketLimits.defaults()));
    RawClient neighbour = RawClient.joined(vertx, app.port());
    Random random = new Random(99);

    for (int round = 0; round < 150; round++) {
      RawWebSocket client =
          RawClient.open(vertx, app.port(), "/socket.io/?EIO=4&transport=websocket");
      client.send("40");
      for (int i = 0; i < 30; i++) {
        sendSome(client, random);
      }
      client.send("x");
      client.closeStatus();
    }
    neighbour.send("42[\"message\",\"unharmed\"]");

    assertEquals("42[\"message-back\",\"unharmed\"]", neighbour.text());
    assertEquals(List.of(), List.copyOf(escaped));
    SocketCounters counters = app.sockets().counters();
    assertEquals(151, counters.sessionsTotal());
    assertTrue(counters.sessionsClosed(CloseReason.PARSE_ERROR) > 100);
    assertTrue(counters.eventsIn() > 300, "only " + counters.eventsIn() + " events got through");
  }

  private static void sendSome(RawClient client, Random random) {
    if (random.nextInt(40) == 0) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      client.send(Buffer.buffer(bytes));
      return;
    }
    StringBuilder frame = new StringBuilder(FRAMES.get(random.nextInt(FRAMES.size())));
    if (random.nextInt(12) == 0) {
      int at = random.nextInt(frame.length());
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(3)) {
        case 0 -> frame.setCharAt(at, c);
        case 1 -> frame.insert(at, c);
        default -> frame.deleteCharAt(at);
      }
    }
    client.send(frame.toString());
  }
}
