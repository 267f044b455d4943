package dev.parley.account;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The public keys that an issuer signs with at one time (a JWK Set, RFC 7517 §5).
final class KeySet {

  /// Keys looked at; an issuer has a handful.
  private static final int MAX_KEYS = 64;

  /// RFC 7518 §3.3.
  private static final int MIN_RSA_BITS = 2048;

  private final JWTAuth jwt;
  private final Set<String> ids;

  private KeySet(JWTAuth jwt, Set<String> ids) {
    this.jwt = jwt;
    this.ids = ids;
  }

  /// The keys of a document that serve for one of the algorithms; others are left out.
  ///
  /// @throws IllegalArgumentException when it is not such a document, or none of its keys serves
  static KeySet of(Vertx vertx, Buffer document, List<String> algorithms) {
    JsonArray keys = keys(document);
    JWTAuthOptions options =
        new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    Set<String> ids = new HashSet<>();
    boolean isEmpty = true;
    for (int i = 0; i < Math.min(keys.size(), MAX_KEYS); i++) {
      if (!(keys.getValue(i) instanceof JsonObject key) || !isForSignatures(key)) {
        continue;
      }
      for (String algorithm : algorithms) {
        JsonObject usable = usable(key, algorithm);
        if (usable != null) {
          options.addJwk(usable);
          isEmpty = false;
          if (usable.getValue("kid") instanceof String id) {
            ids.add(id);
          }
        }
      }
    }
    // The library takes a provider without keys for one of unsigned tokens.
    if (isEmpty) {
      throw new IllegalArgumentException("no usable key in the JWK set");
    }
    return new KeySet(JWTAuth.create(vertx, options), ids);
  }

  private static JsonArray keys(Buffer document) {
    JsonObject set;
    try {
      set = new JsonObject(document);
    } catch (DecodeException _) {
      throw new IllegalArgumentException("no JSON object");
    }
    if (!(set.getValue("keys") instanceof JsonArray keys)) {
      throw new IllegalArgumentException("no JWK set");
    }
    return keys;
  }

  private static boolean isForSignatures(JsonObject key) {
    Object use = key.getValue("use");
    Object operations = key.getValue("key_ops");
    return (use == null || use.equals("sig"))
        && (operations == null
            || (operations instanceof JsonArray several && several.contains("verify")));
  }

  /// The key reduced to what verifying by this algorithm takes; null when it is not for it. A
  /// certificate chain (`x5c`) beside it is not looked at: the key is trusted for where it is from.
  private static @Nullable JsonObject usable(JsonObject key, String algorithm) {
    if (key.getValue("alg") != null && !algorithm.equals(key.getValue("alg"))) {
      return null;
    }
    JsonObject usable =
        switch (algorithm) {
          case "ES256" -> elliptic(key, "P-256");
          case "ES384" -> elliptic(key, "P-384");
          case "ES512" -> elliptic(key, "P-521");
          default -> rsa(key);
        };
    if (usable == null) {
      return null;
    }
    if (key.getValue("kid") instanceof String id) {
      usable.put("kid", id);
    }
    return usable.put("alg", algorithm);
  }

  private static @Nullable JsonObject rsa(JsonObject key) {
    if (!"RSA".equals(key.getValue("kty"))
        || !(key.getValue("n") instanceof String modulus)
        || !(key.getValue("e") instanceof String exponent)
        || bits(modulus) < MIN_RSA_BITS) {
      return null;
    }
    return new JsonObject().put("kty", "RSA").put("n", modulus).put("e", exponent);
  }

  private static int bits(String number) {
    try {
      return new BigInteger(1, Base64.getUrlDecoder().decode(number)).bitLength();
    } catch (IllegalArgumentException _) {
      return 0;
    }
  }

  /// RFC 7518 §3.4: each algorithm has its curve.
  private static @Nullable JsonObject elliptic(JsonObject key, String curve) {
    if (!"EC".equals(key.getValue("kty"))
        || !curve.equals(key.getValue("crv"))
        || !(key.getValue("x") instanceof String x)
        || !(key.getValue("y") instanceof String y)) {
      return null;
    }
    return new JsonObject().put("kty", "EC").put("crv", curve).put("x", x).put("y", y);
  }

  /// One of the keys has this id.
  boolean names(@Nullable String id) {
    return id != null && ids.contains(id);
  }

  /// Whether one of the keys that may have signed the token has done so.
  Future<Boolean> haveSigned(ForeignToken token) {
    try {
      return jwt.authenticate(new TokenCredentials(token.text()))
          .transform(result -> Future.succeededFuture(result.succeeded()));
    } catch (RuntimeException _) {
      // The library throws at claims of types it does not expect.
      return Future.succeededFuture(false);
    }
  }
}
