package dev.parley.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Checks a body's fields as the original servers' validators do: all complaints at once, in their
/// words, joined by a comma.
final class Fields {

  // A part, an @, and a domain with a dot; what is beyond that only delivering a mail can tell.
  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@\"<>()\\[\\],;:\\\\]{1,64}@[A-Za-z0-9.-]{1,190}\\.[A-Za-z]{2,63}");

  /// RFC 5321 §4.5.3.1.3, and what the store holds.
  private static final int MAX_EMAIL = 254;

  /// Complaints told; a body with more wrong than that is not worth an inventory.
  private static final int MAX_COMPLAINTS = 20;

  private final JsonNode body;
  private final List<String> complaints = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();

  private Fields(JsonNode body) {
    this.body = body;
  }

  /// @param known names the body may have
  static Fields of(JsonNode body, List<String> known) {
    Fields fields = new Fields(body);
    body.fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name) && fields.complaints.size() < MAX_COMPLAINTS) {
            String shown = name.length() > 64 ? name.substring(0, 64) : name;
            fields.complaints.add("property " + shown + " should not exist");
          }
        });
    return fields;
  }

  Fields email(String name) {
    JsonNode value = body.path(name);
    if (value.isTextual() && isEmail(value.textValue().strip())) {
      values.put(name, value.textValue().strip());
    } else {
      complaints.add(name + " must be an email");
    }
    return this;
  }

  private static boolean isEmail(String text) {
    return text.length() <= MAX_EMAIL && !hasControls(text) && EMAIL.matcher(text).matches();
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  /// A string of `min` to `max` characters, none of them a control character.
  Fields text(String name, int min, int max) {
    JsonNode value = body.path(name);
    String text = value.isTextual() ? value.textValue() : null;
    if (text == null || text.length() > max) {
      complaints.add(name + " must be shorter than or equal to " + max + " characters");
    }
    if (text == null || text.length() < min) {
      complaints.add(name + " must be longer than or equal to " + min + " characters");
    }
    if (text != null && hasControls(text)) {
      complaints.add(name + " must not contain control characters");
    }
    if (text == null) {
      complaints.add(name + " must be a string");
    } else {
      values.put(name, text);
    }
    return this;
  }

  /// A string of 1 to `max` characters, none of them a control character.
  Fields filled(String name, int max) {
    JsonNode value = body.path(name);
    boolean isEmpty = value.isTextual() && value.textValue().isEmpty();
    if (isEmpty || value.isMissingNode() || value.isNull()) {
      complaints.add(name + " should not be empty");
    }
    if (value.isTextual()) {
      bounded(name, value.textValue(), max, true);
    } else {
      complaints.add(name + " must be a string");
    }
    return this;
  }

  /// A string of at most `max` characters, lines and tabs allowed, or nothing.
  Fields maybe(String name, int max) {
    JsonNode value = body.path(name);
    if (value.isTextual()) {
      bounded(name, value.textValue(), max, false);
    } else if (!value.isMissingNode() && !value.isNull()) {
      complaints.add(name + " must be a string");
    }
    return this;
  }

  private void bounded(String name, String text, int max, boolean isOneLine) {
    if (text.length() > max) {
      complaints.add(name + " must be shorter than or equal to " + max + " characters");
    }
    if (text.codePoints().anyMatch(c -> Input.isUnfit(c) || (isOneLine && c < ' '))) {
      complaints.add(name + " must not contain control characters");
    }
    values.put(name, text);
  }

  /// One of some words.
  Fields oneOf(String name, List<String> words) {
    JsonNode value = body.path(name);
    if (value.isTextual() && words.contains(value.textValue())) {
      values.put(name, value.textValue());
    } else {
      complaints.add(name + " must be one of the following values: " + String.join(", ", words));
    }
    return this;
  }

  /// True or false, or nothing; its value is `"true"` or `"false"`.
  Fields flag(String name) {
    JsonNode value = body.path(name);
    if (value.isBoolean()) {
      values.put(name, value.asText());
    } else if (!value.isMissingNode() && !value.isNull()) {
      complaints.add(name + " must be a boolean value");
    }
    return this;
  }

  /// @throws Failure INVALID with all complaints
  Map<String, String> checked() {
    if (!complaints.isEmpty()) {
      throw Failure.invalid(complaints);
    }
    return values;
  }
}
