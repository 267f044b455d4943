package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// How much memory a client's message takes, roughly: one for each JSON value and for every eight
/// characters of text.
final class Weight {

  /// Heaviest message that is looked at. A browser's capabilities weigh about 1,300.
  static final int MAX = 20_000;

  private static final int CHARACTERS = 8;

  private Weight() {}

  /// The weight, or something above `MAX` when it is more than that. The reader has bounded the
  /// nesting.
  static int of(JsonNode value) {
    return add(value, 0);
  }

  private static int add(JsonNode value, int before) {
    int sum = before + 1;
    if (value.isTextual()) {
      return Math.addExact(sum, value.textValue().length() / CHARACTERS);
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        if (sum > MAX) {
          return sum;
        }
        sum = add(field.getValue(), sum + field.getKey().length() / CHARACTERS);
      }
      return sum;
    }
    for (JsonNode child : value) {
      if (sum > MAX) {
        return sum;
      }
      sum = add(child, sum);
    }
    return sum;
  }
}
