package dev.parley.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
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
  private static final String ROOM = "6f1d2c3b-4a59-4687-9786-a5b4c3d2e1f0";
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

  private static Principal.Member verify(String token) throws TimeoutException {
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
  void aPassNamesItsHolderAndWhatItLetsHimDo() throws Exception {
    Pass pass = new Pass(ROOM, true, false);
    Principal.Holder holder = Principal.Holder.of("chat", "27eue-cai", "Änn", pass);

    Principal.Member verified = verify(tokens.pass(holder, Duration.ofMinutes(1)));

    assertEquals(holder, verified);
    assertEquals("Änn", verified.displayName());
    assertNull(verified.email());
  }

  private static JsonObject passClaims() {
    JsonObject claims = claims().put("displayName", "Ann");
    claims.remove("email");
    return claims.put(
        "pass", new JsonObject().put("room", ROOM).put("owner", false).put("publish", true));
  }

  private static String passWith(String claim, Object value) {
    JsonObject claims = passClaims();
    claims.getJsonObject("pass").put(claim, value);
    return hs256(claims);
  }

  @Test
  void aPassThatDoesNotSayWhatAPassSaysIsRefused() throws Exception {
    Pass pass = new Pass(ROOM, false, true);
    assertEquals(new Principal.Holder(ID, "Ann", pass), verify(hs256(passClaims())));
    for (String claim : new String[] {"sub", "displayName", "exp"}) {
      JsonObject less = passClaims();
      less.remove(claim);
      assertRefused(hs256(less));
    }
    for (String claim : new String[] {"room", "owner", "publish"}) {
      JsonObject less = passClaims();
      less.getJsonObject("pass").remove(claim);
      assertRefused(hs256(less));
    }
    for (Object none : new Object[] {"x", 7, true, new JsonArray().add(ROOM)}) {
      assertRefused(hs256(passClaims().put("pass", none)));
    }
    assertRefused(hs256(passClaims().putNull("pass")));
    assertRefused(passWith("room", "../../etc"));
    assertRefused(passWith("room", 7));
    assertRefused(passWith("owner", "true"));
    assertRefused(passWith("publish", 1));
    assertRefused(hs256(passClaims().put("displayName", 5)));
    assertRefused(hs256(passClaims().put("sub", "ann")));
    assertRefused(hs256(passClaims().put("exp", System.currentTimeMillis() / 1000 - 60)));
    assertRefused(token("{\"alg\":\"none\"}", passClaims().encode(), SECRET));
  }

  @Test
  void aPassIsNoAccountsTokenAndNoDevicesEither() {
    assertRefused(hs256(passClaims().put("email", "ann@example.com")));
    assertRefused(hs256(passClaims().put("deviceId", "d")));
  }

  @Test
  void aNameThatCannotBeShownIsCutAndCleaned() throws Exception {
    String long100 = "n".repeat(100);

    assertEquals(
        "Ann", verify(hs256(passClaims().put("displayName", " A\nn\u0000n\u0085 "))).displayName());
    assertEquals(
        long100, verify(hs256(passClaims().put("displayName", long100 + "x"))).displayName());
    assertEquals("Guest", verify(hs256(passClaims().put("displayName", "\t\u0007"))).displayName());
  }

  @Test
  void aUserOfAnotherSystemIsAlwaysTheSameAndNobodyElse() {
    Pass pass = new Pass(ROOM, true, true);
    String id = Principal.Holder.of("chat", "27eue-cai", "Ann", pass).id();

    assertEquals(id, Principal.Holder.of("chat", "27eue-cai", "Other", pass).id());
    assertEquals(8, UUID.fromString(id).version());
    assertEquals(2, UUID.fromString(id).variant());
    assertNotEquals(id, Principal.Holder.of("chat2", "7eue-cai", "Ann", pass).id());
    assertNotEquals(id, Principal.Holder.of("chat:", "27eue-cai", "Ann", pass).id());
    assertNotEquals(id, Principal.Holder.of("", "chat:27eue-cai", "Ann", pass).id());
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
