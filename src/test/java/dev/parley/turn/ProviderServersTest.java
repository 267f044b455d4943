package dev.parley.turn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SelfSignedCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Against a server in the service's place.
class ProviderServersTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final IceServers.Server STUN =
      new IceServers.Server(List.of("stun:stun.example.com:3478"), null, null);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(100);

  /// After a failure.
  private static final Duration PAUSE = TIMEOUT.plus(ProviderServers.PAUSE);

  private static Vertx vertx;
  private static StandIn service;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    service = new StandIn(vertx, new HttpServerOptions());
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void reset() {
    service.reset();
  }

  private static IceServers servers(StandIn asked, String provider, String scheme, Duration limit) {
    String file = "{\"turn\": {\"http\": {\"timeout\": \"" + limit.toMillis() + "ms\"}}}";
    return new IceServers(vertx, ConfigFile.of(file, asked.environment(provider, scheme)).turn());
  }

  private static IceServers servers(String provider) {
    return servers(service, provider, "http", TIMEOUT);
  }

  /// What a user is told, which is STUN and a server of that name, or STUN alone.
  private static String name(List<IceServers.Server> told) {
    assertEquals(STUN, told.getFirst());
    return told.size() == 1 ? "none" : String.valueOf(told.get(1).username());
  }

  private static String twilio(String name) {
    return twilio(name, "3600");
  }

  private static String twilio(String name, String ttl) {
    return """
    {"ttl": "%s", "ice_servers": [
      {"urls": "turn:t:1", "username": "%s", "credential": "k3y"}]}
    """
        .formatted(ttl, name);
  }

  private static Instant later(long minutes) {
    return NOW.plus(Duration.ofMinutes(minutes));
  }

  @Test
  void twilioIsAskedAndItsAnswerTold() {
    service.answers(
        201,
        """
        {"username": "x", "password": "y", "ttl": "3600", "date_created": "Tue",
         "ice_servers": [
          {"url": "stun:global.stun.example.com:3478", "urls": "stun:global.stun.example.com:3478"},
          {"url": "turn:t:1?transport=udp", "urls": ["turn:t:1?transport=udp", "turns:t:2"],
           "username": "x", "credential": "y"},
          {"url": "turn:[::1]:443?transport=tcp", "username": "x", "credential": "y"}]}
        """);

    List<IceServers.Server> told = servers("twilio").forUser("u", NOW);

    assertEquals(
        List.of(
            STUN,
            new IceServers.Server(List.of("stun:global.stun.example.com:3478"), null, null),
            new IceServers.Server(List.of("turn:t:1?transport=udp", "turns:t:2"), "x", "y"),
            new IceServers.Server(List.of("turn:[::1]:443?transport=tcp"), "x", "y")),
        told);
    assertEquals(
        List.of(
            new StandIn.Request(
                "POST",
                "/servers/one?a=b",
                "Basic aWRlbnQ6czNjcmV0",
                "application/x-www-form-urlencoded",
                "Ttl=3600")),
        service.requests);
  }

  @Test
  void xirsysIsAskedAndItsAnswerTold() throws Exception {
    service.answers(
        200,
        """
        {"v": {"iceServers": {"username": "x", "credential": "y",
          "urls": ["stun:s.example.com", "turn:t:80?transport=udp", "turns:t:443?transport=tcp"]}},
         "s": "ok"}
        """);

    List<IceServers.Server> told = servers("xirsys").forUser("u", NOW);

    assertEquals(
        List.of(
            STUN,
            new IceServers.Server(
                List.of(
                    "stun:s.example.com", "turn:t:80?transport=udp", "turns:t:443?transport=tcp"),
                "x",
                "y")),
        told);
    StandIn.Request request = service.requests.getFirst();
    assertEquals("PUT /servers/one?a=b", request.method() + " " + request.uri());
    assertEquals("Basic aWRlbnQ6czNjcmV0", request.authorization());
    assertEquals("application/json", request.contentType());
    JsonNode body = Json.MAPPER.readTree(request.body());
    assertEquals("urls", body.get("format").textValue());
    assertEquals(3600, body.get("expire").intValue());
    assertEquals(1, service.requests.size());
  }

  @Test
  void xirsysMayAnswerAList() {
    service.answers(
        200,
        """
        {"s": "ok", "v": {"iceServers": [
          {"url": "stun:s.example.com"},
          {"url": "turn:t:80", "username": "x", "credential": "y"}]}}
        """);

    assertEquals(
        List.of(
            STUN,
            new IceServers.Server(List.of("stun:s.example.com"), null, null),
            new IceServers.Server(List.of("turn:t:80"), "x", "y")),
        servers("xirsys").forUser("u", NOW));
  }

  @Test
  void anAnswerIsKeptForAThirdOfItsLifeAndRenewedBeforeHalfOfItIsOver() {
    service.answers(201, twilio("first"));
    IceServers servers = servers("twilio");

    assertEquals("first", name(servers.forUser("u", NOW)));
    assertEquals("first", name(servers.forUser("v", later(19))));
    assertEquals(1, service.requests.size());

    service.answers(201, twilio("second"));
    // This one is not kept waiting, the next one is unless the answer has come.
    assertEquals("first", name(servers.forUser("u", later(21))));
    assertEquals("second", name(servers.forUser("u", later(31))));
    assertEquals(2, service.requests.size());

    service.answers(201, twilio("third"));
    assertEquals("third", name(servers.forUser("u", later(60))));
    assertEquals(3, service.requests.size());
  }

  @Test
  void theLifeThatTheServiceTellsCountsWhenItIsShorter() {
    service.answers(201, twilio("first", "600"));
    IceServers servers = servers("twilio");
    servers.forUser("u", NOW);

    service.answers(201, twilio("second", "86400"));

    assertEquals("second", name(servers.forUser("u", later(6))));
    assertEquals("second", name(servers.forUser("u", later(25))));
    assertEquals(2, service.requests.size());
  }

  @Test
  void aClockThatIsSetBackMakesAnAnswerOlder() {
    service.answers(201, twilio("first"));
    IceServers servers = servers("twilio");
    servers.forUser("u", later(120));

    service.answers(201, twilio("second"));

    assertEquals("second", name(servers.forUser("u", NOW)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "500 | {'ice_servers': [{'urls': 'turn:t', 'username': 'x', 'credential': 'y'}]}",
        "401 | {}",
        "200 | not JSON",
        "200 | ``",
        "200 | []",
        "200 | {'ice_servers': []}",
        "200 | {'ice_servers': {'urls': 'stun:t'}}",
        "200 | {'ice_servers': ['stun:t']}",
        "200 | {'ice_servers': [{'username': 'x', 'credential': 'y'}]}",
        "200 | {'ice_servers': [{'urls': []}]}",
        "200 | {'ice_servers': [{'urls': [1]}]}",
        "200 | {'ice_servers': [{'urls': 'http://t'}]}",
        "200 | {'ice_servers': [{'urls': 'turn:t u', 'username': 'x', 'credential': 'y'}]}",
        "200 | {'ice_servers': [{'urls': ['stun:t', 'javascript:t']}]}",
        "200 | {'ice_servers': [{'urls': 'turn:t', 'credential': 'y'}]}",
        "200 | {'ice_servers': [{'urls': 'turn:t', 'username': 'x'}]}",
        "200 | {'ice_servers': [{'urls': 'turn:t', 'username': 7, 'credential': 'y'}]}",
        "200 | {'ice_servers': [{'urls': 'turn:t', 'username': '', 'credential': 'y'}]}",
        "200 | {'ttl': 'soon', 'ice_servers': [{'urls': 'stun:t'}]}",
        "200 | {'ttl': 5, 'ice_servers': [{'urls': 'stun:t'}]}"
      })
  void whatTwilioMayNotAnswerLeavesStun(int status, String body) {
    service.answers(status, body.replace('\'', '"'));

    assertEquals(List.of(STUN), servers("twilio").forUser("u", NOW));
    assertEquals(1, service.requests.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'v': 'unauthorized', 's': 'error'}",
        "{'v': {'iceServers': [{'url': 'stun:t'}]}}",
        "{'v': {'iceServers': []}, 's': 'ok'}",
        "{'v': {'iceServers': 'stun:t'}, 's': 'ok'}",
        "{'v': 'stun:t', 's': 'ok'}",
        "{'v': {'iceServers': {'urls': 'turn:t', 'username': 'x'}}, 's': 'ok'}"
      })
  void whatXirsysMayNotAnswerLeavesStun(String body) {
    service.answers(200, body.replace('\'', '"'));

    assertEquals(List.of(STUN), servers("xirsys").forUser("u", NOW));
    assertEquals(1, service.requests.size());
  }

  @Test
  void anAnswerIsBounded() {
    String server = "{\"urls\": \"stun:t\"}";
    String[] tooLarge = {
      "{\"ice_servers\": [" + (server + ",").repeat(16) + server + "]}",
      "{\"ice_servers\": [{\"urls\": [" + "\"stun:t\",".repeat(16) + "\"stun:t\"]}]}",
      "{\"ice_servers\": [{\"urls\": \"stun:" + "t".repeat(512) + "\"}]}",
      twilio("x".repeat(513)),
      twilio("x") + " ".repeat(64 << 10)
    };
    for (String body : tooLarge) {
      service.answers(200, body);

      assertEquals(List.of(STUN), servers("twilio").forUser("u", NOW));
    }
    service.does(response -> {
      response.setChunked(true);
      endlessly(response);
    });

    assertEquals(List.of(STUN), servers("twilio").forUser("u", NOW));
  }

  private static void endlessly(HttpServerResponse response) {
    response.write(" ".repeat(10_000)).onSuccess(_ -> endlessly(response));
  }

  @Test
  void aRedirectIsNotFollowed() {
    service.does(response ->
        response
            .setStatusCode(307)
            .putHeader("Location", "http://localhost:" + service.port() + "/elsewhere")
            .end());

    assertEquals(List.of(STUN), servers("twilio").forUser("u", NOW));
    assertEquals(1, service.requests.size());
  }

  @Test
  void aServiceThatDoesNotAnswerInTimeLeavesStun() {
    service.does(_ -> {});
    assertEquals(
        List.of(STUN), servers(service, "twilio", "http", SHORT_TIMEOUT).forUser("u", NOW));

    service.does(response -> response.setChunked(true).write("{"));
    assertEquals(
        List.of(STUN), servers(service, "twilio", "http", SHORT_TIMEOUT).forUser("u", NOW));
  }

  @Test
  void aServiceThatIsNotThereOrHangsUpLeavesStun() throws Exception {
    service.does(response -> response.reset());
    assertEquals(List.of(STUN), servers("twilio").forUser("u", NOW));

    service.does(response ->
        response.putHeader("Content-Length", "100").write("{").onComplete(_ -> response.reset()));
    assertEquals(List.of(STUN), servers("twilio").forUser("u", NOW));

    StandIn gone = new StandIn(vertx, new HttpServerOptions());
    gone.close();
    assertEquals(List.of(STUN), servers(gone, "twilio", "http", TIMEOUT).forUser("u", NOW));
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    StandIn impostor =
        new StandIn(
            vertx,
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(SelfSignedCertificate.create("localhost").keyCertOptions()));
    impostor.answers(200, twilio("x"));

    assertEquals(List.of(STUN), servers(impostor, "twilio", "https", TIMEOUT).forUser("u", NOW));
    assertEquals(List.of(), impostor.requests);
  }

  @Test
  void aServiceThatFailedIsLeftAloneForSomeSeconds() {
    service.answers(500, "");
    IceServers servers = servers("twilio");
    assertEquals("none", name(servers.forUser("u", NOW)));

    service.answers(201, twilio("first"));
    assertEquals("none", name(servers.forUser("u", NOW.plus(PAUSE).minusMillis(1))));
    assertEquals(1, service.requests.size());
    assertEquals("first", name(servers.forUser("u", NOW.plus(PAUSE))));
    assertEquals(2, service.requests.size());
  }

  @Test
  void theLastAnswerIsToldWhileItHolds() {
    service.answers(201, twilio("first"));
    IceServers servers = servers("twilio");
    servers.forUser("u", NOW);

    service.answers(500, "");
    assertEquals("first", name(servers.forUser("u", later(40))));
    assertEquals("first", name(servers.forUser("u", later(59))));
    assertEquals("none", name(servers.forUser("u", later(60))));
    assertEquals(4, service.requests.size());
  }

  @Test
  void whatHappensToTheServiceIsLoggedOnceAndWithoutCredentials() {
    Logger logger = (Logger) LoggerFactory.getLogger(ProviderServers.class);
    Level before = logger.getLevel();
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    try {
      IceServers servers = servers("xirsys");
      String good =
          "{'s': 'ok', 'v': {'iceServers': {'urls': 'turn:t', 'username': 'n4me', 'credential':"
              + " 'k3y'}}}";
      List<String> answers =
          List.of(
              good,
              "k3y",
              "{'s': 'error', 'v': 'no such channel'}",
              "k3y",
              "{'s': 'error', 'v': 'k3y?'}",
              good,
              good);
      // Two failures while the first answer holds, two after it.
      int[] minutes = {0, 40, 50, 70, 80, 90, 130};
      for (int i = 0; i < minutes.length; i++) {
        service.answers(200, answers.get(i).replace('\'', '"'));
        servers.forUser("u", later(minutes[i]));
      }

      assertEquals(7, service.requests.size());
      assertEquals(
          List.of(
              "no new ICE servers, the old ones are told provider=xirsys error=the answer is not"
                  + " JSON",
              "no ICE servers, clients are told no TURN provider=xirsys error=the answer is not"
                  + " JSON",
              "ICE servers are to be had again provider=xirsys"),
          lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
  }

  @Test
  void theReasonOfARefusalIsToldWhenItIsPlainWords() {
    assertEquals(
        "refused: no such channel", refusal("{\"s\": \"error\", \"v\": \"no such channel\"}"));
    assertEquals("refused", refusal("{\"s\": \"error\", \"v\": \"<b>k3y</b>\"}"));
  }

  private static String refusal(String body) {
    try {
      return ProviderAnswer.ofXirsys(body.getBytes(UTF_8), Duration.ofHours(1)).toString();
    } catch (Failure failure) {
      return failure.text();
    }
  }

  @Test
  void thoseWhoAskAtOnceShareARequest() throws Exception {
    Control control = Control.create(vertx).await(20, TimeUnit.SECONDS);
    Promise<HttpServerResponse> asked = Promise.promise();
    service.does(asked::complete);
    IceServers servers = servers("twilio");
    List<Future<String>> told = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Promise<String> name = Promise.promise();
      told.add(name.future());
      control.run(() -> name.complete(name(servers.forUser("u", NOW))));
    }
    // A task of the control context runs while those wait.
    Promise<Void> ran = Promise.promise();
    control.run(ran::complete);
    ran.future().await(20, TimeUnit.SECONDS);
    HttpServerResponse response = asked.future().await(20, TimeUnit.SECONDS);
    assertTrue(told.stream().noneMatch(Future::isComplete));

    response.setStatusCode(201).end(twilio("shared"));

    for (Future<String> name : told) {
      assertEquals("shared", name.await(20, TimeUnit.SECONDS));
    }
    assertEquals(1, service.requests.size());
  }
}
