package dev.parley.signaling.socketio;

import java.security.SecureRandom;
import java.util.Base64;

/// Ids that cannot be guessed: 20 characters base64url of 120 random bits. Any thread.
final class SecretIds {

  private static final int BYTES = 15;

  private final SecureRandom random = new SecureRandom();

  String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
