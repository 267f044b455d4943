package dev.parley.bridge.daily;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Json;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Meeting tokens as Daily makes them: JWT by HS256, under a key that only Daily has. The claims
/// are the properties asked for, and `iat`.
final class StandInTokens {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;

  StandInTokens() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, "HmacSHA256");
  }

  String issue(ObjectNode properties, long nowMs) {
    ObjectNode claims = properties.deepCopy();
    claims.put("iat", nowMs / 1000);
    String head = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + part(claims.toString());
    return head + "." + BASE64.encodeToString(sign(head));
  }

  /// The claims of a token that is one of these and holds now.
  JsonNode verify(String token, long nowMs) {
    int end = token.lastIndexOf('.');
    if (end < 0
        || !MessageDigest.isEqual(
            sign(token.substring(0, end)),
            Base64.getUrlDecoder().decode(token.substring(end + 1)))) {
      throw new IllegalArgumentException("no token of this domain");
    }
    JsonNode claims = claims(token);
    if (claims.has("exp") && claims.get("exp").asLong() * 1000 <= nowMs) {
      throw new IllegalArgumentException("the token has expired");
    }
    if (claims.path("nbf").asLong() * 1000 > nowMs) {
      throw new IllegalArgumentException("the token does not hold yet");
    }
    return claims;
  }

  private static JsonNode claims(String token) {
    try {
      return Json.MAPPER.readTree(
          Base64.getUrlDecoder()
              .decode(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'))));
    } catch (IOException e) {
      throw new IllegalArgumentException("no token", e);
    }
  }

  private static String part(String json) {
    return BASE64.encodeToString(json.getBytes(UTF_8));
  }

  private byte[] sign(String head) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(head.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
