package dev.parley.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Text as its bytes in UTF-8: what is only passed on is never decoded. Immutable; any thread.
public final class Utf8 {

  private static final Utf8 EMPTY = new Utf8(new byte[0]);

  private final byte[] bytes;

  private Utf8(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Half a surrogate pair becomes a question mark.
  public static Utf8 of(String text) {
    return text.isEmpty() ? EMPTY : new Utf8(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Takes over bytes, which are not to be changed any more.
  static Utf8 wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Utf8(bytes);
  }

  /// This text with others around it.
  public Utf8 between(CharSequence before, CharSequence after) {
    byte[] head = encode(before);
    byte[] tail = encode(after);
    byte[] joined = Arrays.copyOf(head, head.length + bytes.length + tail.length);
    System.arraycopy(bytes, 0, joined, head.length, bytes.length);
    System.arraycopy(tail, 0, joined, head.length + bytes.length, tail.length);
    return new Utf8(joined);
  }

  private static byte[] encode(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// Length in bytes.
  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /// The bytes themselves, not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Utf8 text && Arrays.equals(bytes, text.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// The text, decoded anew on each call.
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
