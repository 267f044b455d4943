package dev.parley.signaling.socketio;

import java.security.SecureRandom;
import java.util.Base64;

/// Ids of sessions and sockets: 20 characters of base64url, 120 random bits.
final class SessionIds {

  private static final SecureRandom RANDOM = new SecureRandom();

  private SessionIds() {}

  static String next() {
    byte[] bytes = new byte[15];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
