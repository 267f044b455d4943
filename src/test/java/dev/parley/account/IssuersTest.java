package dev.parley.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which tokens hold. All of them are signed for, unless a test says otherwise, by keys that a real
/// server serves.
class IssuersTest {

  private static final String ISSUER = "https://login.example.com/tenant/v2.0";
  private static final String AUDIENCE = "the-client";
  private static final long NOW_MS = 1_800_000_000_500L;
  private static final long NOW = NOW_MS / 1000;
  private static final List<String> ALL =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  private static final SigningKey RSA = SigningKey.rsa("rsa", 2048);
  private static final SigningKey P256 = SigningKey.elliptic("p256", "P-256");
  private static final SigningKey P384 = SigningKey.elliptic("p384", "P-384");
  private static final SigningKey P521 = SigningKey.elliptic("p521", "P-521");

  private static Vertx vertx;
  private static KeyServer server;
  private static Issuers issuers;

  @BeforeAll
  static void open() throws TimeoutException {
    vertx = Vertx.vertx();
    server = new KeyServer(vertx, new HttpServerOptions());
    server.serves(SigningKey.set(RSA.jwk(), P256.jwk(), P384.jwk(), P521.jwk()));
    issuers = trusting("RS256", "ES256");
  }

  @AfterAll
  static void close() throws TimeoutException {
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  private static Issuers trusting(String... algorithms) {
    Features.Issuer issuer =
        new Features.Issuer(ISSUER, AUDIENCE, server.url(), List.of(algorithms));
    return new Issuers(vertx, List.of(issuer), 30_000, () -> NOW_MS);
  }

  private static JsonObject claims() {
    return new JsonObject()
        .put("iss", ISSUER)
        .put("aud", AUDIENCE)
        .put("sub", "ann")
        .put("exp", NOW + 60);
  }

  private static Principal.Foreign verify(Issuers by, String token) throws TimeoutException {
    return by.verify(token).await(60, TimeUnit.SECONDS);
  }

  private static void assertHolds(JsonObject claims) throws TimeoutException {
    assertEquals("ann", verify(issuers, RSA.token("RS256", claims)).id());
  }

  private static void assertRefused(Issuers by, String token) {
    Failure failure = assertThrows(Failure.class, () -> verify(by, token), token);
    assertEquals(Failure.Code.UNAUTHENTICATED, failure.code());
    assertEquals("Authentication failed", failure.text());
  }

  private static void assertRefused(String token) {
    assertRefused(issuers, token);
  }

  @Test
  void aTokenOfEachAlgorithmHolds() throws Exception {
    Issuers all = trusting(ALL.toArray(String[]::new));

    for (String algorithm : ALL) {
      SigningKey key =
          switch (algorithm) {
            case "ES256" -> P256;
            case "ES384" -> P384;
            case "ES512" -> P521;
            default -> RSA;
          };
      assertEquals("ann", verify(all, key.token(algorithm, claims())).id(), algorithm);
    }
  }

  @Test
  void anAlgorithmThatIsNotConfiguredIsRefused() {
    for (String algorithm : List.of("RS384", "RS512", "PS256")) {
      assertRefused(RSA.token(algorithm, claims()));
    }
    assertRefused(P384.token("ES384", claims()));
    assertRefused(trusting("ES256"), RSA.token("RS256", claims()));
  }

  @Test
  void anAlgorithmIsBoundToItsCurve() {
    assertRefused(P384.token("ES256", claims()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name': 'Ann A', 'email': 'a@b.ch', 'oid': 'o', 'preferred_username': 'p'} | o | a@b.ch | Ann A",
        "{'preferred_username': 'ann@b.ch', 'email': 'a@b.ch'} | ann | a@b.ch | ann@b.ch",
        "{'email': 'a@b.ch'} | ann | a@b.ch | a@b.ch",
        "{} | ann | | Unknown User",
        "{'oid': 7, 'name': 7, 'email': 7, 'preferred_username': 7} | ann | | Unknown User",
        "{'oid': null, 'name': null, 'email': null} | ann | | Unknown User",
        "{'oid': ' ', 'name': ' ', 'email': ' ', 'preferred_username': ''} | ann | | Unknown User",
        "{'oid': {'a': 1}, 'name': ['Ann'], 'email': true} | ann | | Unknown User",
        "{'oid': 'a\\nb', 'email': 'a\\u0000@b.ch', 'name': ' A\\u0007n\\nn '} | ann | | Ann",
      })
  void theIdentityIsAsTheClaimsSay(String more, String id, String email, String name)
      throws Exception {
    JsonObject claims = claims().mergeIn(new JsonObject(more.replace('\'', '"')));

    Principal.Foreign ann = verify(issuers, RSA.token("RS256", claims));

    assertEquals(new Principal.Foreign(id, email, name, ISSUER), ann);
  }

  @Test
  void whatIsTooLongIsCutOffOrLeftOut() throws Exception {
    String faces = "😀".repeat(101);
    JsonObject claims =
        claims().put("name", faces).put("email", "a".repeat(255)).put("oid", "x".repeat(256));

    Principal.Foreign ann = verify(issuers, RSA.token("RS256", claims));

    assertEquals("😀".repeat(100), ann.displayName());
    assertNull(ann.email());
    assertEquals("ann", ann.id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'aud': 'another'}",
        "{'aud': null}",
        "{'aud': ''}",
        "{'aud': 'the-client '}",
        "{'aud': 7}",
        "{'aud': []}",
        "{'aud': ['another', null, 7]}",
        "{'aud': [['the-client']]}",
        "{'aud': {'the-client': 'the-client'}}",
        "{'iss': 'https://login.example.com/tenant/v2.0/'}",
        "{'iss': 'https://login.example.com/tenant'}",
        "{'iss': ['https://login.example.com/tenant/v2.0']}",
        "{'iss': null}",
        "{'iss': {}}",
        "{'exp': 1799999990}",
        "{'exp': null}",
        "{'exp': '1800000060'}",
        "{'exp': [1800000060]}",
        "{'exp': true}",
        "{'exp': -1e400}",
        "{'nbf': 1800000010}",
        "{'nbf': null}",
        "{'nbf': '1'}",
        "{'nbf': {}}",
        "{'sub': null}",
        "{'sub': ''}",
        "{'sub': 7}",
        "{'sub': ['ann']}",
        "{'iat': 'x'}",
        "{'iat': null}",
      })
  void aSignedTokenThatClaimsSomethingElseIsRefused(String more) {
    String wrong = more.replace('\'', '"');
    JsonObject claims = claims();
    claims.remove(new JsonObject(wrong.replace("-1e400", "0")).fieldNames().iterator().next());
    String text = claims.encode();
    String joined = text.substring(0, text.length() - 1) + "," + wrong.substring(1);

    assertRefused(RSA.token(new JsonObject().put("alg", "RS256").put("kid", "rsa"), joined));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "exp", "sub"})
  void aTokenWithoutAClaimIsRefused(String missing) {
    JsonObject claims = claims();
    claims.remove(missing);

    assertRefused(RSA.token("RS256", claims));
  }

  @Test
  void theAudienceMayBeOneOfSeveral() throws Exception {
    assertHolds(claims().put("aud", new JsonArray().add("another").add(AUDIENCE)));
  }

  @Test
  void clocksMayDifferByAFewSeconds() throws Exception {
    assertHolds(claims().put("exp", NOW - 4));
    assertHolds(claims().put("nbf", NOW + 5));
    assertHolds(claims().put("exp", NOW + 0.5).put("nbf", NOW - 0.5));
    assertHolds(claims().put("iat", NOW + 3600));
    assertRefused(RSA.token("RS256", claims().put("exp", NOW - 5)));
    assertRefused(RSA.token("RS256", claims().put("nbf", NOW + 6)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        ".",
        "..",
        "...",
        "a.b.c",
        "a.b.c.d",
        "\u0000.\u0000.x",
        "ü.ü.ü",
        "eyJhbGciOiJSUzI1NiJ9.e30.",
        "eyJhbGciOiJSUzI1NiJ9..x",
        "eyJhbGciOiJSUzI1NiJ9.W10.x",
        "eyJhbGciOiJSUzI1NiJ9.bnVsbA.x",
        "bnVsbA.e30.x",
        "Nw.Nw.Nw",
        "e30.e30.e30",
      })
  void whatIsNoTokenIsRefused(String text) {
    assertRefused(text);
    assertFalse(issuers.concerns(text));
  }

  @Test
  void aTokenThatIsTooLongOrTooDeepIsRefused() {
    JsonObject header = new JsonObject().put("alg", "RS256").put("kid", "rsa");
    String claims = claims().encode();
    String deep =
        claims.substring(0, claims.length() - 1)
            + ",\"a\":"
            + "[".repeat(2500)
            + "]".repeat(2500)
            + "}";
    String tooLong = RSA.token("RS256", claims().put("a", "x".repeat(8192)));
    String tooDeep = RSA.token(header, deep);
    assertTrue(tooDeep.length() < 8192);

    for (String token : List.of(tooLong, tooDeep, "x".repeat(1_000_000), ".".repeat(8192))) {
      assertRefused(token);
      assertFalse(issuers.concerns(token));
    }
  }

  @Test
  void whatWasChangedAfterSigningIsRefused() {
    String[] parts = RSA.token("RS256", claims()).split("\\.", -1);
    String other = SigningKey.part(claims().put("sub", "bob").encode());
    String elliptic = P256.token("ES256", claims());

    assertRefused(parts[0] + "." + other + "." + parts[2]);
    assertRefused(parts[0] + "." + parts[1] + "." + parts[2].substring(4));
    assertRefused(parts[0] + "." + parts[1] + "." + SigningKey.part(new byte[256]));
    assertRefused(parts[0] + "." + parts[1] + "." + parts[2] + ".");
    assertRefused(SigningKey.part("{\"alg\":\"ES256\"}") + "." + parts[1] + "." + parts[2]);
    String unsigned = elliptic.substring(0, elliptic.lastIndexOf('.') + 1);
    assertRefused(unsigned + SigningKey.part(new byte[64]));
    assertRefused(unsigned + SigningKey.part(new byte[1]));
  }

  @Test
  void aKeyOfSomebodyElseIsRefused() {
    SigningKey theirs = SigningKey.rsa("rsa", 2048);
    JsonObject header = new JsonObject().put("alg", "RS256");

    assertRefused(theirs.token("RS256", claims()));
    assertRefused(theirs.token(header, claims().encode()));
    assertRefused(theirs.token(header.copy().put("jwk", theirs.jwk()), claims().encode()));
    assertRefused(
        theirs.token(header.copy().put("jku", "http://127.0.0.1:1/keys"), claims().encode()));
    assertRefused(
        theirs.token(header.copy().put("x5c", new JsonArray().add("AA==")), claims().encode()));
  }

  @Test
  void aTokenWithoutSignatureIsRefused() {
    String claims = SigningKey.part(claims().encode());
    String signature = RSA.token("RS256", claims()).split("\\.", -1)[2];

    for (String none : List.of("none", "None", "NONE", "nOnE", "")) {
      String head = SigningKey.part(new JsonObject().put("alg", none).encode()) + "." + claims;
      assertRefused(head);
      assertRefused(head + ".");
      assertRefused(head + ".AA");
      assertRefused(head + "." + signature);
    }
    String head = SigningKey.part("{\"alg\":\"RS256\"}") + "." + claims;
    assertRefused(head);
    assertRefused(head + ".");
  }

  /// The public key is known to all, so that it must never serve as a secret.
  @Test
  void aPublicKeyIsNoSecret() throws Exception {
    byte[] der = RSA.pair().getPublic().getEncoded();
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String pem = "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----";
    List<byte[]> secrets =
        List.of(
            der,
            bytes(pem),
            bytes(pem + "\n"),
            bytes(RSA.jwk().encode()),
            bytes(RSA.jwk().getString("n")),
            Base64.getUrlDecoder().decode(RSA.jwk().getString("n")));

    for (byte[] secret : secrets) {
      for (String algorithm : List.of("HS256", "HS384", "HS512")) {
        String said = hmac(algorithm, "Hmac" + algorithm.replace("HS", "SHA"), secret);
        assertRefused(said);
        assertRefused(hmac("RS256", "HmacSHA256", secret));
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hmac(String algorithm, String function, byte[] secret)
      throws GeneralSecurityException {
    String header = new JsonObject().put("alg", algorithm).put("kid", "rsa").encode();
    String head = SigningKey.part(header) + "." + SigningKey.part(claims().encode());
    Mac mac = Mac.getInstance(function);
    mac.init(new SecretKeySpec(secret, function));
    return head + "." + SigningKey.part(mac.doFinal(bytes(head)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'alg': 'RS256', 'kid': 7}",
        "{'alg': 'RS256', 'kid': {}}",
        "{'alg': 'RS256', 'kid': 'rsa', 'crit': ['exp']}",
        "{'alg': 'RS256', 'kid': 'rsa', 'crit': null}",
        "{'alg': ['RS256']}",
        "{'alg': null}",
        "{}",
      })
  void aHeaderThatSaysWhatItMustNotIsRefused(String header) {
    String[] parts = RSA.token("RS256", claims()).split("\\.", -1);
    JsonObject said = new JsonObject(header.replace('\'', '"'));

    assertRefused(
        "RS256".equals(said.getValue("alg"))
            ? RSA.token(said, claims().encode())
            : SigningKey.part(said.encode()) + "." + parts[1] + "." + parts[2]);
  }

  @Test
  void itConcernsTheIssuersWhateverElseATokenSays() {
    assertTrue(issuers.concerns(RSA.token("RS256", claims())));
    assertTrue(issuers.concerns(RSA.token("RS512", claims().put("exp", 0).put("aud", "x"))));
    assertFalse(issuers.concerns(RSA.token("RS256", claims().put("iss", "https://other"))));
    assertFalse(issuers.concerns(RSA.token("RS256", claims().putNull("iss"))));
    assertFalse(issuers.concerns(RSA.token("RS256", claims().put("iss", Map.of("a", ISSUER)))));
    assertFalse(
        new Issuers(vertx, List.of()).concerns(RSA.token("RS256", claims())), "none is trusted");
  }

  @Test
  void aTenantMayHaveTwoIssuersWithTheSameKeys() throws Exception {
    String old = "https://sts.example.com/tenant/";
    Issuers tenant =
        new Issuers(
            vertx,
            List.of(
                new Features.Issuer(ISSUER, AUDIENCE, server.url(), List.of("RS256")),
                new Features.Issuer(old, "the-old-client", server.url(), List.of("ES256")),
                new Features.Issuer(ISSUER, "a-third-client", server.url(), List.of("RS256"))),
            30_000,
            () -> NOW_MS);
    JsonObject oldClaims = claims().put("iss", old).put("aud", "the-old-client");

    assertEquals(ISSUER, verify(tenant, RSA.token("RS256", claims())).issuer());
    assertEquals(old, verify(tenant, P256.token("ES256", oldClaims)).issuer());
    assertNotNull(verify(tenant, RSA.token("RS256", claims().put("aud", "a-third-client"))));
    assertRefused(tenant, RSA.token("RS256", oldClaims));
    assertRefused(tenant, P256.token("ES256", oldClaims.copy().put("aud", AUDIENCE)));
  }
}
