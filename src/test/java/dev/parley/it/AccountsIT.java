package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.TestNode.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({StoresExtension.class, NodeExtension.class})
class AccountsIT {

  private static TestNode node;

  @BeforeAll
  static void open(TestNode shared) {
    node = shared;
  }

  private static Map<String, Object> account(String email) {
    return Map.of("email", email, "password", "12345678", "displayName", "Ann");
  }

  private static JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    assertEquals(3, parts.length);
    byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
    return SocketClient.tree(new String(payload, StandardCharsets.UTF_8));
  }

  private static void assertRefused(Answer answer, int status, String message, String code) {
    JsonNode body = answer.json();
    assertEquals(status, answer.status(), answer.text());
    assertEquals(status, body.path("statusCode").asInt());
    assertEquals(message, body.path("message").asText());
    assertEquals(code, body.path("code").asText());
    Instant.parse(body.path("timestamp").asText());
  }

  @Test
  void registeringAnswersATokenOfTheUserForAnHour() {
    String email = TestNode.email();

    Answer answer = node.post("/auth/register", account(email));

    assertEquals(201, answer.status());
    assertEquals(Set.of("accessToken"), fields(answer.json()));
    JsonNode claims = claims(answer.json().path("accessToken").asText());
    assertEquals(Set.of("sub", "email", "displayName", "iat", "exp"), fields(claims));
    assertEquals(email, claims.path("email").asText());
    assertEquals("Ann", claims.path("displayName").asText());
    assertEquals(3600, claims.path("exp").asLong() - claims.path("iat").asLong());
    assertEquals(
        List.of(claims.path("sub").asText()),
        node.probe().column("SELECT id FROM users WHERE email = $1", email));
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void anAddressHasOneAccountHoweverItIsWritten() {
    String email = TestNode.email();
    node.post("/auth/register", account(email));

    Answer again =
        node.post("/auth/register", account(" " + email.toUpperCase(java.util.Locale.ROOT)));

    assertRefused(again, 409, "Email already registered", "CONFLICT");
    assertEquals("Conflict", again.json().path("error").asText());
    assertEquals("/auth/register", again.json().path("path").asText());
    assertEquals("POST", again.json().path("method").asText());
    assertEquals(
        Set.of("statusCode", "message", "error", "code", "timestamp", "path", "method"),
        fields(again.json()));
  }

  @Test
  void loggingInAnswersATokenOfTheSameUser() {
    String email = TestNode.email();
    String first = node.post("/auth/register", account(email)).json().path("accessToken").asText();

    Answer answer = node.post("/auth/login", Map.of("email", email, "password", "12345678"));

    assertEquals(200, answer.status());
    assertEquals(Set.of("accessToken"), fields(answer.json()));
    JsonNode claims = claims(answer.json().path("accessToken").asText());
    assertEquals(claims(first).path("sub"), claims.path("sub"));
  }

  @Test
  void aWrongPasswordAndAnUnknownAddressAreToldAlike() {
    String email = node.register("Bob").email();

    Answer wrong = node.post("/auth/login", Map.of("email", email, "password", "87654321"));
    Answer unknown =
        node.post("/auth/login", Map.of("email", TestNode.email(), "password", "12345678"));

    assertRefused(wrong, 401, "Invalid credentials", "UNAUTHENTICATED");
    assertRefused(unknown, 401, "Invalid credentials", "UNAUTHENTICATED");
    assertEquals("Unauthorized", wrong.json().path("error").asText());
  }

  @Test
  void aDeactivatedAccountIsRefusedWithTheRightPasswordOnly() {
    String email = node.register("Cora").email();
    node.probe().rows("UPDATE users SET \"isActive\" = false WHERE email = $1", email);

    Answer right = node.post("/auth/login", Map.of("email", email, "password", "12345678"));
    Answer wrong = node.post("/auth/login", Map.of("email", email, "password", "87654321"));

    assertRefused(right, 401, "Account is deactivated", "UNAUTHENTICATED");
    assertRefused(wrong, 401, "Invalid credentials", "UNAUTHENTICATED");
  }

  @Test
  void passwordsAreKeptAsSaltedArgon2id() {
    String one = node.register("Dora").email();
    String two = node.register("Dora").email();

    List<String> hashes =
        node.probe().column("SELECT \"passwordHash\" FROM users WHERE email IN ($1, $2)", one, two);

    assertTrue(hashes.stream().allMatch(hash -> hash.startsWith("$argon2id$")), hashes::toString);
    assertNotEquals(hashes.get(0), hashes.get(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | email must be an email, "
            + "password must be shorter than or equal to 128 characters, "
            + "password must be longer than or equal to 8 characters, password must be a string, "
            + "displayName must be shorter than or equal to 100 characters, "
            + "displayName must be longer than or equal to 1 characters, "
            + "displayName must be a string",
        "{'email': 'x', 'password': '12345678', 'displayName': 'A'} | email must be an email",
        "{'email': 'a@b.cd', 'password': '1234567', 'displayName': 'A'}"
            + " | password must be longer than or equal to 8 characters",
        "{'email': 'a@b.cd', 'password': '12345678', 'displayName': ''}"
            + " | displayName must be longer than or equal to 1 characters",
        "{'email': 'a@b.cd', 'password': '12345678', 'displayName': '  '}"
            + " | displayName must be longer than or equal to 1 characters",
        "{'email': 'a@b.cd', 'password': '12345678', 'displayName': 'A', 'isAdmin': true}"
            + " | property isAdmin should not exist",
        "{'email': 'a@b.cd', 'password': '12345678', 'displayName': 'a\\u0000b'}"
            + " | displayName must not contain control characters",
      })
  void whatDoesNotFitIsNamedInTheWordsClientsKnow(String body, String message) {
    Answer answer = node.post("/auth/register", body.replace('\'', '"'));

    assertRefused(answer, 400, message, "INVALID");
    assertEquals("Bad Request", answer.json().path("error").asText());
  }

  @Test
  void tooLongFieldsAreRefused() {
    String longName = "x".repeat(101);
    String longEmail = "a".repeat(64) + "@" + "b".repeat(190) + ".com";

    Answer name =
        node.post(
            "/auth/register",
            Map.of("email", TestNode.email(), "password", "12345678", "displayName", longName));
    Answer email = node.post("/auth/register", account(longEmail));

    assertRefused(
        name, 400, "displayName must be shorter than or equal to 100 characters", "INVALID");
    assertRefused(email, 400, "email must be an email", "INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1]", "\"text\"", "{\"email\":\"a@b.cd\"} x", "nul"})
  void aBodyThatIsNoObjectIsRefused(String body) {
    Answer answer = node.post("/auth/login", body);

    assertEquals(400, answer.status());
    assertEquals("INVALID", answer.json().path("code").asText());
  }

  @Test
  void aBodyBeyondTheLimitIsRefused() {
    Answer answer = node.post("/auth/login", "{\"email\":\"" + "x".repeat(1_000_001) + "\"}");

    assertRefused(answer, 413, "Body is too large", "TOO_LARGE");
    assertEquals("Payload Too Large", answer.json().path("error").asText());
  }

  @Test
  void anUnknownPathIsNotFound() {
    assertRefused(node.post("/nothing", "{}"), 404, "Cannot POST /nothing", "NOT_FOUND");
    assertEquals(404, node.get("/nothing-here").status());
  }

  @Test
  void aTokenStandsForItsAccountAsItIsNow() {
    TestNode.User user = node.register("Eve");
    node.probe().rows("UPDATE users SET \"isActive\" = false WHERE email = $1", user.email());

    try (SocketClient client =
        SocketClient.open(node.clients(), node.port(), Map.of())
            .connect(Map.of("token", user.token()))) {
      assertEquals("Authentication failed", client.next("error").path("message").asText());
      client.next(SocketClient.CLOSE);
    }
    UUID.fromString(claims(user.token()).path("sub").asText());
  }
}
