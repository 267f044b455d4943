package dev.parley.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Json;
import java.util.ArrayList;
import java.util.List;

/// What can be put in the place of a JSON value by somebody who means no good.
final class Mutations {

  /// Values of every type, the empty, the extreme and the strange.
  static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "0.5",
          "99999999999999999999",
          "1e300",
          "\"\"",
          "\"x\"",
          "\"\\u0000\"",
          "\"{}\"",
          "\"\\ud800\"",
          "\"" + "y".repeat(5_000) + "\"",
          "[]",
          "[null]",
          "[[[[[[[[]]]]]]]]",
          "{}",
          "{\"a\":{\"b\":[{}]}}");

  /// Half a surrogate pair travels only as an escape.
  private static final ObjectWriter ASCII =
      Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private Mutations() {}

  /// Every document that differs from this one in one place, at any depth: the value there is
  /// missing, or one of `VALUES`.
  static List<String> of(String document) {
    List<String> all = new ArrayList<>();
    JsonNode root = Json.read(document, JsonNode.class);
    visit(root, root, all);
    return all;
  }

  private static String text(JsonNode root) {
    try {
      return ASCII.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void visit(JsonNode root, JsonNode at, List<String> all) {
    if (at instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode original = object.get(name);
        object.remove(name);
        all.add(text(root));
        for (String value : VALUES) {
          object.set(name, Json.read(value, JsonNode.class));
          all.add(text(root));
        }
        object.set(name, original);
        visit(root, original, all);
      }
    } else if (at instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode original = array.get(i);
        for (String value : VALUES) {
          array.set(i, Json.read(value, JsonNode.class));
          all.add(text(root));
        }
        array.set(i, original);
        visit(root, original, all);
      }
    }
  }
}
