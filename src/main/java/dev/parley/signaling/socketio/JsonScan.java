package dev.parley.signaling.socketio;

import java.util.Arrays;

/// A strict, bounded pass over JSON text (RFC 8259) that finds where values are without building
/// them.
///
/// Text that passes is JSON for every other reader too: it nests at most `maxDepth` deep, its
/// numbers have at most 400 characters, an array whose elements are recorded has at most 1024, and
/// an object whose members are recorded at most 512.
final class JsonScan {

  private static final int MAX_ELEMENTS = 1024;
  private static final int MAX_NUMBER_LENGTH = 400;

  /// From this length on it pays to look first whether there is any control character.
  private static final int LONG_TEXT = 256;

  private final String text;

  /// Whether the text is known to hold no control character, so that of a string only its escapes
  /// and its end have to be found.
  private final boolean isClean;

  private final int maxDepth;
  private int pos;
  private int[] spans = new int[8];
  private int spanCount;

  JsonScan(String text, int start, int maxDepth) {
    this.text = text;
    this.isClean = text.length() >= LONG_TEXT && ControlCharacters.isNoneIn(text);
    this.pos = start;
    this.maxDepth = maxDepth;
  }

  /// Whether the rest of the text is one array; records its elements.
  boolean isArray() {
    skipSpace();
    return peek() == '[' && array(1, true) && isAtEnd();
  }

  /// Whether the rest of the text is one object.
  boolean isObject() {
    skipSpace();
    return peek() == '{' && object(1, false) && isAtEnd();
  }

  /// Whether the rest of the text is one object; records the names and values of its members, in
  /// turn.
  boolean isRecordedObject() {
    skipSpace();
    return peek() == '{' && object(1, true) && isAtEnd();
  }

  /// Whether the rest of the text is one string.
  boolean isString() {
    skipSpace();
    return peek() == '"' && string() && isAtEnd();
  }

  /// Start (inclusive) and end (exclusive) of each element that was recorded, in pairs.
  int[] spans() {
    return Arrays.copyOf(spans, spanCount);
  }

  private boolean value(int depth) {
    return switch (peek()) {
      case '{' -> depth < maxDepth && object(depth + 1, false);
      case '[' -> depth < maxDepth && array(depth + 1, false);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    };
  }

  private boolean array(int depth, boolean isRecorded) {
    pos++;
    skipSpace();
    if (take(']')) {
      return true;
    }
    while (true) {
      skipSpace();
      int start = pos;
      if (!value(depth) || (isRecorded && !record(start))) {
        return false;
      }
      skipSpace();
      if (take(']')) {
        return true;
      }
      if (!take(',')) {
        return false;
      }
    }
  }

  private boolean object(int depth, boolean isRecorded) {
    pos++;
    skipSpace();
    if (take('}')) {
      return true;
    }
    while (true) {
      skipSpace();
      int name = pos;
      if (peek() != '"' || !string() || (isRecorded && !record(name))) {
        return false;
      }
      skipSpace();
      if (!take(':')) {
        return false;
      }
      skipSpace();
      int start = pos;
      if (!value(depth) || (isRecorded && !record(start))) {
        return false;
      }
      skipSpace();
      if (take('}')) {
        return true;
      }
      if (!take(',')) {
        return false;
      }
    }
  }

  private boolean string() {
    pos++;
    return isClean ? cleanString() : anyString();
  }

  private boolean anyString() {
    while (pos < text.length()) {
      char c = text.charAt(pos++);
      if (c == '"') {
        return true;
      }
      if (c < ' ' || (c == '\\' && !escape())) {
        return false;
      }
    }
    return false;
  }

  /// The same by `indexOf`, which looks at many characters at once.
  private boolean cleanString() {
    int end = text.indexOf('"', pos);
    while (end >= 0) {
      int slash = text.indexOf('\\', pos, end);
      if (slash < 0) {
        pos = end + 1;
        return true;
      }
      pos = slash + 1;
      if (!escape()) {
        return false;
      }
      if (pos > end) {
        end = text.indexOf('"', pos);
      }
    }
    return false;
  }

  private boolean escape() {
    if (pos >= text.length()) {
      return false;
    }
    return switch (text.charAt(pos++)) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
      case 'u' -> fourHexDigits();
      default -> false;
    };
  }

  private boolean fourHexDigits() {
    int end = pos + 4;
    if (end > text.length()) {
      return false;
    }
    while (pos < end) {
      if (!isHexDigit(text.charAt(pos++))) {
        return false;
      }
    }
    return true;
  }

  private boolean number() {
    int start = pos;
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      if (!digits()) {
        return false;
      }
    }
    return pos - start <= MAX_NUMBER_LENGTH;
  }

  private boolean digits() {
    int start = pos;
    while (peek() >= '0' && peek() <= '9') {
      pos++;
    }
    return pos > start;
  }

  private boolean word(String word) {
    if (!text.startsWith(word, pos)) {
      return false;
    }
    pos += word.length();
    return true;
  }

  private boolean record(int start) {
    if (spanCount == 2 * MAX_ELEMENTS) {
      return false;
    }
    if (spanCount == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spanCount);
    }
    spans[spanCount++] = start;
    spans[spanCount++] = pos;
    return true;
  }

  private void skipSpace() {
    while (pos < text.length()) {
      char c = text.charAt(pos);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return;
      }
      pos++;
    }
  }

  private boolean isAtEnd() {
    skipSpace();
    return pos == text.length();
  }

  private boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    pos++;
    return true;
  }

  /// The next character; a NUL, which JSON never holds, at the end.
  private char peek() {
    return pos < text.length() ? text.charAt(pos) : '\0';
  }

  private static boolean isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
