package dev.parley.room;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/// The code by which people join a room: `XXXX-XXXX-XXXX` from letters and digits that are not
/// mistaken for one another; 60 random bits.
final class RoomCode {

  private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final Pattern FORM = Pattern.compile("[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private RoomCode() {}

  static String random() {
    StringBuilder code = new StringBuilder(14);
    for (int i = 0; i < 12; i++) {
      if (i > 0 && i % 4 == 0) {
        code.append('-');
      }
      code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return code.toString();
  }

  static boolean isCode(String text) {
    return FORM.matcher(text).matches();
  }
}
