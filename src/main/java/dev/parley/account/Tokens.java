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
import org.jspecify.annotations.Nullable;

/// User tokens: JWT by HS256 with claims `sub` (user id), `email`, `displayName`, `iat`, `exp`.
///
/// A pass is one as well, whose bearer has no account: instead of `email` it has `pass`, which is
/// `{room, owner, publish}`.
///
/// A token of another kind does not pass for a user token, even under the same secret: it lacks
/// both `email` and `pass`, has both, or names a `deviceId`.
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
    return signed(claims, lifetimeSeconds);
  }

  /// Issues a pass.
  ///
  /// @param lifetime a second at least
  public String pass(Principal.Holder holder, Duration lifetime) {
    JsonObject pass =
        new JsonObject()
            .put("room", holder.pass().room())
            .put("owner", holder.pass().owner())
            .put("publish", holder.pass().publish());
    JsonObject claims =
        new JsonObject()
            .put("sub", holder.id())
            .put("displayName", holder.displayName())
            .put("pass", pass);
    return signed(claims, Math.toIntExact(lifetime.toSeconds()));
  }

  private String signed(JsonObject claims, int seconds) {
    return jwt.generateToken(
        claims, new JWTOptions().setAlgorithm("HS256").setExpiresInSeconds(seconds));
  }

  /// Checks signature, algorithm, lifetime and kind.
  ///
  /// @return the user or holder named in the token, or a failure UNAUTHENTICATED
  public Future<Principal.Member> verify(String token) {
    if (token.isEmpty() || token.length() > MAX_LENGTH) {
      return Future.failedFuture(unauthenticated());
    }
    return authenticated(token)
        .transform(result ->
            result.succeeded()
                ? member(result.result().attributes().getJsonObject("accessToken", NONE))
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

  private static Future<Principal.Member> member(JsonObject claims) {
    Principal.Member member = null;
    if (claims.getValue("sub") instanceof String id
        && claims.getValue("exp") instanceof Number
        && !claims.containsKey("deviceId")
        && isUuid(id)) {
      member = claims.containsKey("pass") ? holder(id, claims) : user(id, claims);
    }
    return member == null ? Future.failedFuture(unauthenticated()) : Future.succeededFuture(member);
  }

  private static Principal.@Nullable User user(String id, JsonObject claims) {
    if (!(claims.getValue("email") instanceof String email)) {
      return null;
    }
    String name = claims.getValue("displayName") instanceof String given ? given : email;
    return new Principal.User(id, email, name);
  }

  private static Principal.@Nullable Holder holder(String id, JsonObject claims) {
    return !claims.containsKey("email")
            && claims.getValue("displayName") instanceof String name
            && claims.getValue("pass") instanceof JsonObject pass
            && pass.getValue("room") instanceof String room
            && isUuid(room)
            && pass.getValue("owner") instanceof Boolean owner
            && pass.getValue("publish") instanceof Boolean publish
        ? new Principal.Holder(id, name, new Pass(room, owner, publish))
        : null;
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
