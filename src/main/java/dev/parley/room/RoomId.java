package dev.parley.room;

import dev.parley.kernel.Ids;
import java.util.Locale;
import java.util.regex.Pattern;

/// The forms of room ids: a meeting's is 10 capital letters and digits, all others' are UUIDs in
/// lower case. What is of neither form names no room, and must not become part of a key.
public final class RoomId {

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final int MEETING_LENGTH = 10;
  private static final Pattern MEETING = Pattern.compile("[A-Z0-9]{10}");
  private static final Pattern UUID = Pattern.compile("[0-9a-f-]{36}");

  private RoomId() {}

  /// A new meeting's: 51 random bits.
  static String ofMeeting() {
    return Ids.code(ALPHABET, 1, MEETING_LENGTH);
  }

  /// A meeting's id as people may write it, in letters of either case, as it is; or the text.
  public static String meeting(String text) {
    return text.strip().toUpperCase(Locale.ROOT);
  }

  static boolean isMeeting(String text) {
    return MEETING.matcher(text).matches();
  }

  static boolean isUuid(String text) {
    return UUID.matcher(text).matches();
  }

  static boolean isAny(String text) {
    return isMeeting(text) || isUuid(text);
  }
}
