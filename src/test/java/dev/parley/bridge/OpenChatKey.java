package dev.parley.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/// A key of OpenChat, and the tokens that OpenChat signs with it.
public final class OpenChatKey {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER = "{\"alg\":\"ES256\"}";

  private final KeyPair pair;

  public OpenChatKey() {
    this("secp256r1");
  }

  OpenChatKey(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      this.pair = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The public key as PEM.
  public String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(spki())
        + "\n-----END PUBLIC KEY-----\n";
  }

  byte[] spki() {
    return pair.getPublic().getEncoded();
  }

  /// A token as OpenChat makes them.
  ///
  /// @param claims JSON
  public String token(String claims) {
    return token(HEADER, claims, "SHA256withECDSAinP1363Format");
  }

  String token(String header, String claims, String algorithm) {
    String text = part(header) + "." + part(claims);
    return text + "." + part(sign(text, algorithm));
  }

  private byte[] sign(String text, String algorithm) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(pair.getPrivate());
      signer.update(text.getBytes(UTF_8));
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String part(String text) {
    return part(text.getBytes(UTF_8));
  }

  static String part(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
