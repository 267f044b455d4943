package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON object as slices of its text, for payloads that are passed on: only where
/// they begin and end is looked at.
///
/// The text must be JSON; where it is not, a field may be missing or nonsense, but nothing worse.
final class Slices {

  private static final int MAX_FIELDS = 32;

  private final String text;
  private int[] spans = new int[16];
  private int count;

  private Slices(String text) {
    this.text = text;
  }

  /// @throws Failure INVALID when the text is no object, or one of more fields than any of ours has
  static Slices of(String json) {
    Slices slices = new Slices(json);
    if (!slices.scan()) {
      throw Failure.invalid("payload must be an object");
    }
    return slices;
  }

  private boolean scan() {
    int at = skipSpace(0);
    if (at >= text.length() || text.charAt(at) != '{') {
      return false;
    }
    at = skipSpace(at + 1);
    while (at < text.length() && text.charAt(at) == '"') {
      int keyEnd = endOfString(at);
      int colon = skipSpace(keyEnd);
      int from = skipSpace(colon + 1);
      int to = endOfValue(from);
      if (count == 4 * MAX_FIELDS || to <= from) {
        return false;
      }
      record(at + 1, keyEnd - 1, from, to);
      at = skipSpace(to);
      if (at >= text.length() || text.charAt(at) != ',') {
        break;
      }
      at = skipSpace(at + 1);
    }
    return at < text.length() && text.charAt(at) == '}';
  }

  private void record(int keyStart, int keyEnd, int from, int to) {
    if (count + 4 > spans.length) {
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    spans[count++] = keyStart;
    spans[count++] = keyEnd;
    spans[count++] = from;
    spans[count++] = to;
  }

  private int skipSpace(int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
    return at;
  }

  /// Index after the string that begins at `from`.
  private int endOfString(int from) {
    int end = text.indexOf('"', from + 1);
    while (end >= 0 && isEscaped(end, from)) {
      end = text.indexOf('"', end + 1);
    }
    return end < 0 ? text.length() : end + 1;
  }

  /// Whether an odd number of backslashes, all after `from`, stands before a character.
  private boolean isEscaped(int at, int from) {
    int first = at;
    while (first - 1 > from && text.charAt(first - 1) == '\\') {
      first--;
    }
    return (at - first) % 2 == 1;
  }

  /// Index after the value that begins at `from`.
  private int endOfValue(int from) {
    int depth = 0;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '"' -> at = endOfString(at) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (depth == 0) {
            return trimEnd(from, at);
          }
          depth--;
        }
        case ',' -> {
          if (depth == 0) {
            return trimEnd(from, at);
          }
        }
        default -> {}
      }
      at++;
    }
    return text.length();
  }

  private int trimEnd(int from, int to) {
    int end = to;
    while (end > from && text.charAt(end - 1) <= ' ') {
      end--;
    }
    return end;
  }

  /// The JSON text of a field; null when there is none. Of several of the name, the last.
  @Nullable String raw(String key) {
    for (int i = count - 4; i >= 0; i -= 4) {
      int start = spans[i];
      if (spans[i + 1] - start == key.length() && text.startsWith(key, start)) {
        return text.substring(spans[i + 2], spans[i + 3]);
      }
    }
    return null;
  }

  /// The characters of a field that is a string; null when it is absent or null.
  ///
  /// @throws Failure INVALID when it is something else, empty, or longer than `max`
  @Nullable String text(String key, int max) {
    String raw = raw(key);
    if (raw == null || raw.equals("null")) {
      return null;
    }
    String value = raw;
    if (raw.length() < 2 || raw.charAt(0) != '"') {
      throw Failure.invalid(key + " must be a string");
    }
    if (raw.indexOf('\\') < 0) {
      value = raw.substring(1, raw.length() - 1);
    } else {
      value = Json.read(raw, JsonNode.class).asText();
    }
    if (value.isEmpty() || value.length() > max) {
      throw Failure.invalid(key + " must have 1 to " + max + " characters");
    }
    return value;
  }
}
