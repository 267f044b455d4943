package dev.parley.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query of a URL whose author may have forgotten to encode it: what looks like an escape and
/// is none stands for itself (WHATWG URL Standard, application/x-www-form-urlencoded parsing).
final class LenientQuery {

  private static final int MAX_FIELDS = 64;

  private LenientQuery() {}

  /// The first value of each name.
  static Map<String, String> of(@Nullable String query) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (query == null) {
      return fields;
    }
    for (String field : query.split("&", MAX_FIELDS)) {
      int equals = field.indexOf('=');
      String name = decode(equals < 0 ? field : field.substring(0, equals));
      fields.putIfAbsent(name, equals < 0 ? "" : decode(field.substring(equals + 1)));
    }
    return fields;
  }

  private static String decode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '+') {
        decoded.write(' ');
      } else if (isEscape(bytes, i)) {
        decoded.write(
            HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(byte[] bytes, int at) {
    return bytes[at] == '%'
        && at + 2 < bytes.length
        && HexFormat.isHexDigit(bytes[at + 1])
        && HexFormat.isHexDigit(bytes[at + 2]);
  }
}
