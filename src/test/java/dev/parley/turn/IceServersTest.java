package dev.parley.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Without a service that is asked; for those see `ProviderServersTest`.
class IceServersTest {

  private static final String SECRET = "your-turn-shared-secret";
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String FIXED = "'server': 'c:3', 'username': 'fixed', 'password': 'word'";
  private static final String SIGNED = "'sharedSecret': '" + SECRET + "'";
  private static final String HOST = "'host': 'turn.example.com'";

  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private static List<IceServers.Server> told(String... turn) {
    return told(List.of(), turn);
  }

  private static List<IceServers.Server> told(List<String> stun, String... turn) {
    String file =
        "{'turn': {'stunServers': " + Json.write(stun) + ", " + String.join(", ", turn) + "}}";
    return new IceServers(
            vertx, ConfigFile.of(file.replace('\'', '"'), Map.of("NODE_ENV", "development")).turn())
        .forUser("device-1", NOW);
  }

  @Test
  void credentialsAreThoseThatCoturnComputes() {
    assertEquals(
        "A9FDXgtK7OZb9mFaUKtIf7Bhqzo=", IceServers.credential(SECRET, "1700003600:device-1"));
  }

  @Test
  void aUserGetsCredentialsOfHisOwnThatExpire() {
    IceServers.Server turn = told(SIGNED, HOST).getFirst();

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
    assertEquals(2, told(SIGNED, HOST, "'tlsPort': 0").getFirst().urls().size());
  }

  @Test
  void whatIsConfiguredIsWrittenAsBrowsersTakeIt() {
    assertEquals(
        "[{\"urls\":\"stun:a:1\"},{\"urls\":\"stun:b:2\"},"
            + "{\"urls\":\"turn:c:3\",\"username\":\"fixed\",\"credential\":\"word\"}]",
        Json.write(told(List.of("a:1", "b:2"), FIXED)));
    assertEquals(
        "[{\"urls\":[\"turn:turn.example.com:3478?transport=udp\","
            + "\"turn:turn.example.com:3478?transport=tcp\"],"
            + "\"username\":\"1700003600:device-1\","
            + "\"credential\":\"A9FDXgtK7OZb9mFaUKtIf7Bhqzo=\"}]",
        Json.write(told(SIGNED, HOST, "'tlsPort': 0")));
    assertEquals("[]", Json.write(told("'port': 1")));
  }

  @Test
  void aServerWithoutAFixedUserGetsCredentialsThatExpire() {
    List<IceServers.Server> expected =
        List.of(
            new IceServers.Server(
                List.of("turn:c:3"), "1700003600:device-1", "A9FDXgtK7OZb9mFaUKtIf7Bhqzo="));

    assertEquals(expected, told(SIGNED, "'server': 'c:3'"));
    assertEquals(expected, told(SIGNED, "'server': 'c:3'", "'provider': 'shared-secret'"));
    assertEquals(expected, told(SIGNED, FIXED, "'provider': 'shared-secret'"));
  }

  @Test
  void whatIsConfiguredForAnotherProviderIsNotTold() {
    assertEquals(2, told(SIGNED, HOST, FIXED).size());
    assertEquals(
        List.of(new IceServers.Server(List.of("turn:c:3"), "fixed", "word")),
        told(SIGNED, HOST, FIXED, "'provider': 'static'"));
    assertEquals(2, told(SIGNED, HOST, FIXED, "'provider': 'shared-secret'").size());
  }

  private static IceServers.Credentials credentials(String... turn) {
    String file = "{'turn': {" + String.join(", ", turn) + "}}";
    return new IceServers(
            vertx, ConfigFile.of(file.replace('\'', '"'), Map.of("NODE_ENV", "development")).turn())
        .credentialsFor("device-1", NOW);
  }

  @Test
  void oneSetOfCredentialsIsForOneUserName() {
    String own = "A9FDXgtK7OZb9mFaUKtIf7Bhqzo=";

    assertEquals(
        new IceServers.Credentials(
            List.of("turn:turn.example.com:3478", "turns:turn.example.com:5349"),
            "1700003600:device-1",
            own,
            3600),
        credentials(SIGNED, HOST, FIXED));
    assertEquals(
        new IceServers.Credentials(
            List.of("turn:turn.example.com:3478", "turns:turn.example.com:5349", "turn:c:3"),
            "1700003600:device-1",
            own,
            3600),
        credentials(SIGNED, HOST, "'server': 'c:3'"));
    assertEquals(
        new IceServers.Credentials(List.of("turn:c:3"), "fixed", "word", 3600), credentials(FIXED));
    assertEquals(new IceServers.Credentials(List.of(), "", "", 3600), credentials("'port': 1"));
  }

  @Test
  void aCredentialIsNotPrinted() {
    assertFalse(told(FIXED).toString().contains("word"));
    assertFalse(credentials(FIXED).toString().contains("word"));
  }
}
