package dev.parley.account;

import dev.parley.kernel.Features;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a signed token (JWT, RFC 7519, in the compact form of RFC 7515) says. Nothing of it is
/// proven before its signature has been verified.
///
/// @param text all of it: three parts, none of them empty
/// @param algorithm of its signature, as it says
/// @param keyId `kid` of the key it is signed with; null when it names none
record ForeignToken(String text, String algorithm, @Nullable String keyId, JsonObject claims) {

  /// Longer ones are not looked at.
  private static final int MAX_LENGTH = 8192;

  /// By which the clocks of an issuer and this node may differ.
  private static final int LEEWAY_SECONDS = 5;

  /// Of an identity (OpenID Connect Core §2, `sub`).
  private static final int MAX_ID = 128;

  /// Of an address (RFC 5321 §4.5.3.1.3).
  private static final int MAX_EMAIL = 254;

  /// The parts of a token; null when the text is none, or one whose header says what it must not.
  static @Nullable ForeignToken of(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3 || parts[2].isEmpty()) {
      return null;
    }
    JsonObject header = json(parts[0]);
    JsonObject claims = json(parts[1]);
    if (header == null || claims == null) {
      return null;
    }
    // RFC 7515 §4.1.11: extensions that must be understood, and none is.
    if (header.containsKey("crit") || !(header.getValue("alg") instanceof String algorithm)) {
      return null;
    }
    Object keyId = header.getValue("kid");
    if (keyId != null && !(keyId instanceof String)) {
      return null;
    }
    return new ForeignToken(text, algorithm, (String) keyId, claims);
  }

  private static @Nullable JsonObject json(String part) {
    try {
      return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(part)));
    } catch (RuntimeException _) {
      // Not base64url, not JSON, too deep, or JSON but no object.
      return null;
    }
  }

  boolean isOf(Features.Issuer issuer) {
    return issuer.issuer().equals(claims.getValue("iss"));
  }

  /// It is of this issuer, for this audience, signed as this issuer signs, and valid now.
  boolean fits(Features.Issuer issuer, long nowMs) {
    return isOf(issuer)
        && issuer.algorithms().contains(algorithm)
        && isFor(issuer.audience())
        && isValidAt(nowMs / 1000);
  }

  private boolean isFor(String audience) {
    return switch (claims.getValue("aud")) {
      case String one -> one.equals(audience);
      case JsonArray several -> several.contains(audience);
      case null, default -> false;
    };
  }

  private boolean isValidAt(long nowSeconds) {
    if (!(claims.getValue("exp") instanceof Number end)
        || end.doubleValue() <= nowSeconds - LEEWAY_SECONDS) {
      return false;
    }
    return !claims.containsKey("nbf")
        || (claims.getValue("nbf") instanceof Number begin
            && begin.doubleValue() <= nowSeconds + LEEWAY_SECONDS);
  }

  /// Whom it names: `oid` (the same in all applications of an Azure tenant) or else `sub`. Null
  /// when it names nobody.
  Principal.@Nullable Foreign identity(Features.Issuer issuer) {
    String id = text("oid", MAX_ID);
    if (id == null) {
      id = text("sub", MAX_ID);
    }
    return id == null
        ? null
        : new Principal.Foreign(id, text("email", MAX_EMAIL), displayName(), issuer.issuer());
  }

  private String displayName() {
    for (String claim : new String[] {"name", "preferred_username", "email"}) {
      if (claims.getValue(claim) instanceof String given) {
        String name = Names.printable(given);
        if (!name.isEmpty()) {
          return name;
        }
      }
    }
    return "Unknown User";
  }

  /// A claim that is a text of one to `max` characters without control characters; else null.
  private @Nullable String text(String claim, int max) {
    return claims.getValue(claim) instanceof String value
            && !value.isBlank()
            && value.length() <= max
            && value.chars().noneMatch(Character::isISOControl)
        ? value
        : null;
  }

  /// Not the text: it is a secret.
  @Override
  public String toString() {
    return "ForeignToken[algorithm=" + algorithm + ", keyId=" + keyId + "]";
  }
}
