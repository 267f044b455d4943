package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.signaling.socketio.EngineError;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketLimits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Engine.IO 4 over WebSocket: requests, handshake, packets, closing.
class EngineConformanceTest {

  private static final String ENGINE = "/engine.io/?EIO=4&transport=websocket";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Vertx vertx;
  private static ConformanceApp app;
  private static WebClient http;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    app =
        RawClient.await(
            ConformanceApp.start(vertx, 0, EngineSettings.defaults(), SocketLimits.defaults()));
    http = WebClient.create(vertx);
  }

  @AfterAll
  static void stop() {
    RawClient.await(vertx.close());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | EIO=4                                          | 0 | Transport unknown            | 400",
        "GET  | EIO=4&transport=carrierpigeon                  | 0 | Transport unknown            | 400",
        "GET  | EIO=4&transport=Polling                        | 0 | Transport unknown            | 400",
        "POST | EIO=4&transport=__proto__                      | 0 | Transport unknown            | 400",
        "GET  | EIO=4&transport=polling&sid=unknown            | 1 | Session ID unknown           | 400",
        "POST | EIO=4&transport=polling&sid=                   | 1 | Session ID unknown           | 400",
        "GET  | EIO=4&transport=polling&sid=..%2F.%00%F0       | 1 | Session ID unknown           | 400",
        "PUT  | EIO=4&transport=polling&sid=constructor        | 1 | Session ID unknown           | 400",
        "POST | EIO=4&transport=polling                        | 2 | Bad handshake method         | 400",
        "PUT  | EIO=3&transport=polling&deny=1                 | 2 | Bad handshake method         | 400",
        "GET  | EIO=4&transport=polling&deny=1                 | 4 | denied by test               | 403",
        "GET  | EIO=3&transport=polling&deny=1                 | 4 | denied by test               | 403",
        "GET  | EIO=3&transport=polling                        | 5 | Unsupported protocol version | 400",
        "GET  | transport=polling                              | 5 | Unsupported protocol version | 400",
        "GET  | EIO=04&transport=polling                       | 5 | Unsupported protocol version | 400",
        "GET  | EIO=4&transport=websocket&sid=unknown          | 1 | Session ID unknown           | 400",
        "GET  | EIO=4&transport=websocket&sid=__proto__        | 1 | Session ID unknown           | 400",
        "POST | EIO=4&transport=websocket                      | 2 | Bad handshake method         | 400",
        "PUT  | EIO=3&transport=websocket&deny=1               | 2 | Bad handshake method         | 400",
        "GET  | EIO=4&transport=websocket                      | 3 | Bad request                  | 400",
        "GET  | EIO=3&transport=websocket                      | 3 | Bad request                  | 400",
      })
  void refusesPlainRequestsWithCodeAndMessage(
      String method, String query, int code, String message, int status) {
    HttpResponse<Buffer> answer = request(method, "/socket.io/?" + query);

    assertEquals(status, answer.statusCode());
    assertEquals("application/json", answer.getHeader("Content-Type"));
    assertEquals("{\"code\":" + code + ",\"message\":\"" + message + "\"}", answer.bodyAsString());
  }

  @Test
  void refusesAQueryThatDoesNotDecode() {
    String answer =
        rawRequest("GET /socket.io/?EIO=4&transport=websocket&x=%zz HTTP/1.1\r\nHost: a\r\n");

    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
  }

  @Test
  void refusesAnOriginWithIllegalCharacters() {
    String answer =
        rawRequest(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nOrigin: a\u0001b\r\n");

    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
  }

  @Test
  void refusesUpgradesOfForeignOrigins() {
    WebSocketConnectOptions foreign = upgrade(ENGINE).addHeader("Origin", "https://evil.example");
    WebSocketConnectOptions own = upgrade(ENGINE).addHeader("Origin", "https://meet.example");

    assertTrue(RawClient.isRefused(vertx, app.port(), foreign));
    assertFalse(RawClient.isRefused(vertx, app.port(), own));
  }

  @Test
  void refusesUpgradesTheApplicationDenies() {
    String answer = rawUpgrade("/engine.io/?EIO=4&transport=websocket&deny=1");

    assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
    assertTrue(answer.contains("{\"code\":4,\"message\":\"denied by test\"}"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"EIO=3&transport=websocket", "transport=websocket", "EIO=x&transport=websocket"})
  void refusesUpgradesOfOtherVersions(String query) {
    String answer = rawUpgrade("/engine.io/?" + query);

    assertTrue(
        answer.contains("{\"code\":5,\"message\":\"Unsupported protocol version\"}"), answer);
  }

  @Test
  void refusesUpgradesOfUnknownSessions() {
    String answer = rawUpgrade(ENGINE + "&sid=nobody");

    assertTrue(answer.contains("{\"code\":1,\"message\":\"Session ID unknown\"}"), answer);
  }

  @Test
  void refusesASecondWebSocketForASession() throws Exception {
    RawWebSocket client = RawClient.open(vertx, app.port(), ENGINE);
    String sid = JSON.readTree(client.text().substring(1)).path("sid").asText();

    assertTrue(rawUpgrade(ENGINE + "&sid=" + sid).contains("\"code\":3"));
    client.send("4still here");
    assertEquals("4still here", client.text());
  }

  @Test
  void leavesOtherPathsAlone() {
    assertEquals(404, request("GET", "/socket.io?EIO=4&transport=websocket").statusCode());
    assertEquals(404, request("GET", "/elsewhere").statusCode());
  }

  @Test
  void tellsBrowsersWhichOriginMayRead() {
    HttpResponse<Buffer> answer =
        RawClient.await(
            http.request(HttpMethod.GET, app.port(), "localhost", "/socket.io/?EIO=4")
                .putHeader("Origin", "https://meet.example")
                .send());

    assertEquals("https://meet.example", answer.getHeader("Access-Control-Allow-Origin"));
    assertEquals("true", answer.getHeader("Access-Control-Allow-Credentials"));
    assertEquals("Origin", answer.getHeader("Vary"));
  }

  @Test
  void answersPreflights() {
    HttpResponse<Buffer> answer =
        RawClient.await(
            http.request(HttpMethod.OPTIONS, app.port(), "localhost", "/socket.io/")
                .putHeader("Origin", "https://meet.example")
                .putHeader("Access-Control-Request-Headers", "x-mine")
                .send());

    assertEquals(204, answer.statusCode());
    assertEquals(
        "GET,HEAD,PUT,PATCH,POST,DELETE", answer.getHeader("Access-Control-Allow-Methods"));
    assertEquals("x-mine", answer.getHeader("Access-Control-Allow-Headers"));
  }

  @Test
  void keepsSilentTowardsForeignOriginsInCors() {
    HttpResponse<Buffer> answer =
        RawClient.await(
            http.request(HttpMethod.GET, app.port(), "localhost", "/socket.io/?EIO=4")
                .putHeader("Origin", "https://evil.example")
                .send());

    assertNull(answer.getHeader("Access-Control-Allow-Origin"));
  }

  @Test
  void opensWithExactlyFiveKeys() throws Exception {
    String open = RawClient.open(vertx, app.port(), ENGINE).text();
    JsonNode handshake = JSON.readTree(open.substring(1));

    assertEquals('0', open.charAt(0));
    Set<String> names = new TreeSet<>();
    handshake.fieldNames().forEachRemaining(names::add);
    assertEquals(Set.of("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"), names);
    assertEquals("[]", handshake.path("upgrades").toString());
    assertEquals(25_000, handshake.path("pingInterval").intValue());
    assertEquals(20_000, handshake.path("pingTimeout").intValue());
    assertEquals(1_000_000, handshake.path("maxPayload").intValue());
    assertEquals(20, handshake.path("sid").asText().length());
  }

  @Test
  void givesEachSessionItsOwnId() {
    String first = RawClient.open(vertx, app.port(), ENGINE).text();
    String second = RawClient.open(vertx, app.port(), ENGINE).text();

    assertNotEquals(first, second);
  }

  @Test
  void carriesTextAndBytesBothWays() {
    RawWebSocket client = opened();

    client.send("4héllo \uD83D\uDE00");
    assertEquals("4héllo \uD83D\uDE00", client.text());
    client.send("4");
    assertEquals("4", client.text());
    client.send(Buffer.buffer(new byte[] {0, 1, (byte) 255}));
    assertEquals(Buffer.buffer(new byte[] {0, 1, (byte) 255}), client.bytes());
    client.send(Buffer.buffer());
    assertEquals(Buffer.buffer(), client.bytes());
  }

  @Test
  void joinsFragments() {
    RawWebSocket client = opened();

    client.webSocket().writeFrame(WebSocketFrame.textFrame("4one ", false));
    client.webSocket().writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("two"), true));

    assertEquals("4one two", client.text());
  }

  @Test
  void acceptsExactlyMaxPayload() {
    RawWebSocket client = opened();
    String message = "4" + "a".repeat(999_999);

    client.send(message);

    assertEquals(message, client.text());
  }

  @Test
  void closesAFrameOverMaxPayloadWith1009() {
    RawWebSocket client = opened();

    client.send("4" + "a".repeat(1_000_000));

    assertEquals(1009, client.closeStatus());
  }

  @Test
  void closesAFragmentedMessageOverMaxPayloadWith1009() {
    RawWebSocket client = opened();

    client.webSocket().writeFrame(WebSocketFrame.textFrame("4" + "a".repeat(600_000), false));
    client
        .webSocket()
        .writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("a".repeat(600_000)), true));

    assertEquals(1009, client.closeStatus());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "x", "abc", "-4", " 4", "\uD83D\uDE00"})
  void closesOnTextsThatAreNoPackets(String text) {
    RawWebSocket client = opened();

    client.send(text);

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void closesWhenTheClientPings() {
    RawWebSocket client = opened();

    client.send("2");

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void toleratesAStrayPong() {
    RawWebSocket client = opened();

    client.send("3", "4after");

    assertEquals("4after", client.text());
  }

  @Test
  void closesWhenTheClientSaysSo() {
    RawWebSocket client = opened();

    client.send("1");

    assertEquals(1000, client.closeStatus());
  }

  @Test
  void deliversWhatWasSentBeforeClosing() {
    RawWebSocket client = opened();

    client.send("4last words", "4close-me");

    assertEquals("4last words", client.text());
    assertEquals(1000, client.closeStatus());
  }

  @Test
  void forgetsASessionThatHasClosed() throws Exception {
    RawWebSocket client = RawClient.open(vertx, app.port(), ENGINE);
    String sid = JSON.readTree(client.text().substring(1)).path("sid").asText();

    client.send("4close-me");
    client.closeStatus();

    assertTrue(rawUpgrade(ENGINE + "&sid=" + sid).contains("\"code\":1"));
  }

  @Test
  void countsWhatItRefuses() {
    long before = app.sockets().counters().handshakesRefused(EngineError.SESSION_UNKNOWN);

    request("GET", "/socket.io/?EIO=4&transport=websocket&sid=x");

    assertEquals(
        before + 1, app.sockets().counters().handshakesRefused(EngineError.SESSION_UNKNOWN));
  }

  private static RawWebSocket opened() {
    RawWebSocket client = RawClient.open(vertx, app.port(), ENGINE);
    client.text();
    return client;
  }

  private static WebSocketConnectOptions upgrade(String uri) {
    return new WebSocketConnectOptions().setURI(uri);
  }

  private static HttpResponse<Buffer> request(String method, String uri) {
    return RawClient.await(
        http.request(HttpMethod.valueOf(method), app.port(), "localhost", uri).send());
  }

  private static String rawUpgrade(String uri) {
    List<String> lines =
        List.of(
            "GET " + uri + " HTTP/1.1",
            "Host: localhost",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    return rawRequest(String.join("\r\n", lines));
  }

  /// Sends the head of a request and returns all that comes back until the server closes.
  private static String rawRequest(String head) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Buffer received = Buffer.buffer();
    NetSocket socket = RawClient.await(vertx.createNetClient().connect(app.port(), "localhost"));
    socket.handler(chunk -> {
      received.appendBuffer(chunk);
      if (received.toString().contains("\r\n\r\n")) {
        answer.complete(received.toString());
      }
    });
    socket.closeHandler(_ -> answer.complete(received.toString()));
    socket.write(head + "\r\n");
    String text = RawClient.await(io.vertx.core.Future.fromCompletionStage(answer));
    socket.close();
    return text;
  }
}
