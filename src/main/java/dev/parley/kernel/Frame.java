package dev.parley.kernel;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// The body of a message between two nodes over `Links`, read front to back. Not thread-safe.
///
/// Texts and bytes are preceded by their length (int). Numbers are big endian.
///
/// Reading past the end throws `IndexOutOfBoundsException`.
public final class Frame {

  private final Buffer buffer;
  private final int end;
  private int at;

  /// The bytes of `buffer` from `start` to before `end`.
  Frame(Buffer buffer, int start, int end) {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
  }

  /// Writes a frame's body.
  @FunctionalInterface
  public interface Body {

    /// Appends to `out` in the order in which it will be read; does nothing else with it. Called
    /// under a lock: it must be quick.
    void writeTo(Writer out);
  }

  /// Appends fields to a frame.
  public static final class Writer {

    private final Buffer buffer;

    Writer(Buffer buffer) {
      this.buffer = buffer;
    }

    /// Appends one byte, the lowest of `value`.
    public Writer octet(int value) {
      buffer.appendByte((byte) value);
      return this;
    }

    public Writer int32(int value) {
      buffer.appendInt(value);
      return this;
    }

    public Writer int64(long value) {
      buffer.appendLong(value);
      return this;
    }

    public Writer text(String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      buffer.appendInt(bytes.length).appendBytes(bytes);
      return this;
    }

    /// The same as `text` writes.
    public Writer utf8(Utf8 value) {
      buffer.appendInt(value.length()).appendBytes(value.bytes());
      return this;
    }

    public Writer bytes(Buffer value) {
      buffer.appendInt(value.length()).appendBuffer(value);
      return this;
    }
  }

  /// The next byte, 0 to 255.
  public int octet() {
    return buffer.getUnsignedByte(advance(1));
  }

  public int int32() {
    return buffer.getInt(advance(Integer.BYTES));
  }

  public long int64() {
    return buffer.getLong(advance(Long.BYTES));
  }

  public String text() {
    int length = int32();
    int from = advance(length);
    return buffer.getString(from, from + length);
  }

  /// The next text, as it is.
  public Utf8 utf8() {
    int length = int32();
    int from = advance(length);
    return Utf8.wrap(buffer.getBytes(from, from + length));
  }

  /// The next bytes, as a copy.
  public Buffer bytes() {
    int length = int32();
    int from = advance(length);
    return buffer.getBuffer(from, from + length);
  }

  /// Whether all has been read.
  public boolean isAtEnd() {
    return at == end;
  }

  private int advance(int count) {
    int from = at;
    if (count < 0 || count > end - from) {
      throw new IndexOutOfBoundsException("frame ends before " + count + " bytes");
    }
    at = from + count;
    return from;
  }
}
