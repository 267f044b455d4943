package dev.parley.account;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// A key of an issuer: its public half as a JWK, and tokens signed with its private half, made
/// without the library under test.
public record SigningKey(String id, KeyPair pair) {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private static final Map<String, Integer> BYTES = Map.of("P-256", 32, "P-384", 48, "P-521", 66);

  public static SigningKey rsa(String id, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return new SigningKey(id, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// @param curve as a JWK names it
  static SigningKey elliptic(String id, String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve.replaceFirst("P-(\\d+)", "secp$1r1")));
      return new SigningKey(id, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String part(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }

  static String part(String text) {
    return part(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The key as most issuers write it: for any algorithm of its type.
  public JsonObject jwk() {
    JsonObject jwk = new JsonObject().put("kid", id).put("use", "sig");
    if (pair.getPublic() instanceof RSAPublicKey key) {
      return jwk.put("kty", "RSA")
          .put("n", number(key.getModulus(), key.getModulus().bitLength() / 8))
          .put("e", number(key.getPublicExponent(), 3));
    }
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    String curve = "P-" + key.getParams().getOrder().bitLength();
    int size = BYTES.getOrDefault(curve, 0);
    return jwk.put("kty", "EC")
        .put("crv", curve)
        .put("x", number(key.getW().getAffineX(), size))
        .put("y", number(key.getW().getAffineY(), size));
  }

  private static String number(BigInteger value, int size) {
    byte[] bytes = value.toByteArray();
    byte[] sized = new byte[size];
    int length = Math.min(size, bytes.length);
    System.arraycopy(bytes, bytes.length - length, sized, size - length, length);
    return part(sized);
  }

  public String token(String algorithm, JsonObject claims) {
    return token(new JsonObject().put("alg", algorithm).put("kid", id), claims.encode());
  }

  /// A token with this header, signed as the header says.
  String token(JsonObject header, String claims) {
    String head = part(header.encode()) + "." + part(claims);
    return head + "." + part(signature(header.getString("alg"), head));
  }

  private byte[] signature(String algorithm, String text) {
    String hash = "SHA" + algorithm.substring(2);
    try {
      Signature signer =
          switch (algorithm.substring(0, 2)) {
            case "RS" -> Signature.getInstance(hash + "withRSA");
            case "PS" -> Signature.getInstance("RSASSA-PSS");
            default -> Signature.getInstance(hash + "withECDSAinP1363Format");
          };
      if (algorithm.startsWith("PS")) {
        int bits = Integer.parseInt(algorithm.substring(2));
        signer.setParameter(
            new PSSParameterSpec(
                "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
      }
      signer.initSign(pair.getPrivate());
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// A JWK set.
  public static String set(JsonObject... keys) {
    return new JsonObject().put("keys", Arrays.asList(keys)).encode();
  }
}
