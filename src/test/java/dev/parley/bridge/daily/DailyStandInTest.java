package dev.parley.bridge.daily;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The stand-in behaves as Daily is documented to; its webhooks are read by `DailyHook`.
class DailyStandInTest {

  private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);

  private static Vertx vertx;
  private static HttpClient http;

  private final VirtualTime time = new VirtualTime();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final DailyHook hook =
      new DailyHook(new Config.Secret(SECRET), Duration.ofMinutes(5), time::ms);
  private DailyStandIn daily;
  private HttpServer receiver;
  private volatile int answered = 200;

  private record Told(int status, JsonNode body, String retryAfter) {}

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
    http = vertx.createHttpClient();
  }

  @AfterAll
  static void closeVertx() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void open() throws Exception {
    daily = new DailyStandIn(vertx, "k3y", time::ms);
    receiver =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> received(request, body)))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    daily.close();
    receiver.close().await(20, TimeUnit.SECONDS);
  }

  private void received(HttpServerRequest request, Buffer body) {
    try {
      events.add(
          hook.read(
                  request.getHeader("X-Webhook-Timestamp"),
                  request.getHeader("X-Webhook-Signature"),
                  body.getBytes())
              .toString());
    } catch (Failure failure) {
      events.add(failure.code().name());
    }
    request.response().setStatusCode(answered).end();
  }

  private String register() throws Exception {
    String uuid =
        daily.hooks().register("http://127.0.0.1:" + receiver.actualPort() + "/hook", SECRET);
    assertEquals(List.of("Probe[]"), events);
    events.clear();
    return uuid;
  }

  private Told ask(HttpMethod method, String path, String body) throws Exception {
    return ask(method, path, body, "Bearer k3y");
  }

  private Told ask(HttpMethod method, String path, String body, String authorization)
      throws Exception {
    RequestOptions head = new RequestOptions().setMethod(method).setAbsoluteURI(daily.url() + path);
    if (!authorization.isEmpty()) {
      head.putHeader("Authorization", authorization);
    }
    // As one chain, so that the body is listened to before it can end.
    return http.request(head)
        .compose(request ->
            request
                .send(body.replace('\'', '"'))
                .compose(response -> response.body().map(told -> told(response, told))))
        .await(20, TimeUnit.SECONDS);
  }

  private static Told told(HttpClientResponse response, Buffer body) {
    try {
      return new Told(
          response.statusCode(),
          Json.MAPPER.readTree(body.getBytes()),
          String.valueOf(response.getHeader("Retry-After")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void make(String name) throws Exception {
    assertEquals(200, ask(HttpMethod.POST, "/rooms", "{'name': '" + name + "'}").status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /rooms/none   |                          | 404 not-found",
        "DELETE | /rooms/none   |                          | 404 not-found",
        "GET    | /elsewhere    |                          | 404 not-found",
        "POST   | /rooms        | {                        | 400 json-parsing-error",
        "POST   | /rooms        | {'name': 'a b'}          | 400 invalid-request-error",
        "POST   | /rooms        | {'name': 'there'}        | 400 invalid-request-error",
        "POST   | /rooms        | {'properties': {'x': 1}} | 400 invalid-request-error",
        "POST   | /rooms        | {'properties': {'exp': 1.5}} | 400 invalid-request-error",
        "POST   | /meeting-tokens | {'properties': {'x': 1}} | 400 invalid-request-error",
        "POST   | /webhooks     | {'url': 'http://127.0.0.1:1', 'eventTypes': ['meeting.ended']} |"
            + " 400 invalid-request-error"
      })
  void errorsAreOfTheDocumentedShape(String method, String path, String body, String error)
      throws Exception {
    make("there");

    Told told = ask(HttpMethod.valueOf(method), path, body == null ? "" : body);

    assertEquals(error, told.status() + " " + told.body().path("error").asText());
    assertEquals(true, told.body().path("info").isTextual());
  }

  @Test
  void theKeyIsChecked() throws Exception {
    assertEquals(400, ask(HttpMethod.GET, "/presence", "", "").status());
    assertEquals(401, ask(HttpMethod.GET, "/presence", "", "Bearer other").status());
  }

  @Test
  void aRoomTellsOfItsConfigurationOnlyWhatIsNotTheDefault() throws Exception {
    Told told =
        ask(
            HttpMethod.POST,
            "/rooms",
            "{'name': 'r', 'properties': {'enable_hidden_participants': false, 'exp': 1790000060,"
                + " 'enable_people_ui': false, 'max_participants': 200}}");

    assertEquals(
        "{\"exp\":1790000060,\"enable_people_ui\":false}", told.body().get("config").toString());
  }

  @Test
  void twentyRequestsASecondAreAnswered() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertEquals(200, ask(HttpMethod.GET, "/presence", "").status());
      time.passMs(10);
    }

    Told told = ask(HttpMethod.GET, "/presence", "");

    assertEquals("429 1", told.status() + " " + told.retryAfter());
    time.passMs(800);
    assertEquals(200, ask(HttpMethod.GET, "/presence", "").status());
  }

  @Test
  void twoDeletionsASecondAreAnswered() throws Exception {
    assertEquals(404, ask(HttpMethod.DELETE, "/rooms/a", "").status());
    assertEquals(404, ask(HttpMethod.DELETE, "/rooms/a", "").status());
    assertEquals(429, ask(HttpMethod.DELETE, "/rooms/a", "").status());
    time.passMs(1_000);
    assertEquals(404, ask(HttpMethod.DELETE, "/rooms/a", "").status());
  }

  @Test
  void bothFormsOfPresenceTellTheSame() throws Exception {
    make("r");
    daily.rooms().join("r", "u");
    time.passMs(5_000);
    daily.rooms().join("r", "v");

    JsonNode all = ask(HttpMethod.GET, "/presence", "").body();
    JsonNode one = ask(HttpMethod.GET, "/rooms/r/presence?limit=1", "").body();

    assertEquals(2, all.get("r").size());
    assertEquals(5, all.get("r").get(0).get("duration").asInt());
    assertEquals(2, one.get("total_count").asInt());
    assertEquals(1, one.get("data").size());
    assertEquals(all.get("r").get(0), one.get("data").get(0));
    assertEquals(
        "v",
        ask(HttpMethod.GET, "/rooms/r/presence?userId=v", "")
            .body()
            .get("data")
            .get(0)
            .get("userId")
            .asText());
  }

  @Test
  void aMeetingIsToldFromItsFirstToItsLastParticipant() throws Exception {
    register();
    make("r");
    StandInRooms.Seat first = daily.rooms().join("r", "u");
    StandInRooms.Seat second = daily.rooms().join("r", "v");
    daily.rooms().leave(first);
    time.passMs(2_000);
    daily.rooms().leave(second);
    daily.hooks().settle();

    long began = time.ms() - 2_000;
    assertEquals(
        List.of(
            "Occupied[room=r, atMs=" + began + "]",
            "Occupied[room=r, atMs=" + began + "]",
            "Occupied[room=r, atMs=" + began + "]",
            "Left[room=r, atMs=" + began + "]",
            "Left[room=r, atMs=" + time.ms() + "]",
            "Vacated[room=r, startedAtMs=" + began + ", endedAtMs=" + time.ms() + "]"),
        events);
  }

  @Test
  void theEndOfARoomEndsItsMeeting() throws Exception {
    register();
    ask(
        HttpMethod.POST,
        "/rooms",
        "{'name': 'r', 'properties': {'exp': 1790000060, 'eject_at_room_exp': true}}");
    daily.rooms().join("r", "u");
    make("s");
    daily.rooms().join("s", "u");
    daily.hooks().settle();
    events.clear();

    time.passMs(90_000);
    assertEquals(List.of("s"), daily.rooms().names());
    ask(HttpMethod.DELETE, "/rooms/s", "");
    daily.hooks().settle();

    assertEquals(
        List.of(
            "Left[room=r, atMs=1790000060000]",
            "Vacated[room=r, startedAtMs=1790000000000, endedAtMs=1790000060000]",
            "Left[room=s, atMs=" + time.ms() + "]",
            "Vacated[room=s, startedAtMs=1790000000000, endedAtMs=" + time.ms() + "]"),
        events);
    assertThrows(IllegalArgumentException.class, () -> daily.rooms().join("s", "u"));
  }

  @Test
  void whatIsHeldComesAsTheTestWants() throws Exception {
    register();
    make("r");
    daily.hooks().hold();
    daily.rooms().leave(daily.rooms().join("r", "u"));
    assertEquals(List.of(), events);
    StandInHooks.Event started = daily.hooks().held("meeting.started");
    StandInHooks.Event ended = daily.hooks().held("meeting.ended");

    time.passMs(600_000);
    assertEquals(List.of(200), daily.hooks().deliver(ended));
    assertEquals(List.of(200), daily.hooks().deliver(ended));
    assertEquals(List.of(200), daily.hooks().deliver(started));

    long then = time.ms() - 600_000;
    assertEquals(
        List.of(
            "Vacated[room=r, startedAtMs=" + then + ", endedAtMs=" + then + "]",
            "Vacated[room=r, startedAtMs=" + then + ", endedAtMs=" + then + "]",
            "Occupied[room=r, atMs=" + then + "]"),
        events);
  }

  @Test
  void secondsAndSpacesAreReadAsWell() throws Exception {
    register();
    daily.hooks().countsSeconds();
    daily.hooks().sendsSpaces();

    daily.hooks().deliver(daily.hooks().event("meeting.ended", "r"));

    assertEquals(List.of("Vacated[room=r, startedAtMs=0, endedAtMs=" + time.ms() + "]"), events);
  }

  @Test
  void afterThreeFailuresTheCircuitIsBrokenUntilItIsMendedByHand() throws Exception {
    String uuid = register();
    StandInHooks.Event event = daily.hooks().event("meeting.ended", "r");
    answered = 500;
    assertEquals(List.of(500), daily.hooks().deliver(event));
    assertEquals(List.of(500), daily.hooks().deliver(event));
    assertEquals("ACTIVE", daily.hooks().state(uuid));
    assertEquals(List.of(500), daily.hooks().deliver(event));
    assertEquals("FAILED", daily.hooks().state(uuid));
    assertEquals(List.of(), daily.hooks().deliver(event));

    assertEquals(400, ask(HttpMethod.POST, "/webhooks/" + uuid, "{}").status());
    answered = 200;
    assertEquals(200, ask(HttpMethod.POST, "/webhooks/" + uuid, "{}").status());

    assertEquals(List.of(200), daily.hooks().deliver(event));
    assertEquals(
        "ACTIVE", ask(HttpMethod.GET, "/webhooks/" + uuid, "").body().path("state").asText());
    assertEquals(1, ask(HttpMethod.GET, "/webhooks", "").body().size());
    assertEquals(200, ask(HttpMethod.DELETE, "/webhooks/" + uuid, "").status());
    assertEquals(0, ask(HttpMethod.GET, "/webhooks", "").body().size());
  }
}
