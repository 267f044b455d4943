package dev.parley.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// What people of other systems are called here.
final class Names {

  /// Of a name; what is longer is cut off.
  private static final int MAX_NAME = 100;

  private static final String NAMESPACE = "bridge";

  private Names() {}

  /// A name as it may be shown: without control characters, of a bounded length; may be empty.
  static String printable(String text) {
    return text.codePoints()
        .filter(c -> !Character.isISOControl(c))
        .limit(MAX_NAME)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .strip();
  }

  /// The id of a user of another system: always the same, and of a version (8, RFC 9562 §5.8) that
  /// no account's has.
  static String uuidOf(String issuer, String userId) {
    // Lengths keep two pairs from being one text.
    String name = NAMESPACE + ":" + issuer.length() + ":" + issuer + ":" + userId;
    ByteBuffer hash = ByteBuffer.wrap(sha256(name));
    long high = (hash.getLong() & ~0xF000L) | 0x8000L;
    long low = (hash.getLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low).toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
