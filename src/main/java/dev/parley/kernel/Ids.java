package dev.parley.kernel;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/// Names that nobody can guess, all from the system's secure random source.
public final class Ids {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();
  private static final int SHORT_BYTES = 15;

  private Ids() {}

  /// A random UUID (RFC 9562 version 4) in its text form.
  public static String uuid() {
    return UUID.randomUUID().toString();
  }

  /// Twenty letters, digits, `-` and `_` that hold 120 random bits.
  public static String shortId() {
    return token(SHORT_BYTES);
  }

  /// So many random bytes in the URL-safe Base64 of RFC 4648 §5, without padding.
  public static String token(int bytes) {
    var random = new byte[bytes];
    RANDOM.nextBytes(random);
    return URL_SAFE.encodeToString(random);
  }

  /// A code that people read aloud: `groups` groups of `length` characters of the alphabet, joined
  /// by `-`; each character is equally likely.
  public static String code(String alphabet, int groups, int length) {
    if (alphabet.length() < 2 || groups < 1 || length < 1) {
      throw new IllegalArgumentException("a code needs two characters, one group, one place");
    }
    var code = new StringBuilder(groups * (length + 1));
    for (int i = 0; i < groups * length; i++) {
      if (i > 0 && i % length == 0) {
        code.append('-');
      }
      code.append(alphabet.charAt(RANDOM.nextInt(alphabet.length())));
    }
    return code.toString();
  }
}
