package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A running node under requests that no honest client makes: each is answered by a status that
/// blames the client, and nothing is logged as an error.
@ExtendWith(StoresExtension.class)
final class HostileHttpIT {

  private static HostileNode node;

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) {
    node = HostileNode.start(stores);
  }

  @AfterAll
  static void closeNode() {
    node.close();
  }

  @AfterEach
  void nothingIsLoggedAsAnError() {
    assertEquals(List.of(), node.takeErrors());
  }

  private static String start(String text) {
    return text.length() < 300 ? text : text.substring(0, 300) + "…";
  }

  @Test
  void hostileHttpIsAnsweredByStatus() throws IOException {
    Map<String, Integer> expected = new LinkedHashMap<>();
    expected.put(post("/auth/login", "application/json", "{"), 400);
    expected.put(post("/auth/login", "application/json", "[]"), 400);
    expected.put(post("/auth/login", "application/json", "\u0000"), 400);
    expected.put(post("/auth/login", "application/json", ""), 400);
    expected.put(post("/auth/login", "text/plain", "hello"), 400);
    expected.put(post("/auth/login", "application/x-www-form-urlencoded", "a=%zz&%"), 400);
    expected.put(post("/auth/login", "multipart/form-data; boundary=x", "--x\r\nnothing"), 400);
    expected.put(post("/auth/login", "multipart/form-data", "--x\r\nnothing"), 400);
    expected.put(post("/auth/login", "application/json", "[".repeat(100_000)), 400);
    expected.put(post("/auth/login", "application/json", unknownFields()), 400);
    expected.put(post("/auth/register", "application/json", registration("a\\u0000@b.cd")), 400);
    expected.put(
        post("/auth/register", "application/json", registration("a@" + "b".repeat(300) + ".cd")),
        400);
    expected.put(
        post(
            "/auth/register",
            "application/json",
            registration("a".repeat(64) + "@" + "b".repeat(190) + ".comm")),
        400);
    expected.put(
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n"
            + "Connection: close\r\n\r\n"
            + "x".repeat(2_000_000),
        413);
    expected.put("GET / HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(40_000) + "\r\n\r\n", 431);
    expected.put("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
    expected.put(head("EXPLODE", "/health"), 404);
    expected.put(head("DELETE", "/auth/login"), 404);
    expected.put(head("GET", "/%zz"), 400);
    expected.put(head("GET", "/socket.io/?EIO=9&transport=websocket"), 400);
    expected.put(head("POST", "/socket.io/?EIO=4&transport=polling"), 400);
    expected.put(head("HEAD", "/health/live"), 200);
    expected.put(head("HEAD", "/metrics"), 200);
    for (String path :
        List.of(
            "/../conf/dev.jsonc",
            "/..%2f..%2fpom.xml",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/assets/../../logback.xml",
            "/assets/..%5c..%5clogback.xml",
            "/assets//etc/passwd",
            "//etc/passwd",
            "/.git/config",
            "/assets/%00")) {
      expected.put(head("GET", path), 404);
    }
    for (Map.Entry<String, Integer> request : expected.entrySet()) {
      String answer = node.http(request.getKey());
      assertTrue(
          answer.startsWith("HTTP/1.") && answer.startsWith(" " + request.getValue(), 8),
          () -> start(request.getKey()) + " -> " + start(answer));
      assertFalse(answer.contains("root:"), answer);
      assertTrue(answer.length() < 20_000 || request.getValue() == 200, "no more than it takes");
    }
  }

  @Test
  void bodiesThatComeByDropsHoldUpNobody() throws IOException {
    List<java.net.Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        slow.add(
            node.begin(
                "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"email\""));
        slow.add(node.begin("GET / HT"));
      }
      assertTrue(node.http(head("GET", "/health/live")).startsWith("HTTP/1.1 200"));
    } finally {
      for (java.net.Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static String head(String method, String path) {
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  }

  private static String post(String path, String type, String body) {
    int length = body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + body;
  }

  private static String unknownFields() {
    StringBuilder body = new StringBuilder("{\"a\":1");
    for (int i = 0; i < 50_000; i++) {
      body.append(",\"f").append(i).append("\":0");
    }
    return body.append('}').toString();
  }

  private static String registration(String email) {
    return "{\"email\":\"" + email + "\",\"password\":\"12345678\",\"displayName\":\"x\"}";
  }
}
