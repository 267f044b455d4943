package dev.parley.account;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens of devices, by which strangers are known: JWT by HS256 with claims `sub` and `deviceId`
/// (both the id), `iat`, `exp`. A moderator's has `role`: `moderator` or `admin`; such tokens are
/// not issued here but by whoever has the key, besides the devices that the configuration names.
public final class DeviceTokens {

  /// Longest id of a device, in characters.
  public static final int MAX_DEVICE_ID = 128;

  private static final int MAX_LENGTH = 8192;
  private static final JsonObject NONE = new JsonObject();

  private final JWTAuth jwt;
  private final Set<String> moderators;
  private final Duration lifetime;

  /// @param accountsSecret from which the key is derived when the configuration has none
  public DeviceTokens(Vertx vertx, String accountsSecret, Features.Match config) {
    String secret =
        config.jwtSecret().isSet() ? config.jwtSecret().value() : derived(accountsSecret);
    this.jwt =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret)));
    this.lifetime = config.jwtExpiration();
    this.moderators = new HashSet<>(config.moderators());
  }

  /// A key of its own, so that no token of one kind passes for one of the other.
  private static String derived(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] key = mac.doFinal("device tokens".getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Life of a token.
  public Duration lifetime() {
    return lifetime;
  }

  public String issue(String deviceId) {
    return jwt.generateToken(
        new JsonObject().put("sub", deviceId).put("deviceId", deviceId),
        new JWTOptions()
            .setAlgorithm("HS256")
            .setExpiresInSeconds(Math.toIntExact(lifetime.toSeconds())));
  }

  /// Checks signature, algorithm, lifetime and kind; fails with UNAUTHENTICATED.
  public Future<Principal.Device> verify(String token) {
    if (token.isEmpty() || token.length() > MAX_LENGTH) {
      return Future.failedFuture(required());
    }
    return authenticated(token)
        .transform(result ->
            result.succeeded() ? device(result.result()) : Future.failedFuture(required()));
  }

  /// The library throws at claims of types it does not expect.
  private Future<JsonObject> authenticated(String token) {
    try {
      return jwt.authenticate(new TokenCredentials(token))
          .map(user -> user.attributes().getJsonObject("accessToken", NONE));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Principal.Device> device(JsonObject claims) {
    if (!(claims.getValue("exp") instanceof Number)) {
      return Future.failedFuture(required());
    }
    if (!(claims.getValue("deviceId") instanceof String id)
        || id.isEmpty()
        || id.length() > MAX_DEVICE_ID) {
      return Future.failedFuture(
          new Failure(Failure.Code.UNAUTHENTICATED, "Invalid token payload"));
    }
    Object role = claims.getValue("role");
    boolean mayModerate =
        "moderator".equals(role) || "admin".equals(role) || moderators.contains(id);
    return Future.succeededFuture(new Principal.Device(id, mayModerate));
  }

  private static Failure required() {
    return new Failure(Failure.Code.UNAUTHENTICATED, "Authentication required");
  }
}
