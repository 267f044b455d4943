package dev.parley.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.kernel.Config;
import dev.parley.kernel.Features;
import dev.parley.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceServersTest {

  private static final String SECRET = "your-turn-shared-secret";
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private static IceServers servers(String host, int tlsPort, String server, String... stun) {
    return new IceServers(
        new Features.Turn(
            new Config.Secret(SECRET),
            "parley",
            host,
            3478,
            tlsPort,
            Duration.ofHours(1),
            server,
            "fixed",
            new Config.Secret("word"),
            List.of(stun)));
  }

  @Test
  void credentialsAreThoseThatCoturnComputes() {
    assertEquals(
        "A9FDXgtK7OZb9mFaUKtIf7Bhqzo=", IceServers.credential(SECRET, "1700003600:device-1"));
  }

  @Test
  void aUserGetsCredentialsOfHisOwnThatExpire() {
    IceServers.Server turn = servers("turn.example.com", 5349, "").forUser("device-1", NOW).get(0);

    assertEquals("1700003600:device-1", turn.username());
    assertEquals("A9FDXgtK7OZb9mFaUKtIf7Bhqzo=", turn.credential());
    assertEquals(
        List.of(
            "turn:turn.example.com:3478?transport=udp",
            "turn:turn.example.com:3478?transport=tcp",
            "turns:turn.example.com:5349?transport=tcp"),
        turn.urls());
  }

  @Test
  void thereIsNoTlsServerWithoutItsPort() {
    assertEquals(2, servers("turn.example.com", 0, "").forUser("u", NOW).getFirst().urls().size());
  }

  @Test
  void whatIsConfiguredIsWrittenAsBrowsersTakeIt() {
    assertEquals(
        "[{\"urls\":\"stun:a:1\"},{\"urls\":\"stun:b:2\"},"
            + "{\"urls\":\"turn:c:3\",\"username\":\"fixed\",\"credential\":\"word\"}]",
        Json.write(servers("", 0, "c:3", "a:1", "b:2").forUser("u", NOW)));
    assertEquals("[]", Json.write(servers("", 0, "").forUser("u", NOW)));
  }
}
