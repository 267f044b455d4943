package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tokens of devices, TURN credentials, and what a listener for strangers says of itself.
@ExtendWith(StoresExtension.class)
class MatchAuthIT {

  private static final String TURN_SECRET = "your-turn-shared-secret";

  private static Devices devices;

  @BeforeAll
  static void open(Stores stores) {
    devices =
        Devices.start(
            stores, Map.of(), Map.of("host", "turn.example.com", "sharedSecret", TURN_SECRET));
  }

  @AfterAll
  static void close() {
    devices.close();
  }

  private static void assertRefused(int status, String error, String message, Answer answer) {
    assertEquals(status, answer.status(), answer.text());
    assertEquals(message, answer.json().path("message").asText());
    assertEquals(error, answer.json().path("error").asText());
    assertEquals(status, answer.json().path("statusCode").asInt());
    assertEquals(4, answer.json().size(), answer.text());
  }

  private static JsonNode claims(String token) {
    return SocketClient.tree(
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8));
  }

  @Test
  void aDeviceGetsATokenThatLivesAsLongAsItIsTold() {
    Answer answer = devices.node().post("/auth/token", SocketClient.object("deviceId", "d-1"));

    assertEquals(201, answer.status());
    assertEquals("5m", answer.json().path("expiresIn").asText());
    assertEquals(2, answer.json().size());
    JsonNode claims = claims(answer.json().path("accessToken").asText());
    assertEquals("d-1", claims.path("sub").asText());
    assertEquals("d-1", claims.path("deviceId").asText());
    assertEquals(300, claims.path("exp").asLong() - claims.path("iat").asLong());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | ['deviceId should not be empty','deviceId must be a string']",
        "{'deviceId':null} | ['deviceId should not be empty','deviceId must be a string']",
        "{'deviceId':''} | ['deviceId should not be empty']",
        "{'deviceId':5} | ['deviceId must be a string']",
        "{'deviceId':{}} | ['deviceId must be a string']",
        "{'deviceId':'d','x':1} | ['property x should not exist']",
        "{'deviceId':'a\\u0000b'} | ['deviceId must not contain control characters']"
      })
  void aBodyThatIsWrongIsToldAllThatIsWrong(String body, String complaints) {
    Answer answer = devices.node().post("/auth/token", body.replace('\'', '"'));

    assertEquals(400, answer.status());
    assertEquals(SocketClient.tree(complaints.replace('\'', '"')), answer.json().path("message"));
    assertEquals("Bad Request", answer.json().path("error").asText());
    assertEquals(400, answer.json().path("statusCode").asInt());
    assertEquals("INVALID", answer.json().path("code").asText());
  }

  @Test
  void anIdThatIsTooLongAndABodyThatIsNoneAreRefused() {
    Answer tooLong =
        devices.node().post("/auth/token", SocketClient.object("deviceId", "d".repeat(129)));
    Answer none = devices.node().post("/auth/token", "[");

    assertEquals(
        "deviceId must be shorter than or equal to 128 characters",
        tooLong.json().path("message").path(0).asText());
    assertRefused(400, "Bad Request", "body is not valid JSON", none);
  }

  @Test
  void aTokenIsRefreshedAndVerified() {
    String device = Devices.device();

    Answer refreshed = devices.ask(device, "POST", "/auth/refresh");
    Answer verified = devices.ask(device, "GET", "/auth/verify");

    assertEquals(201, refreshed.status());
    assertEquals("5m", refreshed.json().path("expiresIn").asText());
    String token = refreshed.json().path("accessToken").asText();
    assertEquals(device, claims(token).path("deviceId").asText());
    assertEquals(200, verified.status());
    assertEquals(SocketClient.object("valid", true, "deviceId", device), verified.json());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /auth/refresh",
    "GET, /auth/verify",
    "POST, /turn/credentials",
    "POST, /reports",
    "GET, /reports",
    "GET, /reports/next",
    "GET, /reports/stats",
    "POST, /reports/moderate",
    "GET, /blocks",
    "POST, /blocks",
    "DELETE, /blocks",
    "GET, /blocks/count",
    "GET, /moderation/bans",
    "POST, /moderation/bans",
    "DELETE, /moderation/bans/1",
    "GET, /moderation/audit"
  })
  void nothingIsDoneForNobody(String method, String path) {
    Answer without = devices.node().http(method, path, "", Map.of());
    Answer wrong = devices.askWith("a.b.c", method, path);
    Answer garbled = devices.node().http(method, path, "", Map.of("authorization", "Basic x"));

    assertRefused(401, "Unauthorized", "Authentication required", without);
    assertRefused(401, "Unauthorized", "Authentication required", wrong);
    assertRefused(401, "Unauthorized", "Authentication required", garbled);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /reports",
    "GET, /reports/next",
    "GET, /reports/stats",
    "POST, /reports/moderate",
    "GET, /moderation/bans",
    "POST, /moderation/bans",
    "DELETE, /moderation/bans/1",
    "GET, /moderation/audit"
  })
  void whatIsForModeratorsIsForNobodyElse(String method, String path) {
    Answer answer = devices.ask(Devices.device(), method, path);

    assertRefused(403, "Forbidden", "Moderator privileges required", answer);
  }

  @Test
  void aTokenWithoutADeviceIsNone() {
    String token = signed(new JsonObject().put("sub", "d-1"));

    assertRefused(
        401,
        "Unauthorized",
        "Invalid token payload",
        devices.askWith(token, "GET", "/auth/verify"));
  }

  @Test
  void aTokenMayNameAModerator() {
    String token = signed(new JsonObject().put("deviceId", "m-1").put("role", "moderator"));
    String other = signed(new JsonObject().put("deviceId", "m-1").put("role", "user"));

    assertEquals(200, devices.askWith(token, "GET", "/reports?limit=1").status());
    assertEquals(403, devices.askWith(other, "GET", "/reports?limit=1").status());
  }

  @Test
  void anExpiredTokenIsNone() {
    long past = System.currentTimeMillis() / 1000 - 10;
    String token = signed(new JsonObject().put("deviceId", "d-1").put("exp", past));

    assertRefused(
        401,
        "Unauthorized",
        "Authentication required",
        devices.askWith(token, "POST", "/auth/refresh"));
  }

  private static String signed(JsonObject claims) {
    Vertx vertx = devices.node().clients();
    JWTAuth jwt =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(
                    new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(Devices.SECRET)));
    JWTOptions options = new JWTOptions().setAlgorithm("HS256");
    return jwt.generateToken(
        claims, claims.containsKey("exp") ? options : options.setExpiresInMinutes(5));
  }

  @Test
  void turnCredentialsAreThoseThatCoturnComputes() throws GeneralSecurityException {
    String device = Devices.device();

    Answer answer = devices.ask(device, "POST", "/turn/credentials");

    assertEquals(201, answer.status());
    JsonNode body = answer.json();
    assertEquals(4, body.size(), answer.text());
    assertEquals(
        SocketClient.tree("[\"turn:turn.example.com:3478\",\"turns:turn.example.com:5349\"]"),
        body.path("urls"));
    assertEquals(3600, body.path("ttl").asInt());
    String username = body.path("username").asText();
    assertTrue(username.matches("\\d{10}:" + device), username);
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(TURN_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    byte[] expected = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
    assertEquals(Base64.getEncoder().encodeToString(expected), body.path("credential").asText());
  }

  @Test
  void healthIsAsItsClientsKnowIt() {
    JsonNode health = devices.node().get("/health").json();
    Answer ready = devices.node().get("/health/ready");

    assertEquals("ok", health.path("status").asText());
    assertTrue(health.path("uptime").isNumber());
    assertFalse(health.path("version").asText().isEmpty());
    for (String field : List.of("rss", "heapTotal", "heapUsed", "external", "arrayBuffers")) {
      assertTrue(health.path("memory").path(field).isIntegralNumber(), field);
    }
    assertTrue(health.path("memory").path("heapUsed").asLong() > 0);
    assertEquals(200, ready.status());
    assertEquals("ready", ready.json().path("status").asText());
  }

  @Test
  void requestsKeepTheirIdsOrGetThem() {
    Answer named = devices.node().http("GET", "/health", "", Map.of("x-request-id", "mine-1"));
    Answer unfit =
        devices.node().http("GET", "/health", "", Map.of("x-request-id", "x".repeat(200)));
    Answer unnamed = devices.node().get("/nothing");

    assertEquals("mine-1", named.header("x-request-id"));
    assertTrue(unfit.header("x-request-id").matches("\\d{13}-[0-9a-z]+"));
    assertTrue(unnamed.header("x-request-id").matches("\\d{13}-[0-9a-z]+"));
    assertRefused(404, "Not Found", "Cannot GET /nothing", unnamed);
  }

  @Test
  void whoAsksTooOftenIsToldSoAsItsClientsKnowIt(Stores stores) {
    var config = Devices.config();
    config.set("limits", SocketClient.object("http", Map.of("events", 2, "window", "10m")));
    try (TestNode strict = TestNode.start(stores, config.toString())) {
      Answer last = strict.post("/auth/token", "{}");
      for (int i = 0; i < 5 && last.status() != 429; i++) {
        last = strict.post("/auth/token", "{}");
      }

      assertEquals(
          SocketClient.object(
              "statusCode",
              429,
              "message",
              "ThrottlerException: Too Many Requests",
              "code",
              "RATE_LIMITED"),
          last.json());
      assertTrue(
          strict
              .get("/metrics")
              .text()
              .contains("video_chat_rate_limit_hits_total{limit_type=\"http\"}"));
    }
  }

  @Test
  void accountsOfConferencesFailInTheirOwnWords() {
    String email = devices.node().register("Ann").email();

    Answer again =
        devices
            .node()
            .post(
                "/auth/register",
                SocketClient.object("email", email, "password", "12345678", "displayName", "Ann"));

    assertEquals(409, again.status());
    assertEquals("/auth/register", again.json().path("path").asText());
  }
}
