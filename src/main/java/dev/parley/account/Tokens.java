package dev.parley.account;

import dev.parley.kernel.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.util.UUID;

/// User tokens: JWT by HS256 with claims `sub` (user id), `email`, `displayName`, `iat`, `exp`.
///
/// A token of another kind does not pass for a user token, even under the same secret: it lacks
/// `email`, or names a `deviceId`.
public final class Tokens {

  /// Longer ones are not looked at.
  private static final int MAX_LENGTH = 8192;

  private static final JsonObject NONE = new JsonObject();

  private final JWTAuth jwt;
  private final int lifetimeSeconds;

  public Tokens(Vertx vertx, String secret, Duration lifetime) {
    this.jwt =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret)));
    this.lifetimeSeconds = Math.toIntExact(lifetime.toSeconds());
  }

  public String issue(Principal.User user) {
    JsonObject claims =
        new JsonObject()
            .put("sub", user.id())
            .put("email", user.email())
            .put("displayName", user.displayName());
    return jwt.generateToken(
        claims, new JWTOptions().setAlgorithm("HS256").setExpiresInSeconds(lifetimeSeconds));
  }

  /// Checks signature, algorithm, lifetime and kind.
  ///
  /// @return the user named in the token, or a failure UNAUTHENTICATED
  public Future<Principal.User> verify(String token) {
    if (token.isEmpty() || token.length() > MAX_LENGTH) {
      return Future.failedFuture(unauthenticated());
    }
    return authenticated(token)
        .transform(result ->
            result.succeeded()
                ? user(result.result().attributes().getJsonObject("accessToken", NONE))
                : Future.failedFuture(unauthenticated()));
  }

  /// The library throws at claims of types it does not expect.
  private Future<User> authenticated(String token) {
    try {
      return jwt.authenticate(new TokenCredentials(token));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static Future<Principal.User> user(JsonObject claims) {
    if (!(claims.getValue("sub") instanceof String id)
        || !(claims.getValue("email") instanceof String email)
        || !(claims.getValue("exp") instanceof Number)
        || claims.containsKey("deviceId")
        || !isUuid(id)) {
      return Future.failedFuture(unauthenticated());
    }
    String name = claims.getValue("displayName") instanceof String given ? given : email;
    return Future.succeededFuture(new Principal.User(id, email, name));
  }

  private static boolean isUuid(String text) {
    try {
      return UUID.fromString(text).toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static Failure unauthenticated() {
    return new Failure(Failure.Code.UNAUTHENTICATED, "Authentication failed");
  }
}
