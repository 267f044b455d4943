package dev.parley.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

  private static final String SECRET = "a-secret-of-some-length";
  private static final String ID = "0b0e5cbe-5d3c-4c0e-9a3e-0f4f1c1a2b3c";
  private static final Principal.User ANN = new Principal.User(ID, "ann@example.com", "Änn");

  private static Vertx vertx;
  private static Tokens tokens;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    tokens = new Tokens(vertx, SECRET, Duration.ofHours(1));
  }

  @AfterAll
  static void close() throws TimeoutException {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private static Principal.User verify(String token) throws TimeoutException {
    return tokens.verify(token).await(10, TimeUnit.SECONDS);
  }

  private static void assertRefused(String token) {
    Failure failure = assertThrows(Failure.class, () -> verify(token), token);
    assertEquals(Failure.Code.UNAUTHENTICATED, failure.code());
    assertEquals("Authentication failed", failure.text());
  }

  /// A token as another party would make it.
  private static String token(String header, String claims, String secret) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String head =
        base64.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return head + "." + base64.encodeToString(mac.doFinal(head.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject claims() {
    long now = System.currentTimeMillis() / 1000;
    return new JsonObject()
        .put("sub", ID)
        .put("email", "ann@example.com")
        .put("iat", now)
        .put("exp", now + 60);
  }

  private static String hs256(JsonObject claims) {
    return token("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims.encode(), SECRET);
  }

  @Test
  void whatWasIssuedIsVerified() throws Exception {
    assertEquals(ANN, verify(tokens.issue(ANN)));
  }

  @Test
  void anotherIssuerWithTheSecretIsBelievedAndANameMayBeMissing() throws Exception {
    assertEquals(
        new Principal.User(ID, "ann@example.com", "ann@example.com"), verify(hs256(claims())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "..", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.", "\u0000.\u0000.x"})
  void whatIsNoTokenIsRefused(String text) {
    assertRefused(text);
  }

  @Test
  void tokensOfOtherSecretsAlgorithmsAndTimesAreRefused() {
    String claims = claims().encode();
    String unsigned = token("{\"alg\":\"none\"}", claims, SECRET);

    assertRefused(token("{\"alg\":\"HS256\"}", claims, "another-secret-of-length"));
    assertRefused(unsigned);
    assertRefused(unsigned.substring(0, unsigned.lastIndexOf('.') + 1));
    assertRefused(token("{\"alg\":\"HS512\"}", claims, SECRET));
    assertRefused(token("{\"alg\":\"RS256\"}", claims, SECRET));
    assertRefused(hs256(claims().put("exp", System.currentTimeMillis() / 1000 - 60)));
    assertRefused(hs256(claims()) + "x".repeat(9_000));
  }

  @Test
  void tokensOfAnotherKindAreRefused() {
    for (String claim : new String[] {"sub", "email", "exp"}) {
      JsonObject less = claims();
      less.remove(claim);
      assertRefused(hs256(less));
    }
    assertRefused(hs256(claims().put("deviceId", "d")));
    assertRefused(hs256(claims().put("sub", "1-1-1-1-1")));
    assertRefused(hs256(claims().put("sub", 5)));
    assertRefused(hs256(claims().put("email", true)));
    assertRefused(hs256(claims().put("exp", "tomorrow")));
  }
}
