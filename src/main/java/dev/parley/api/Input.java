package dev.parley.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a body that may have others as well, each with its bounds.
final class Input {

  private final JsonNode body;

  Input(JsonNode body) {
    this.body = body;
  }

  JsonNode node(String field) {
    return body.path(field);
  }

  /// A text without the space around it; null when it is absent, null or empty.
  ///
  /// @throws Failure INVALID when it is something else, or longer than `max`
  @Nullable String text(String field, int max) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw Failure.invalid(field + " must be a string");
    }
    String text = value.textValue().strip();
    if (text.length() > max) {
      throw Failure.invalid(field + " must be shorter than or equal to " + max + " characters");
    }
    if (text.codePoints().anyMatch(Input::isUnfit)) {
      throw Failure.invalid(field + " must not contain control characters");
    }
    return text.isEmpty() ? null : text;
  }

  /// Control characters, and halves of surrogate pairs, which no encoding keeps.
  static boolean isUnfit(int c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t')
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /// An id in a path.
  ///
  /// @throws Failure INVALID when it cannot be one
  static String pathId(RoutingContext context, String name) {
    String text = String.valueOf(context.pathParam(name));
    if (text.codePoints().anyMatch(Input::isUnfit)) {
      throw Failure.invalid(name + " must not contain control characters");
    }
    return text;
  }

  String textOrEmpty(String field, int max) {
    String text = text(field, max);
    return text == null ? "" : text;
  }

  /// An id, which some clients write as a number; null when it is absent.
  @Nullable String id(String field, int max) {
    JsonNode value = body.path(field);
    return value.isIntegralNumber() ? value.asText() : text(field, max);
  }

  /// A time in ISO 8601, in UTC where it names no offset; null when it is absent.
  @Nullable Instant time(String field) {
    String text = text(field, 64);
    if (text == null) {
      return null;
    }
    try {
      if (text.indexOf('T') < 0) {
        return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      boolean isLocal = !text.endsWith("Z") && text.indexOf('+') < 0 && text.lastIndexOf('-') < 8;
      return isLocal
          ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      throw Failure.invalid(field + " must be a valid ISO 8601 date string");
    }
  }

  /// A whole number of the query; `otherwise` when it is absent, `max` when it is more.
  static int number(RoutingContext context, String name, int otherwise, int min, int max) {
    String text = context.request().getParam(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= min) {
        return Math.min(number, max);
      }
    } catch (NumberFormatException _) {
      // Refused like a number out of range.
    }
    throw Failure.invalid(name + " must be a whole number, " + min + " or more");
  }
}
