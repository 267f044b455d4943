package dev.parley.room;

import dev.parley.kernel.Ids;
import java.util.regex.Pattern;

/// The code by which people join a room: `XXXX-XXXX-XXXX` from letters and digits that are not
/// mistaken for one another; 60 random bits.
final class RoomCode {

  private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final Pattern FORM = Pattern.compile("[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}");

  private RoomCode() {}

  static String random() {
    return Ids.code(ALPHABET, 3, 4);
  }

  static boolean isCode(String text) {
    return FORM.matcher(text).matches();
  }
}
