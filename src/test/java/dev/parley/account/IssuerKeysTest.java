package dev.parley.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When the keys of an issuer are fetched, and what holds while they cannot be.
class IssuerKeysTest {

  private static final String ISSUER = "https://login.example.com/";
  private static final SigningKey FIRST = SigningKey.rsa("first", 2048);
  private static final SigningKey SECOND = SigningKey.rsa("second", 2048);
  private static final SigningKey CURVE = SigningKey.elliptic("curve", "P-256");
  private static final SigningKey WEAK = SigningKey.rsa("weak", 1024);

  private static Vertx vertx;

  private final AtomicLong nowMs = new AtomicLong(1_800_000_000_000L);
  private KeyServer server;
  private Issuers issuers;

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() throws TimeoutException {
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void open() throws TimeoutException {
    server = new KeyServer(vertx, new HttpServerOptions());
    server.serves(SigningKey.set(FIRST.jwk()));
    issuers = at(server.url());
  }

  @AfterEach
  void close() throws TimeoutException {
    server.close();
  }

  private Issuers at(String url) {
    return at(url, 30_000);
  }

  private Issuers at(String url, int timeoutMs) {
    Features.Issuer issuer = new Features.Issuer(ISSUER, "a", url, List.of("RS256", "ES256"));
    return new Issuers(vertx, List.of(issuer), timeoutMs, nowMs::get);
  }

  private void passSeconds(long seconds) {
    nowMs.addAndGet(seconds * 1000);
  }

  private String claims() {
    return new JsonObject()
        .put("iss", ISSUER)
        .put("aud", "a")
        .put("sub", "ann")
        .put("exp", nowMs.get() / 1000 + 60)
        .encode();
  }

  private String tokenOf(SigningKey key) {
    String algorithm = key.equals(CURVE) ? "ES256" : "RS256";
    return key.token(new JsonObject().put("alg", algorithm).put("kid", key.id()), claims());
  }

  private String namelessTokenOf(SigningKey key) {
    return key.token(new JsonObject().put("alg", "RS256"), claims());
  }

  private void assertHolds(String token) throws TimeoutException {
    assertEquals("ann", issuers.verify(token).await(60, TimeUnit.SECONDS).id());
  }

  private Failure.Code refusal(String token) {
    return assertThrows(
            Failure.class, () -> issuers.verify(token).await(60, TimeUnit.SECONDS), token)
        .code();
  }

  private void assertRefused(String token) {
    assertEquals(Failure.Code.UNAUTHENTICATED, refusal(token));
  }

  private void assertUnavailable(String token) {
    assertEquals(Failure.Code.UNAVAILABLE, refusal(token));
  }

  private void assertFetches(int count) {
    assertEquals(count, server.requests.get());
  }

  @Test
  void keysAreFetchedForTheFirstTokenAndKept() throws Exception {
    assertFetches(0);

    assertHolds(tokenOf(FIRST));
    assertHolds(tokenOf(FIRST));
    passSeconds(3599);
    assertHolds(tokenOf(FIRST));

    assertFetches(1);
  }

  @Test
  void aTokenThatFitsNoIssuerFetchesNothing() {
    String unfit = FIRST.token("RS256", new JsonObject(claims()).put("aud", "another"));

    assertRefused(unfit);

    assertFetches(0);
  }

  @Test
  void aKeyThatIsNewIsFetched() throws Exception {
    assertHolds(tokenOf(FIRST));
    server.serves(SigningKey.set(FIRST.jwk(), SECOND.jwk()));
    passSeconds(30);

    assertHolds(tokenOf(SECOND));
    assertHolds(tokenOf(FIRST));

    assertFetches(2);
  }

  @Test
  void unknownKeysAreAskedForOnceInThirtySeconds() throws Exception {
    assertHolds(tokenOf(FIRST));

    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 20; j++) {
        assertRefused(tokenOf(new SigningKey("invented" + j, SECOND.pair())));
      }
      assertFetches(1 + i);
      passSeconds(29);
      assertRefused(tokenOf(SECOND));
      assertFetches(1 + i);
      passSeconds(1);
    }
  }

  @Test
  void aBadSignatureByAKnownKeyFetchesNothing() throws Exception {
    assertHolds(tokenOf(FIRST));
    passSeconds(60);

    assertRefused(tokenOf(new SigningKey("first", SECOND.pair())));

    assertFetches(1);
  }

  @Test
  void keysNeedNoNames() throws Exception {
    JsonObject nameless = FIRST.jwk();
    nameless.remove("kid");
    server.serves(SigningKey.set(nameless, SECOND.jwk()));

    assertHolds(namelessTokenOf(FIRST));
    assertHolds(namelessTokenOf(SECOND));
    assertHolds(tokenOf(FIRST));
    assertFetches(1);

    SigningKey third = SigningKey.rsa("third", 2048);
    server.serves(SigningKey.set(third.jwk()));
    passSeconds(30);
    assertHolds(namelessTokenOf(third));
    assertFetches(2);
  }

  @Test
  void anHourLaterAKeyThatIsGoneHoldsNoMore() throws Exception {
    assertHolds(tokenOf(FIRST));
    server.serves(SigningKey.set(SECOND.jwk()));
    passSeconds(3600);

    assertRefused(tokenOf(FIRST));
    assertHolds(tokenOf(SECOND));

    assertFetches(2);
  }

  @Test
  void whenTheClockWasSetBackKeysAreFetchedAgain() throws Exception {
    assertHolds(tokenOf(FIRST));
    passSeconds(-7200);

    assertHolds(tokenOf(FIRST));
    assertHolds(tokenOf(FIRST));

    assertFetches(2);
  }

  @Test
  void withoutKeysNothingCanBeSaidAndTheServerIsAskedEachFiveSeconds() throws Exception {
    server.serves(500, "");

    assertUnavailable(tokenOf(FIRST));
    assertUnavailable(tokenOf(FIRST));
    passSeconds(4);
    assertUnavailable(tokenOf(FIRST));
    assertFetches(1);

    server.serves(SigningKey.set(FIRST.jwk()));
    passSeconds(1);
    assertHolds(tokenOf(FIRST));
    assertFetches(2);
  }

  @Test
  void keysThatAreKnownGoOnWhileTheServerIsAway() throws Exception {
    assertHolds(tokenOf(FIRST));
    server.goesAway();
    passSeconds(30);

    assertUnavailable(tokenOf(SECOND));
    assertUnavailable(tokenOf(SECOND));
    assertRefused(tokenOf(new SigningKey("first", SECOND.pair())));
    assertHolds(tokenOf(FIRST));
    for (int i = 0; i < 3; i++) {
      passSeconds(3600);
      assertHolds(tokenOf(FIRST));
    }

    server.serves(SigningKey.set(SECOND.jwk()));
    server.comesBack();
    passSeconds(5);
    assertHolds(tokenOf(SECOND));
    assertRefused(tokenOf(FIRST));
    assertFetches(2);
  }

  @Test
  void aServerThatHasLongBeenAwayHoldsUpNoToken() throws Exception {
    assertHolds(tokenOf(FIRST));
    server.serves(500, "");
    passSeconds(3600);
    assertHolds(tokenOf(FIRST));
    Promise<Void> never = Promise.promise();
    server.servesBehind(never.future(), "");
    passSeconds(5);

    assertHolds(tokenOf(FIRST));
  }

  @Test
  void tokensAtOnceShareOneFetch() throws Exception {
    Promise<Void> gate = Promise.promise();
    server.servesBehind(gate.future(), SigningKey.set(FIRST.jwk()));
    List<Future<Principal.Foreign>> pending = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      pending.add(issuers.verify(tokenOf(FIRST)));
    }

    gate.complete();

    Future.all(pending).await(60, TimeUnit.SECONDS);
    assertFetches(1);
  }

  @Test
  void tokensOfManyThreadsShareOneFetch() throws Exception {
    Promise<Void> gate = Promise.promise();
    server.servesBehind(gate.future(), SigningKey.set(FIRST.jwk()));
    String token = tokenOf(FIRST);
    List<CompletableFuture<Future<Principal.Foreign>>> begun = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      CompletableFuture<Future<Principal.Foreign>> one = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> one.complete(issuers.verify(token)));
      begun.add(one);
    }
    List<Future<Principal.Foreign>> pending = new ArrayList<>();
    for (CompletableFuture<Future<Principal.Foreign>> one : begun) {
      pending.add(one.get(60, TimeUnit.SECONDS));
    }

    gate.complete();

    Future.all(pending).await(60, TimeUnit.SECONDS);
    assertFetches(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "null",
        "{}",
        "{'keys': null}",
        "{'keys': {}}",
        "{'keys': []}",
        "{'keys': [null, 7, 'x', [], {}]}",
        "{'keys': [{'kty': 'RSA', 'kid': 'first'}]}",
        "{'keys': [{'kty': 'RSA', 'kid': 'first', 'n': 7, 'e': []}]}",
        "{'keys': [{'kty': 'RSA', 'kid': 'first', 'n': '!', 'e': 'AQAB'}]}",
        "{'keys': [{'kty': 'EC', 'kid': 'first', 'crv': 'P-256', 'x': 7, 'y': 7}]}",
        "{'keys': [{'kty': 'oct', 'kid': 'first', 'alg': 'HS256', 'k': 'c2VjcmV0'}]}",
        "{'keys': [{'kty': 'OKP', 'kid': 'first', 'crv': 'Ed25519', 'x': 'AA'}]}",
      })
  void whatHoldsNoKeysIsAsGoodAsNothing(String body) throws Exception {
    server.serves(body.replace('\'', '"'));
    assertUnavailable(tokenOf(FIRST));
    server.serves(SigningKey.set(FIRST.jwk()));
    passSeconds(5);
    assertHolds(tokenOf(FIRST));
    server.serves(body.replace('\'', '"'));
    passSeconds(3600);

    assertHolds(tokenOf(FIRST));

    assertFetches(3);
  }

  /// Points that are on no curve pass all that is looked at before the library has them.
  @Test
  void aSetWhoseOnlyKeyIsBrokenLetsNobodyIn() {
    JsonObject broken = CURVE.jwk().put("y", CURVE.jwk().getString("x"));
    server.serves(SigningKey.set(broken, CURVE.jwk().put("x", "!").put("kid", "other")));
    String unsigned = SigningKey.part("{\"alg\":\"none\"}") + "." + SigningKey.part(claims());

    assertRefused(tokenOf(CURVE));
    assertRefused(unsigned);
    assertRefused(unsigned + ".");
    assertRefused(unsigned + ".AA");
    assertRefused(SigningKey.part("{\"alg\":\"ES256\"}") + "." + SigningKey.part(claims()));
    assertRefused(SigningKey.part("{\"alg\":\"ES256\"}") + "." + SigningKey.part(claims()) + ".AA");
  }

  @Test
  void keysForOtherPurposesAreLeftOut() throws Exception {
    server.serves(
        SigningKey.set(
            FIRST.jwk().put("use", "enc"),
            SECOND.jwk().put("alg", "RS512"),
            WEAK.jwk(),
            CURVE.jwk().put("key_ops", new JsonArray().add("deriveKey"))));
    assertUnavailable(tokenOf(FIRST));
    server.serves(
        SigningKey.set(
            FIRST.jwk().put("use", "enc"),
            SECOND.jwk().put("alg", "RS256").put("x5c", new JsonArray().add("no certificate")),
            WEAK.jwk(),
            CURVE.jwk().put("key_ops", new JsonArray().add("verify"))));
    passSeconds(5);

    assertHolds(tokenOf(SECOND));
    assertHolds(tokenOf(CURVE));
    assertRefused(tokenOf(FIRST));
    assertRefused(tokenOf(WEAK));
  }

  @Test
  void keysBeyondTheSixtyFourthAreNotLookedAt() throws Exception {
    JsonObject[] keys = new JsonObject[65];
    for (int i = 0; i < 65; i++) {
      keys[i] = FIRST.jwk().put("kid", "k" + i);
    }
    server.serves(SigningKey.set(keys));

    assertHolds(tokenOf(new SigningKey("k63", FIRST.pair())));
    assertRefused(tokenOf(new SigningKey("k64", FIRST.pair())));
  }

  private static Consumer<HttpServerRequest> endless(CompletableFuture<Void> cut, long everyMs) {
    return request -> {
      request.connection().closeHandler(_ -> cut.complete(null));
      var response = request.response().setChunked(true);
      Buffer chunk = Buffer.buffer(everyMs == 0 ? " ".repeat(60_000) : " ");
      response.write(chunk);
      vertx.setPeriodic(
          Math.max(1, everyMs),
          timer -> {
            if (cut.isDone()) {
              vertx.cancelTimer(timer);
            } else {
              response.write(chunk);
            }
          });
    };
  }

  @Test
  void anAnswerThatIsTooLargeIsCutOff() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    server.answers(endless(cut, 0));

    assertUnavailable(tokenOf(FIRST));

    cut.get(60, TimeUnit.SECONDS);
    JsonObject padded = new JsonObject(SigningKey.set(FIRST.jwk())).put("a", "x".repeat(256_000));
    server.serves(padded.encode());
    passSeconds(5);
    assertUnavailable(tokenOf(FIRST));
    server.serves(padded.put("a", "x".repeat(250_000)).encode());
    passSeconds(5);
    assertHolds(tokenOf(FIRST));
  }

  @Test
  void anAnswerThatTricklesIsGivenUp() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    server.answers(endless(cut, 10));
    issuers = at(server.url(), 300);

    assertUnavailable(tokenOf(FIRST));

    cut.get(60, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 302, 307, 308, 404, 500})
  void onlyTheServerThatIsNamedIsAsked(int status) throws Exception {
    try (KeyServer other = new KeyServer(vertx, new HttpServerOptions())) {
      other.serves(SigningKey.set(FIRST.jwk()));
      server.answers(request ->
          request
              .response()
              .setStatusCode(status)
              .putHeader("location", other.url())
              .end(status == 204 ? "" : SigningKey.set(FIRST.jwk())));

      assertUnavailable(tokenOf(FIRST));

      assertEquals(0, other.requests.get());
    }
  }

  @Test
  void aServerThatCutsItsAnswerOffIsAsGoodAsAway() throws Exception {
    server.answers(request -> {
      request.response().putHeader("content-length", "1000").write("{\"keys\":");
      request.connection().close();
    });
    assertUnavailable(tokenOf(FIRST));

    issuers = at("http://127.0.0.1:1/keys");
    assertUnavailable(tokenOf(FIRST));
  }

  @Test
  void aServerWhoseCertificateNobodyVouchesForIsNotBelieved() throws Exception {
    CompletableFuture<Throwable> refusal = new CompletableFuture<>();
    HttpServerOptions options =
        new HttpServerOptions().setSsl(true).setKeyCertOptions(KeyServer.certificate(FIRST.pair()));
    try (KeyServer secure = new KeyServer(vertx, options, refusal::complete)) {
      secure.serves(SigningKey.set(FIRST.jwk()));
      issuers = at(secure.url());

      assertUnavailable(tokenOf(FIRST));

      assertInstanceOf(SSLException.class, refusal.get(60, TimeUnit.SECONDS));
      assertEquals(0, secure.requests.get());
    }
  }
}
