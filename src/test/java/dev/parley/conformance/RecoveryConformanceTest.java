package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.socketio.Recovery;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connection state recovery: `pid`, offsets, and what a client that comes back is given.
class RecoveryConformanceTest {

  private static final String URI = "/socket.io/?EIO=4&transport=websocket";
  private static final int MAX_EVENTS = 20;

  private final Vertx vertx = Vertx.vertx();
  private ConformanceApp app = start(Duration.ofMinutes(2));

  @AfterEach
  void close() {
    RawClient.await(vertx.close());
  }

  private ConformanceApp start(Duration window) {
    return RawClient.await(
        ConformanceApp.start(
            vertx,
            0,
            ConformanceApp.quickSettings(),
            ConformanceApp.quickLimits(),
            new Recovery(window, window.plusSeconds(10), MAX_EVENTS, 100_000, 100_000_000)));
  }

  private RawClient open() {
    return open(vertx, app.port());
  }

  /// A client that has opened a session.
  RawClient open(Vertx client, int port) {
    return RawClient.open(client, port, URI);
  }

  /// A client of the main namespace and what it was told.
  private static final class Visit {
    private final RawClient raw;
    private final String sid;
    private final String pid;

    /// Events that came before the answer to CONNECT.
    private final List<JsonArray> missed = new ArrayList<>();

    private String offset = "";

    private Visit(RawClient opened, String payload) {
      raw = opened;
      raw.text();
      raw.send("40" + payload);
      String text = raw.text();
      while (text.startsWith("42")) {
        missed.add(event(text));
        text = raw.text();
      }
      assertTrue(text.startsWith("40{"), text);
      JsonObject joined = new JsonObject(text.substring(2));
      sid = joined.getString("sid");
      pid = joined.getString("pid");
    }

    private JsonArray event(String text) {
      JsonArray event = new JsonArray(text.substring(2));
      offset = event.getString(event.size() - 1);
      return event;
    }

    private JsonArray event() {
      return event(raw.text());
    }

    private String claim() {
      return claim(pid, offset);
    }

    private static String claim(String pid, @Nullable String offset) {
      JsonObject claim = new JsonObject().put("pid", pid);
      return (offset == null ? claim : claim.put("offset", offset)).encode();
    }
  }

  /// A client that has had its first event, `auth`.
  private Visit visit() {
    Visit visit = new Visit(open(), "");
    assertEquals("auth", visit.event().getString(0));
    return visit;
  }

  private Visit back(String claim) {
    return new Visit(open(), claim);
  }

  /// Says `word` to the room from another client, and waits until it has been said.
  private static void say(Visit from, String room, String word) {
    from.raw.send("421[\"say\",\"" + room + "\",\"" + word + "\"]", "429[\"message-with-ack\",1]");
    String text = from.raw.text();
    while (!text.startsWith("439")) {
      text = from.raw.text();
    }
  }

  private static void join(Visit visit, String room) {
    visit.raw.send("420[\"join\",\"" + room + "\"]");
    assertTrue(visit.raw.text().startsWith("430["));
  }

  @Test
  void eventsCarryAnOffsetAndAnswersDoNot() {
    Visit visit = visit();
    visit.raw.send("42[\"message\",1]");
    JsonArray event = visit.event();
    visit.raw.send("425[\"message-with-ack\",1]");

    assertEquals(3, event.size());
    assertFalse(visit.offset.isEmpty());
    assertEquals("435[1]", visit.raw.text());
    visit.raw.send("426[\"ask\",\"question\"]");
    String asked = visit.raw.text();
    assertTrue(asked.matches("42\\d+\\[\"question\"]"), asked);
  }

  @Test
  void aClientThatComesBackFindsItsSocketAndEachMissedEventOnce() {
    Visit first = visit();
    Visit other = visit();
    join(first, "room");
    say(other, "room", "heard");
    assertEquals("heard", first.event().getString(0));
    first.raw.cut();
    for (int i = 0; i < 10; i++) {
      say(other, "room", "missed-" + i);
    }

    Visit again = back(first.claim());

    assertEquals(first.sid, again.sid);
    assertEquals(first.pid, again.pid);
    assertEquals(10, again.missed.size());
    for (int i = 0; i < 10; i++) {
      assertEquals("missed-" + i, again.missed.get(i).getString(0));
    }
    say(other, "room", "after");
    assertEquals("after", again.event().getString(0));
    again.raw.send("427[\"join\",\"room\"]");
    assertTrue(again.raw.text().contains("room"));
  }

  @Test
  void aClientThatComesBackTwiceMissesNothing() {
    Visit other = visit();
    Visit visit = visit();
    join(visit, "room");
    for (int round = 0; round < 5; round++) {
      visit.raw.cut();
      say(other, "room", "a" + round);
      say(other, "room", "b" + round);
      Visit again = back(visit.claim());

      assertEquals(visit.sid, again.sid);
      assertEquals(
          List.of("a" + round, "b" + round),
          again.missed.stream().map(e -> e.getString(0)).toList());
      visit = again;
    }
  }

  @Test
  void aClientMayComeBackBeforeItsLossWasNoticed() {
    Visit first = visit();
    Visit again = back(first.claim());

    assertEquals(first.sid, again.sid);
    first.raw.closeStatus();
    again.raw.send("420[\"message-with-ack\",\"here\"]");
    assertEquals("430[\"here\"]", again.raw.text());
  }

  @Test
  void aClientThatHasGotNothingYetGetsAll() {
    Visit first = new Visit(open(), "");
    first.raw.cut();

    Visit again = back(Visit.claim(first.pid, null));

    assertEquals(first.sid, again.sid);
    assertEquals("auth", again.missed.getFirst().getString(0));
  }

  @Test
  void anUnknownSecretOrOffsetMakesANewSocket() {
    Visit first = visit();
    first.raw.cut();

    Visit stranger = back(Visit.claim("nobody", first.offset));
    Visit confused = back(Visit.claim(first.pid, "no offset"));
    Visit late = back(first.claim());

    for (Visit visit : List.of(stranger, confused, late)) {
      assertNotEquals(first.sid, visit.sid);
      assertNotEquals(first.pid, visit.pid);
      assertTrue(visit.missed.isEmpty());
    }
  }

  @Test
  void whoHasLeftDoesNotComeBack() {
    Visit leaver = visit();
    // What comes after the leaving has been heard was said after it.
    leaver.raw.send("41");
    leaver.raw.send("40/custom,");
    assertTrue(leaver.raw.text().startsWith("40/custom,"));
    leaver.raw.cut();
    Visit kicked = visit();
    kicked.raw.send("42[\"kick\",true]");
    assertEquals("41", kicked.raw.text());

    assertNotEquals(leaver.sid, back(leaver.claim()).sid);
    assertNotEquals(kicked.sid, back(kicked.claim()).sid);
  }

  @Test
  void theServerMayCutAConnectionWithoutLosingItsSocket() {
    Visit visit = visit();
    visit.raw.send("42[\"close-conn\"]");
    visit.raw.closeStatus();

    assertEquals(visit.sid, back(visit.claim()).sid);
  }

  @Test
  void moreThanIsKeptCannotBeRecovered() {
    Visit other = visit();
    Visit visit = visit();
    join(visit, "room");
    visit.raw.cut();
    for (int i = 0; i <= MAX_EVENTS; i++) {
      say(other, "room", "x");
    }

    Visit again = back(visit.claim());

    assertNotEquals(visit.sid, again.sid);
    assertTrue(again.missed.isEmpty());
  }

  @Test
  void aNamespaceIsRecoveredByItsOwnSecretAlone() {
    Visit visit = visit();
    visit.raw.cut();
    RawClient raw = open();
    raw.text();
    raw.send("40/custom," + visit.claim());
    String text = raw.text();

    assertTrue(text.startsWith("40/custom,{"), text);
    assertFalse(text.contains(visit.sid));
    assertEquals(visit.sid, back(visit.claim()).sid);
  }

  @Test
  void theWindowEnds() {
    app = start(Duration.ofMillis(1));
    Visit visit = visit();
    visit.raw.cut();

    Visit again = back(visit.claim());
    for (int tries = 0; tries < 200 && again.sid.equals(visit.sid); tries++) {
      again.raw.cut();
      again = back(visit.claim());
    }

    assertNotEquals(visit.sid, again.sid);
  }
}
