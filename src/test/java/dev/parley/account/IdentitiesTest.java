package dev.parley.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Postgres;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which of the two decides about a token; the store of the accounts is away here.
class IdentitiesTest {

  private static final String SECRET = "a-secret-of-some-length";
  private static final String ISSUER = "https://login.example.com/";
  private static final SigningKey KEY = SigningKey.elliptic("key", "P-256");

  private static Vertx vertx;
  private static Identities identities;

  @BeforeAll
  static void open() throws TimeoutException {
    vertx = Vertx.vertx();
    KeyServer server = new KeyServer(vertx, new HttpServerOptions());
    server.serves(SigningKey.set(KEY.jwk()));
    Config config =
        ConfigFile.of(
            """
            {"mode": "test", "postgres": {"host": "127.0.0.1", "port": 1},
             "accounts": {"jwtSecret": "a-secret-of-some-length",
                          "passwordHashing": {"memoryKiB": 64, "iterations": 1, "parallelism": 1}}}
            """,
            Map.of());
    Accounts accounts =
        new Accounts(
            new Postgres(vertx, config.postgres()),
            new Passwords(vertx, config.accounts().passwordHashing()),
            new Tokens(vertx, SECRET, Duration.ofHours(1)));
    Features.Issuer issuer = new Features.Issuer(ISSUER, "a", server.url(), List.of("ES256"));
    identities = new Identities(accounts, new Issuers(vertx, List.of(issuer)));
  }

  @AfterAll
  static void close() throws TimeoutException {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private static JsonObject foreign() {
    return new JsonObject()
        .put("iss", ISSUER)
        .put("aud", "a")
        .put("sub", UUID.randomUUID().toString())
        .put("email", "ann@example.com")
        .put("exp", System.currentTimeMillis() / 1000 + 60);
  }

  private static void assertFails(Failure.Code code, String token) {
    Failure failure = assertThrows(Failure.class, () -> identities.authenticate(token), token);
    assertEquals(code, failure.code());
  }

  @Test
  void anotherIssuersTokenNamesSomebodyOfThatIssuer() {
    JsonObject claims = foreign();

    Principal ann = identities.authenticate(KEY.token("ES256", claims));

    assertEquals(
        new Principal.Foreign(
            claims.getString("sub"), "ann@example.com", "ann@example.com", ISSUER),
        ann);
  }

  @Test
  void everyOtherTokenIsLookedUpAmongTheAccounts() {
    Principal.User ann = new Principal.User(UUID.randomUUID().toString(), "ann@b.ch", "Ann");
    String ours = new Tokens(vertx, SECRET, Duration.ofHours(1)).issue(ann);

    assertFails(Failure.Code.UNAVAILABLE, ours);
    assertFails(Failure.Code.UNAUTHENTICATED, "not.a.token");
    assertFails(Failure.Code.UNAUTHENTICATED, "");
    assertFails(
        Failure.Code.UNAUTHENTICATED, KEY.token("ES256", foreign().put("iss", "https://other")));
  }

  @Test
  void neitherStandsInForTheOther() {
    JWTAuth ourSecret =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(SECRET)));
    JWTOptions symmetric = new JWTOptions().setAlgorithm("HS256");

    assertFails(Failure.Code.UNAUTHENTICATED, ourSecret.generateToken(foreign(), symmetric));
    JsonObject nobodys = foreign();
    nobodys.remove("iss");
    assertFails(Failure.Code.UNAUTHENTICATED, KEY.token("ES256", nobodys));
  }
}
