package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What guards the listener, and what those who run it ask.
@ExtendWith({StoresExtension.class, NodeExtension.class})
class HttpIT {

  private static TestNode node;

  @BeforeAll
  static void open(TestNode shared) {
    node = shared;
  }

  private static Answer preflight(String origin) {
    return node.http(
        "OPTIONS",
        "/auth/login",
        "",
        Map.of(
            "origin",
            origin,
            "access-control-request-method",
            "POST",
            "access-control-request-headers",
            "content-type"));
  }

  @Test
  void aPageOfAnAllowedOriginMayCall() {
    Answer answer = preflight(TestNode.ORIGIN);

    assertEquals(204, answer.status());
    assertEquals(TestNode.ORIGIN, answer.header("access-control-allow-origin"));
    assertEquals("true", answer.header("access-control-allow-credentials"));
    assertTrue(answer.header("access-control-allow-methods").contains("POST"));
    assertEquals("content-type", answer.header("access-control-allow-headers"));
    assertEquals("Origin", answer.header("vary"));
  }

  @Test
  void itsRequestItselfIsAnsweredWithPermissionEvenWhenRefused() {
    Answer answer =
        node.http(
            "POST",
            "/auth/login",
            "{}",
            Map.of("origin", TestNode.ORIGIN, "content-type", "application/json"));

    assertEquals(400, answer.status());
    assertEquals(TestNode.ORIGIN, answer.header("access-control-allow-origin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example.com", "https://app.example.com.evil.net", "null"})
  void aPageOfAnyOtherOriginMayNot(String origin) {
    Answer answer = preflight(origin);

    assertEquals(403, answer.status());
    assertEquals("", answer.header("access-control-allow-origin"));
    assertEquals("", answer.header("access-control-allow-credentials"));
  }

  @Test
  void everyAnswerCarriesSecurityHeaders() {
    for (String path : new String[] {"/health", "/nothing-here", "/version"}) {
      Answer answer = node.get(path);

      assertTrue(answer.header("content-security-policy").contains("default-src 'self'"), path);
      assertEquals("nosniff", answer.header("x-content-type-options"), path);
      assertEquals("SAMEORIGIN", answer.header("x-frame-options"), path);
      assertEquals("no-referrer", answer.header("referrer-policy"), path);
      assertEquals("", answer.header("strict-transport-security"), path);
    }
    Answer secure = node.http("GET", "/health", "", Map.of("x-forwarded-proto", "https"));
    assertTrue(secure.header("strict-transport-security").startsWith("max-age="));
  }

  @Test
  void healthTellsOfTheStores() {
    Answer answer = node.get("/health");
    JsonNode body = answer.json();

    assertEquals(200, answer.status());
    assertEquals("ok", body.path("status").asText());
    assertEquals("up", body.path("redis").asText());
    assertEquals("up", body.path("postgres").asText());
    assertTrue(body.path("uptime").isNumber());
    Instant.parse(body.path("timestamp").asText());
    assertEquals("no-store", answer.header("cache-control"));
  }

  @Test
  void aNodeThatCanWorkIsLiveAndReady() {
    Answer live = node.get("/health/live");
    Answer ready = node.get("/health/ready");

    assertEquals(200, live.status());
    assertEquals("ok", live.json().path("status").asText());
    assertEquals(200, ready.status());
    assertEquals("ready", ready.json().path("status").asText());
    assertEquals(
        SocketClient.tree("{\"redis\":true,\"postgres\":true}"), ready.json().path("services"));
  }

  @Test
  void versionTellsWhatRuns() {
    Answer answer = node.get("/version");

    assertEquals(200, answer.status());
    assertFalse(answer.json().path("version").asText().isEmpty(), answer.text());
  }

  @Test
  void metricsAreWhatPrometheusReads() {
    try (SocketClient client = node.connect("Ann")) {
      client.createRoom();
      Answer answer = node.get("/metrics");

      assertEquals(200, answer.status());
      assertTrue(answer.header("content-type").startsWith("text/plain; version=0.0.4"));
      assertTrue(
          answer.text().contains("parley_commands_total{command=\"room:create\",result=\"OK\"}"),
          answer.text());
      assertTrue(answer.text().contains("# TYPE parley_connections gauge"), answer.text());
      assertTrue(answer.text().contains("\nparley_ready 1.0\n"), answer.text());
      assertTrue(answer.text().contains("parley_store_up{store=\"redis\"} 1.0"), answer.text());
    }
  }

  @Test
  void oneAddressMayTryOnlySoOften(Stores stores) {
    String limits = "{\"limits\":{\"http\":{\"events\":3,\"window\":\"10m\"}}}";
    try (TestNode strict = TestNode.start(stores, limits)) {
      Answer last = strict.post("/auth/login", "{}");
      for (int i = 0; i < 100 && last.status() == 400; i++) {
        last = strict.post("/auth/login", "{}");
      }

      assertEquals(429, last.status());
      assertEquals("RATE_LIMITED", last.json().path("code").asText());
      assertEquals("Too many requests", last.json().path("message").asText());
      assertTrue(Integer.parseInt(last.header("retry-after")) > 0);
      assertEquals(200, strict.get("/health").status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/socket.io/ 400 0",
        "/socket.io/?EIO=4&transport=smoke 400 0",
        "/socket.io/?EIO=4&transport=websocket&sid=unknown 400 1"
      })
  void requestsThatAreNoSessionAreAnsweredInEngineIoCodes(String row) {
    String[] parts = row.split(" ", -1);

    Answer answer = node.get(parts[0]);

    assertEquals(Integer.parseInt(parts[1]), answer.status());
    assertEquals(Integer.parseInt(parts[2]), answer.json().path("code").asInt(-1));
  }
}
