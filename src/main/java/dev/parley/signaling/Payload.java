package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a client's message, each with its bounds; what does not fit is INVALID and
/// named.
final class Payload {

  private static final int MAX_ID = 128;

  private final JsonNode object;

  Payload(JsonNode object) {
    if (!object.isObject()) {
      throw Failure.invalid("payload must be an object");
    }
    this.object = object;
  }

  /// A string of `min` to `max` characters after trimming.
  String text(String field, int min, int max) {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw Failure.invalid(field + " must be a string");
    }
    String text = value.textValue().strip();
    if (text.length() < min) {
      throw Failure.invalid(field + " should not be empty");
    }
    if (text.length() > max) {
      throw Failure.invalid(field + " must be shorter than or equal to " + max + " characters");
    }
    if (text.codePoints().anyMatch(Payload::isUnfit)) {
      throw Failure.invalid(field + " must not contain control characters");
    }
    return text;
  }

  /// Control characters, and halves of surrogate pairs, which no encoding keeps.
  private static boolean isUnfit(int c) {
    return Character.isISOControl(c)
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /// A text for people to look at: what does not fit is left out or cut off; empty when there is
  /// none.
  String label(String field, int max) {
    String text = object.path(field).asText("").strip();
    StringBuilder fit = new StringBuilder();
    text.codePoints().filter(c -> !isUnfit(c)).limit(max).forEach(fit::appendCodePoint);
    return fit.toString();
  }

  /// A text of up to `max` characters; empty when it is absent, longer or something else.
  String textOrNothing(String field, int max) {
    JsonNode value = object.path(field);
    boolean fits =
        value.isTextual()
            && value.textValue().length() <= max
            && value.textValue().codePoints().noneMatch(Payload::isUnfit);
    return fits ? value.textValue() : "";
  }

  /// The same as `text`; empty when it is absent or null.
  String textOrEmpty(String field, int max) {
    return isAbsent(field) ? "" : text(field, 0, max);
  }

  /// An id as clients of different databases write it: up to 128 characters, or a whole number;
  /// empty when it is absent or null.
  String idOrEmpty(String field) {
    JsonNode value = object.path(field);
    return value.isIntegralNumber() ? value.asText() : textOrEmpty(field, MAX_ID);
  }

  /// A flag; `otherwise` when it is absent or null.
  boolean flagOr(String field, boolean otherwise) {
    return isAbsent(field) ? otherwise : flag(field);
  }

  /// An id: 1 to 128 characters.
  String id(String field) {
    return text(field, 1, MAX_ID);
  }

  boolean flag(String field) {
    JsonNode value = object.path(field);
    if (!value.isBoolean()) {
      throw Failure.invalid(field + " must be a boolean value");
    }
    return value.booleanValue();
  }

  @Nullable Boolean flagOrNull(String field) {
    return isAbsent(field) ? null : (Boolean) flag(field);
  }

  int number(String field, int min, int max) {
    JsonNode value = object.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw Failure.invalid(field + " must be an integer number");
    }
    int number = value.intValue();
    if (number < min) {
      throw Failure.invalid(field + " must not be less than " + min);
    }
    if (number > max) {
      throw Failure.invalid(field + " must not be greater than " + max);
    }
    return number;
  }

  @Nullable Integer numberOrNull(String field, int min, int max) {
    return isAbsent(field) ? null : (Integer) number(field, min, max);
  }

  /// One of the given words.
  String word(String field, List<String> words) {
    JsonNode value = object.path(field);
    if (!value.isTextual() || !words.contains(value.textValue())) {
      throw Failure.invalid(
          field + " must be one of the following values: " + String.join(", ", words));
    }
    return value.textValue();
  }

  /// An object, turned into a record.
  <T> T record(String field, Class<T> type) {
    JsonNode value = object.path(field);
    if (!value.isObject()) {
      throw Failure.invalid(field + " must be an object");
    }
    return Json.decode(value, type, field);
  }

  /// An object within this one; empty when there is none.
  Payload objectOrEmpty(String field) {
    JsonNode value = object.path(field);
    return new Payload(value.isObject() ? value : Json.MAPPER.createObjectNode());
  }

  boolean isAbsent(String field) {
    JsonNode value = object.path(field);
    return value.isMissingNode() || value.isNull();
  }
}
