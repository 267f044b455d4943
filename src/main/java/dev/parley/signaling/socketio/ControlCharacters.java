package dev.parley.signaling.socketio;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Looks for the characters below U+0020, eight bytes at a time.
final class ControlCharacters {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long BLANKS = 0x2020202020202020L;

  private ControlCharacters() {}

  /// Whether `text` holds none.
  static boolean isNoneIn(String text) {
    // In UTF-8 they are the bytes below 0x20, and no others are.
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int at = 0;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, at);
      // The high bit of a byte stays clear that is 0x20 to 0x7f, and is masked in one from 0x80 on.
      // What is borrowed from the next byte comes from one below 0x20, which has been found then.
      if (((eight - BLANKS) & ~eight & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < bytes.length; at++) {
      if (bytes[at] >= 0 && bytes[at] < ' ') {
        return false;
      }
    }
    return true;
  }
}
