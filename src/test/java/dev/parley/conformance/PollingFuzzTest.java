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
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests of all kinds at random on sessions that may or may not be there, several at once: each
/// is answered, nothing escapes onto an event loop, and a well-behaved neighbour notices nothing.
class PollingFuzzTest {

  private static final List<String> BODIES =
      List.of(
          "40",
          "40\u001e42[\"message\",1]",
          "42[\"burst\",20]",
          "421[\"message-with-ack\",{\"a\":1}]\u001e3",
          "451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u001ebAQID",
          "42[\"kick\",true]",
          "42[\"close-conn\"]",
          "41",
          "3",
          "1",
          "x",
          "b%",
          "");
  private static final List<HttpMethod> METHODS =
      List.of(
          HttpMethod.GET,
          HttpMethod.GET,
          HttpMethod.GET,
          HttpMethod.POST,
          HttpMethod.POST,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.OPTIONS);

  private final Vertx vertx = Vertx.vertx();
  private final ConcurrentLinkedQueue<Throwable> escaped = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    RawClient.await(vertx.close());
  }

  @Test
  void everyRequestIsAnsweredAndNobodyIsHarmed() {
    vertx.exceptionHandler(escaped::add);
    ConformanceApp app =
        RawClient.await(
            ConformanceApp.start(
                vertx, 0, EngineSettings.defaults(), SocketLimits.defaults(), Recovery.off(), 3));
    Http http = new Http(vertx, app.port(), "/socket.io/");
    RawClient neighbour = RawPoller.connect(vertx, app.port(), "/socket.io/");
    neighbour.join();
    Random random = new Random(31);
    int accepted = 0;
    int refused = 0;

    for (int round = 0; round < 40; round++) {
      List<Future<Reply>> replies = new ArrayList<>();
      for (int client = 0; client < 4; client++) {
        String session = http.open();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
          replies.add(request(http, session, random));
        }
        // The client's good-bye releases what is held by now and what is still to come; without
        // any poll it waits for one.
        replies.add(http.get(session));
        replies.add(http.post(session, "1"));
      }
      for (Future<Reply> reply : replies) {
        int status = RawClient.await(reply.recover(_ -> http.get("again"))).status();
        if (status < 300) {
          accepted++;
        } else {
          refused++;
          assertTrue(status >= 400 && status < 500, "status " + status);
        }
      }
    }
    neighbour.send("42[\"message\",\"unharmed\"]");

    assertEquals("42[\"message-back\",\"unharmed\"]", neighbour.text());
    assertEquals(List.of(), List.copyOf(escaped));
    assertTrue(accepted > 200, "only " + accepted + " accepted");
    assertTrue(refused > 200, "only " + refused + " refused");
    Await.until(() -> app.sockets().counters().sessionsOpen() == 1);
    Await.until(() -> app.sockets().engine().sessionCount() == 1);
  }

  private static Future<Reply> request(Http http, String session, Random random) {
    String query = session;
    if (random.nextInt(8) == 0) {
      StringBuilder mutated = new StringBuilder(session);
      mutated.setCharAt(
          random.nextInt(session.indexOf("sid=") + 4, session.length()),
          "4x.-_ABC".charAt(random.nextInt(8)));
      query = mutated.toString();
    }
    HttpMethod method = METHODS.get(random.nextInt(METHODS.size()));
    Buffer body =
        method.equals(HttpMethod.GET)
            ? Buffer.buffer()
            : Buffer.buffer(BODIES.get(random.nextInt(BODIES.size())));
    if (body.length() > 0 && random.nextInt(6) == 0) {
      body.setByte(random.nextInt(body.length()), (byte) random.nextInt());
    }
    return http.request(
        method,
        query,
        random.nextInt(20) == 0 ? Map.of("Content-Type", "application/octet-stream") : Map.of(),
        body);
  }
}
