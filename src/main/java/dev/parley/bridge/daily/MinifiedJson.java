package dev.parley.bridge.daily;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// JSON as `JSON.stringify` would write what it was parsed from: no space, no escape that is not
/// needed, the same order of properties. Numbers keep their text.
final class MinifiedJson {

  private static final HexFormat HEX = HexFormat.of();

  private final StringBuilder out;

  /// Whether the next value or name comes after another one.
  private boolean isNext;

  private MinifiedJson(int length) {
    this.out = new StringBuilder(length);
  }

  /// Null for what is not one JSON value.
  static byte @Nullable [] of(byte[] json) {
    MinifiedJson minified = new MinifiedJson(json.length);
    try (JsonParser parser = Json.MAPPER.createParser(new String(json, StandardCharsets.UTF_8))) {
      int depth = 0;
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructEnd()) {
          depth--;
        } else if (depth == 0 && ++values > 1) {
          return null;
        }
        minified.add(token, parser);
        if (token.isStructStart()) {
          depth++;
        }
      }
      return values == 1 ? minified.out.toString().getBytes(StandardCharsets.UTF_8) : null;
    } catch (IOException _) {
      return null;
    }
  }

  private void add(JsonToken token, JsonParser parser) throws IOException {
    if (token.isStructEnd()) {
      out.append(token.asString());
      isNext = true;
      return;
    }
    if (isNext) {
      out.append(',');
    }
    isNext = true;
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        out.append(token.asString());
        isNext = false;
      }
      case FIELD_NAME -> {
        text(parser.currentName());
        out.append(':');
        isNext = false;
      }
      case VALUE_STRING -> text(parser.getText());
      default -> out.append(parser.getText());
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || isHalf(text, i)) {
            out.append("\\u").append(HEX.toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /// Half of a surrogate pair, without the other half.
  private static boolean isHalf(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
