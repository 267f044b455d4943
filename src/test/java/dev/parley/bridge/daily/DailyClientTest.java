package dev.parley.bridge.daily;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.bridge.daily.DailyStandIn.Fault;
import dev.parley.bridge.edge.Outbound;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the stand-in for Daily, in a time that passes as the client waits.
class DailyClientTest {

  private static final String ROOM = "GgAAAAAAQABYBAQ";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static Vertx vertx;

  private final VirtualTime time = new VirtualTime();
  private final List<Long> pausesMs = Collections.synchronizedList(new ArrayList<>());
  private DailyStandIn daily;
  private DailyClient client;

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void open() throws Exception {
    daily = new DailyStandIn(vertx, "k3y", time::ms);
    client = client("k3y", TIMEOUT);
  }

  @AfterEach
  void close() throws Exception {
    daily.close();
  }

  private DailyClient client(String apiKey, Duration timeout) {
    return new DailyClient(
        new Outbound(vertx, "Daily", timeout, time::ms),
        daily.url() + "/",
        new Config.Secret(apiKey),
        time::ms,
        time::ns,
        ns -> {
          pausesMs.add(ns / 1_000_000);
          time.pass(ns);
        });
  }

  private static Failure failure(Failure.Code code, Callable<?> call) {
    Failure failure = assertThrows(Failure.class, call::call);
    assertEquals(code, failure.code(), failure.text());
    assertFalse(failure.text().contains("127.0.0.1"), failure.text());
    assertFalse(failure.text().contains("k3y"), failure.text());
    return failure;
  }

  private DailyRoom make(boolean isBroadcast, boolean isDiamond) {
    return client.create(new DailyRoom.Wish(ROOM, isBroadcast, isDiamond));
  }

  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  @Test
  void aRoomIsAskedForToTheLetter() throws Exception {
    DailyRoom room = make(false, false);

    JsonNode expected =
        json(
            """
            {'name': 'GgAAAAAAQABYBAQ', 'privacy': 'private', 'properties': {
              'nbf': 1790000000, 'exp': 1790003600,
              'enable_people_ui': false, 'enable_pip_ui': true, 'enable_emoji_reactions': false,
              'enable_hand_raising': false, 'enable_prejoin_ui': false, 'enable_network_ui': false,
              'enable_noise_cancellation_ui': true, 'enable_breakout_rooms': false,
              'enable_knocking': false, 'enable_screenshare': true, 'eject_at_room_exp': true,
              'max_participants': 20,
              'permissions': {'hasPresence': true, 'canSend': true, 'canAdmin': false}}}
            """);
    assertEquals(expected.toString(), sorted(daily.requests().getFirst().body(), expected));
    assertEquals(new DailyRoom(ROOM, false, 1_790_003_600), room);
    assertEquals(List.of("POST /rooms"), daily.routes());
  }

  /// The text of a tree, or of the expected one when they are equal in any order.
  private static String sorted(JsonNode actual, JsonNode expected) {
    return actual.equals(expected) ? expected.toString() : actual.toString();
  }

  @Test
  void aBroadcastOfADiamondUserIsAskedForToTheLetter() throws Exception {
    DailyRoom room = make(true, true);

    JsonNode expected =
        json(
            """
            {'name': 'GgAAAAAAQABYBAQ', 'privacy': 'private', 'properties': {
              'nbf': 1790000000, 'exp': 1790007200,
              'enable_people_ui': false, 'enable_pip_ui': true, 'enable_emoji_reactions': false,
              'enable_hand_raising': false, 'enable_prejoin_ui': false, 'enable_network_ui': false,
              'enable_noise_cancellation_ui': true, 'enable_breakout_rooms': false,
              'enable_knocking': false, 'enable_screenshare': true, 'eject_at_room_exp': true,
              'max_participants': 200,
              'permissions': {'hasPresence': true, 'canSend': true, 'canAdmin': false},
              'enable_mesh_sfu': true, 'enable_terse_logging': true,
              'enable_hidden_participants': true, 'owner_only_broadcast': false,
              'experimental_optimize_large_calls': true}}
            """);
    assertEquals(expected.toString(), sorted(daily.requests().getFirst().body(), expected));
    assertEquals(new DailyRoom(ROOM, true, 1_790_007_200), room);
  }

  @Test
  void aRoomIsFoundAsLongAsThereIsOne() {
    assertEquals(Optional.empty(), client.find(ROOM));
    DailyRoom room = make(true, false);

    assertEquals(Optional.of(room), client.find(ROOM));
    assertFalse(room.isExpired(time.ms() + 3_599_999));
    assertTrue(room.isExpired(time.ms() + 3_600_000));
    time.passMs(3_600_000);
    assertEquals(Optional.empty(), client.find(ROOM));
  }

  @Test
  void aRoomThatExistsIsReturnedAsItIs() {
    DailyRoom first = make(true, true);

    assertEquals(first, make(false, false));
    assertEquals(List.of("POST /rooms", "POST /rooms", "GET /rooms/" + ROOM), daily.routes());
  }

  @Test
  void aRoomWhoseAnswerGotLostIsFound() {
    daily.fail("POST /rooms", Fault.ANSWER_LOST, 1);

    assertEquals(new DailyRoom(ROOM, false, 1_790_003_600), make(false, false));
    assertEquals(List.of(ROOM), daily.rooms().names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "../presence", "a/b", "a?b", "ä", "a\r\nb"})
  void whatIsNoNameIsNotAskedFor(String name) {
    failure(Failure.Code.INVALID, () -> client.find(name));
    failure(Failure.Code.INVALID, () -> client.delete(name));
    failure(Failure.Code.INVALID, () -> new DailyRoom.Wish(name, false, false));
    assertEquals(List.of(), daily.routes());
  }

  private JsonNode claims(boolean isBroadcast, boolean isOwner, boolean hasStarted) {
    DailyRoom room = new DailyRoom(ROOM, isBroadcast, 0);
    String token =
        client.token(
            new DailyToken(
                room, "Älice", "27eue-hyaaa-aaaaf-aaa4a-cai", isOwner, hasStarted, 1_790_000_300));
    return daily.rooms().claims(token);
  }

  private static JsonNode expectedClaims(String rest) throws Exception {
    return json(
        """
        {'room_name': 'GgAAAAAAQABYBAQ', 'user_name': 'Älice', 'user_id':
         '27eue-hyaaa-aaaaf-aaa4a-cai', 'exp': 1790000300, 'iat': 1790000000, %s}
        """
            .formatted(rest));
  }

  @Test
  void theTokenOfACallLetsEverybodySpeakAndItsOwnerAdministrate() throws Exception {
    for (boolean hasStarted : new boolean[] {false, true}) {
      assertEquals(
          expectedClaims(
              "'is_owner': true, 'permissions': {'canSend': true, 'hasPresence': true, 'canAdmin':"
                  + " true}"),
          claims(false, true, hasStarted));
      assertEquals(
          expectedClaims(
              "'is_owner': false, 'permissions': {'canSend': true, 'hasPresence': true, 'canAdmin':"
                  + " false}"),
          claims(false, false, hasStarted));
    }
  }

  @Test
  void theTokenOfABroadcastLetsItsPresentersSpeakAlone() throws Exception {
    String presents =
        "'permissions': {'canSend': true, 'hasPresence': true, 'canAdmin': true},"
            + " 'start_video_off': false, 'start_audio_off': false";
    assertEquals(expectedClaims("'is_owner': true, " + presents), claims(true, true, false));
    assertEquals(expectedClaims("'is_owner': true, " + presents), claims(true, true, true));
    assertEquals(expectedClaims("'is_owner': false, " + presents), claims(true, false, true));
    assertEquals(
        expectedClaims(
            "'is_owner': false, 'permissions': {'canSend': false, 'hasPresence': false, 'canAdmin':"
                + " false}, 'start_video_off': true, 'start_audio_off': true"),
        claims(true, false, false));
  }

  @Test
  void aTokenNeedsAnEndAndAUserWhomDailyTakes() {
    DailyRoom room = new DailyRoom(ROOM, false, 0);

    failure(Failure.Code.INVALID, () -> new DailyToken(room, "a", "u", true, true, 0));
    failure(Failure.Code.INVALID, () -> new DailyToken(room, "a", "", true, true, 1));
    failure(Failure.Code.INVALID, () -> new DailyToken(room, "a", "u".repeat(37), true, true, 1));
  }

  @Test
  void theHolderOfATokenMayEnterItsRoomUntilItExpires() {
    DailyRoom room = make(false, false);
    String token = client.token(new DailyToken(room, "Al", "u", true, true, time.ms() / 1000 + 60));

    assertEquals("u", daily.rooms().join(token).userId());
    time.passMs(60_000);
    assertThrows(IllegalArgumentException.class, () -> daily.rooms().join(token));
  }

  @Test
  void aRoomIsDeletedOnceAndThatItIsGoneIsAsGood() {
    make(false, false);
    daily.rooms().join(ROOM, "u");

    assertTrue(client.delete(ROOM));
    assertFalse(client.delete(ROOM));
    assertEquals(List.of(), daily.rooms().names());
    assertEquals(List.of(), daily.rooms().seats(ROOM));
  }

  @Test
  void presenceTellsWhoIsInWhichRoomAndLags() {
    assertEquals(new Presence(Map.of()), client.presence());
    make(false, false);
    StandInRooms.Seat seat = daily.rooms().join(ROOM, "u");

    Presence presence = client.presence();

    assertTrue(presence.isOccupied(ROOM));
    assertEquals(
        List.of(new Presence.Participant(seat.id(), "u", "u")), presence.participants(ROOM));
    assertFalse(presence.isOccupied("other"));
    assertEquals(List.of(), presence.participants("other"));

    daily.rooms().lagsBy(Duration.ofSeconds(15));
    assertFalse(client.presence().isOccupied(ROOM));
    time.passMs(15_000);
    daily.rooms().leave(seat);
    assertTrue(client.presence().isOccupied(ROOM));
    time.passMs(15_000);
    assertFalse(client.presence().isOccupied(ROOM));
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "SLOW", mode = Mode.EXCLUDE)
  void noPresenceIsEverReadFromAnythingElse(Fault fault) {
    make(false, false);
    daily.rooms().join(ROOM, "u");
    daily.fail("GET /presence", fault);

    Failure.Code code =
        switch (fault) {
          case UNAUTHENTICATED, FORBIDDEN -> Failure.Code.FORBIDDEN;
          default -> Failure.Code.UNAVAILABLE;
        };
    failure(code, client::presence);
    failure(code, client::presence);

    daily.recover();
    assertTrue(client.presence().isOccupied(ROOM));
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "SLOW", mode = Mode.EXCLUDE)
  void aRoomIsNeverTakenForMissingWhenDailyDoesNotSaySo(Fault fault) {
    make(false, false);
    daily.fail("GET /rooms", fault);

    assertThrows(Failure.class, () -> client.find(ROOM));

    daily.fail("DELETE /rooms", fault);
    assertThrows(Failure.class, () -> client.delete(ROOM));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"BROKEN", "RATE_LIMITED", "HANGS_UP", "TRUNCATED", "ANSWER_LOST"})
  void whatMayComeRightIsTriedAgain(Fault fault) {
    daily.fail("", fault, 3);

    assertEquals(Optional.empty(), client.find(ROOM));

    assertEquals(4, daily.routes().size());
    assertEquals(3, pausesMs.size());
    long least = fault == Fault.RATE_LIMITED ? 1_000 : 0;
    long pauseMs = 250;
    for (long waited : pausesMs) {
      assertTrue(waited >= Math.max(least, pauseMs), pausesMs.toString());
      assertTrue(waited <= Math.max(least, pauseMs * 2), pausesMs.toString());
      pauseMs *= 2;
    }
  }

  @Test
  void afterFourAttemptsDailyIsUnavailable() {
    daily.fail("", Fault.BROKEN);

    Failure failure = failure(Failure.Code.UNAVAILABLE, () -> client.find(ROOM));

    assertEquals("Daily answers 500", failure.text());
    assertEquals(4, daily.routes().size());
  }

  @Test
  void whoIsToWaitForLongIsToldSoAtOnce() {
    daily.retryAfter("60");
    daily.fail("", Fault.RATE_LIMITED);

    Failure failure = failure(Failure.Code.UNAVAILABLE, () -> client.find(ROOM));

    assertEquals(60_000, failure.retryAfterMs());
    assertEquals(1, daily.routes().size());
  }

  @Test
  void aDateMayBeTheTimeToComeAgain() {
    daily.retryAfter("Mon, 21 Sep 2026 14:13:23 GMT");
    daily.fail("", Fault.RATE_LIMITED, 1);

    assertEquals(Optional.empty(), client.find(ROOM));

    assertEquals(List.of(3_000L), pausesMs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", "1e3", "99999999999999999999", "", "Mon, 21 Sep"})
  void whatIsNoTimeToComeAgainIsIgnored(String header) {
    daily.retryAfter(header);
    daily.fail("", Fault.RATE_LIMITED, 1);

    assertEquals(Optional.empty(), client.find(ROOM));
    assertTrue(pausesMs.getFirst() <= 500, pausesMs.toString());
  }

  @Test
  void aKeyThatIsRefusedIsNotTriedAgain() {
    DailyClient stranger = client("other", TIMEOUT);

    Failure failure = failure(Failure.Code.FORBIDDEN, () -> stranger.find(ROOM));
    failure(Failure.Code.FORBIDDEN, stranger::presence);
    failure(Failure.Code.FORBIDDEN, () -> stranger.create(new DailyRoom.Wish(ROOM, false, false)));

    assertEquals("Daily refuses the API key", failure.text());
    assertEquals(3, daily.routes().size());
    assertEquals(List.of(), pausesMs);
  }

  @Test
  void aRequestThatDailyRefusesIsToldInItsWords() {
    String name = "G".repeat(42);

    Failure failure =
        failure(Failure.Code.INVALID, () -> client.create(new DailyRoom.Wish(name, false, false)));

    assertEquals("Daily refuses with 400", failure.text().substring(0, 22));
    assertEquals(List.of("POST /rooms", "GET /rooms/" + name), daily.routes());
  }

  @Test
  void aServerThatDoesNotAnswerInTimeIsUnavailable() {
    DailyClient hasty = client("k3y", Duration.ofMillis(100));
    daily.fail("", Fault.SLOW);

    failure(Failure.Code.UNAVAILABLE, () -> hasty.find(ROOM));

    assertEquals(3, pausesMs.size());
  }

  @Test
  void aServerThatIsSlowIsWaitedFor() throws Exception {
    make(false, false);
    daily.fail("GET /rooms", Fault.SLOW, 1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<DailyRoom>> found = threads.submit(() -> client.find(ROOM));
      while (daily.release() == 0) {
        Thread.onSpinWait();
      }

      assertTrue(found.get(30, TimeUnit.SECONDS).isPresent());
    }
    assertEquals(List.of(), pausesMs);
  }

  @Test
  void aServerThatIsDownIsUnavailableUntilItIsBack() throws Exception {
    daily.goesDown();
    failure(Failure.Code.UNAVAILABLE, client::presence);
    assertEquals(3, pausesMs.size());

    daily.comesBack();
    assertEquals(new Presence(Map.of()), client.presence());
  }

  @Test
  void aBurstKeepsToTheLimitsOfItsOwnAccord() {
    for (int i = 0; i < 30; i++) {
      client.create(new DailyRoom.Wish("G" + i, false, false));
      client.token(new DailyToken(new DailyRoom("G" + i, false, 0), "a", "u", true, true, 1));
    }
    for (int i = 0; i < 10; i++) {
      assertTrue(client.delete("G" + i));
    }

    // None was refused, as none was sent again.
    assertEquals(70, daily.routes().size());
  }

  @Test
  void aBurstOfManyThreadsIsNotRefused() throws Exception {
    daily.unlimited();
    CountDownLatch begin = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<DailyRoom>> made = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        DailyRoom.Wish wish = new DailyRoom.Wish("G" + i, false, false);
        made.add(
            threads.submit(() -> {
              begin.await();
              return client.create(wish);
            }));
      }
      begin.countDown();
      for (int i = 0; i < 100; i++) {
        assertEquals("G" + i, made.get(i).get(30, TimeUnit.SECONDS).name());
      }
    }
    assertEquals(100, daily.rooms().names().size());
  }
}
