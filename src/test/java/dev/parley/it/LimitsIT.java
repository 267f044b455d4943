package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Limits of one client address and of one socket, on a running node with listeners behind a
/// trusted proxy, and which pages may come in through it.
@ExtendWith(StoresExtension.class)
final class LimitsIT {

  private static final String CONFIG =
      """
      {
        "listeners": [
          { "host": "127.0.0.1", "port": 0, "trustedProxies": ["127.0.0.0/8"],
            "corsOrigins": ["https://app.example.com"] },
          { "host": "127.0.0.1", "port": 0, "trustedProxies": ["127.0.0.0/8"] },
          { "host": "127.0.0.1", "port": 0 }
        ],
        "signaling": { "eventLimit": { "rate": 5, "burst": 20 } },
        "limits": {
          "http": { "events": 100000, "window": "60s" },
          "connections": 12,
          "connectionsPerAddress": 3,
          "handshakes": { "rate": 1, "burst": 20 }
        }
      }
      """;

  private static HostileNode node;
  private final List<RawWebSocket> clients = new ArrayList<>();

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) {
    node = HostileNode.start(stores, CONFIG);
  }

  @AfterAll
  static void closeNode() {
    node.close();
  }

  @AfterEach
  void nobodyIsLeftAndNothingIsLoggedAsAnError() {
    clients.forEach(RawWebSocket::close);
    node.awaitLevel("parley_connections", 0);
    assertEquals(List.of(), node.takeErrors());
  }

  private RawWebSocket ask(int listener, String address, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("X-Forwarded-For: " + address);
    RawWebSocket client = RawWebSocket.ask(node.port(listener), all.toArray(String[]::new));
    clients.add(client);
    return client;
  }

  private static String get(String query, String address) throws IOException {
    return node.http(
        "GET /socket.io/?"
            + query
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: "
            + address
            + "\r\n\r\n");
  }

  @Test
  void anAddressHasItsNumberOfSocketsOnAllListenersTogether() {
    ask(0, "198.51.100.1");
    ask(1, "198.51.100.1");
    RawWebSocket third = ask(0, "198.51.100.1");
    assertEquals(101, third.status());

    RawWebSocket fourth = ask(1, "198.51.100.1");
    assertEquals(429, fourth.status());
    assertEquals("10", fourth.header("retry-after"));
    assertEquals("application/json", fourth.header("content-type"));
    assertEquals(101, ask(0, "198.51.100.2").status());

    third.close();
    node.awaitLevel("parley_connections", 3);
    assertEquals(101, ask(1, "198.51.100.1").status());
    assertEquals(429, ask(1, "198.51.100.1").status());
  }

  @Test
  void aNodeThatIsFullSaysWhenToComeBack() {
    double limited = node.total("parley_sockets_limited_total{reason=\"node\"}");
    for (int i = 0; i < 12; i++) {
      assertEquals(101, ask(0, "198.51.100." + (60 + i)).status());
    }

    RawWebSocket refused = ask(1, "198.51.100.80");
    assertEquals(503, refused.status());
    assertEquals("10", refused.header("retry-after"));
    node.awaitTotal("parley_sockets_limited_total{reason=\"node\"}", limited + 1);
    clients.getFirst().close();
    node.awaitLevel("parley_connections", 11);
    assertEquals(101, ask(1, "198.51.100.80").status());
  }

  @Test
  void aNetworkOfOneSubscriberIsOneAddress() {
    for (int i = 1; i <= 3; i++) {
      assertEquals(101, ask(0, "2001:db8:0:7::" + i).status());
    }

    assertEquals(429, ask(0, "2001:db8:0:7:aaaa::1").status());
    assertEquals(101, ask(0, "2001:db8:0:8::1").status());
  }

  @Test
  void placesOfThoseWhoAreRefusedOrLeaveAreFreeAgain() throws IOException {
    for (int i = 0; i < 5; i++) {
      assertTrue(get("EIO=9&transport=websocket", "198.51.100.5").startsWith("HTTP/1.1 400"));
      RawWebSocket foreign = ask(0, "198.51.100.5", "Origin: https://evil.example");
      assertEquals(403, foreign.status());
      RawWebSocket visitor = ask(0, "198.51.100.5");
      assertEquals(101, visitor.status());
      visitor.close();
      node.awaitLevel("parley_connections", 0);
    }
  }

  @Test
  void attemptsAreLimitedAndRefusedInTheShapeClientsKnow() throws IOException {
    double limited = node.total("parley_sockets_limited_total{reason=\"rate\"}");
    String answer = "";
    for (int i = 0; i < 25 && !answer.startsWith("HTTP/1.1 429"); i++) {
      answer = get("EIO=9&transport=websocket", "198.51.100.9");
    }

    assertTrue(answer.startsWith("HTTP/1.1 429"), answer);
    assertTrue(
        answer.toLowerCase(java.util.Locale.ROOT).contains("\r\nretry-after: 1\r\n"), answer);
    assertTrue(answer.endsWith("{\"code\":4,\"message\":\"Too many connections\"}"), answer);
    node.awaitTotal("parley_sockets_limited_total{reason=\"rate\"}", limited + 1);
    assertTrue(
        get("EIO=9&transport=websocket", "198.51.100.10").startsWith("HTTP/1.1 400"),
        "others are served");
    assertTrue(
        get("EIO=4&transport=websocket&sid=none", "198.51.100.9").contains("\"code\":1"),
        "a request of a session is no attempt");
  }

  @Test
  void aPageThatIsRefusedMayReadWhen() {
    for (int i = 0; i < 3; i++) {
      ask(0, "198.51.100.20");
    }

    RawWebSocket refused = ask(0, "198.51.100.20", "Origin: https://app.example.com");
    assertEquals("https://app.example.com", refused.header("access-control-allow-origin"));
    assertEquals("retry-after", refused.header("access-control-expose-headers"));
    RawWebSocket foreign = ask(0, "198.51.100.20", "Origin: https://evil.example");
    assertEquals("", foreign.header("access-control-allow-origin"));
  }

  @Test
  void aStrangerCannotSayHeIsSomebodyElse() {
    for (int i = 0; i < 3; i++) {
      assertEquals(101, ask(2, "198.51.100.3" + i).status());
    }

    assertEquals(429, ask(2, "198.51.100.39").status());
  }

  @Test
  void pagesOfTheHostThatTheProxyNamesMayComeInAndOthersMayNot() {
    String page = "Origin: https://meet.example.com";
    String forwarded = "X-Forwarded-Host: meet.example.com";
    String https = "X-Forwarded-Proto: https";

    assertEquals(101, ask(1, "198.51.100.50", page, forwarded, https).status());
    assertEquals(101, ask(1, "198.51.100.51", page, "Host: meet.example.com").status());
    assertEquals(101, ask(1, "198.51.100.52", page, "Host: meet.example.com:443").status());
    assertEquals(403, ask(1, "198.51.100.53", page).status());
    assertEquals(403, ask(2, "198.51.100.54", page, forwarded).status());
    assertEquals(403, ask(1, "198.51.100.55", "Origin: null", forwarded).status());
    assertEquals(
        403, ask(1, "198.51.100.56", "Origin: http://meet.example.com", forwarded, https).status());
    assertEquals(
        403, ask(1, "198.51.100.57", "Origin: https://meet.example.com:8443", forwarded).status());
    assertEquals(101, ask(0, "198.51.100.58", "Origin: https://APP.example.com:443").status());
  }

  @Test
  void eventsBeyondTheLimitAreRefusedWithAHintAndWhoGoesOnIsClosed() {
    double floods = node.total("reason=\"flood\"");
    String token = node.account();
    try (RawWebSocket client = RawWebSocket.open(node.port()).join(token);
        RawWebSocket other = RawWebSocket.open(node.port()).join(token)) {
      for (int i = 0; i < 21; i++) {
        client.text("42" + i + "[\"media:getProducers\",{\"roomId\":\"none\"}]");
      }
      String refused = client.text("4320[", true);
      assertTrue(refused.contains("\"code\":\"RATE_LIMITED\""), refused);
      assertTrue(refused.matches(".*\"retryAfterMs\":[1-9][0-9]{0,2}[},].*"), refused);

      for (int i = 30; i < 60; i++) {
        client.text("42" + i + "[\"media:getProducers\",{\"roomId\":\"none\"}]");
      }
      client.text("41", true);
      assertEquals(1008, client.closeCode());
      other.text("420[\"media:getProducers\",{\"roomId\":\"none\"}]");
      assertTrue(other.text("430[", true).contains("\"status\":\"error\""));
      node.awaitTotal("reason=\"flood\"", floods + 1);
    }
  }
}
