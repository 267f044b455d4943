package dev.parley.signaling.socketio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/// JSON text to trees and back, with binary values taken out and put back as Socket.IO does: in
/// their place stands `{"_placeholder":true,"num":i}`, depth first.
///
/// Names of members are not interned: they are the clients' to choose.
final class JsonText {

  private static final String PLACEHOLDER = "_placeholder";
  private static final String NUMBER = "num";

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxStringLength(Integer.MAX_VALUE)
                      .maxNameLength(Integer.MAX_VALUE)
                      .build())
              .build());

  private JsonText() {}

  /// The tree of a text that is known to be JSON.
  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  static String write(JsonNode node) {
    return node.toString();
  }

  /// `text` as a JSON string.
  static String quote(String text) {
    return isPlain(text) ? '"' + text + '"' : TextNode.valueOf(text).toString();
  }

  /// Whether no character of `text` needs an escape, as in most names.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /// `node` with its binary values moved to `attachments`; the node itself if it has none.
  static JsonNode takeBinaries(JsonNode node, List<Buffer> attachments) {
    if (!hasBinary(node)) {
      return node;
    }
    return switch (node) {
      case BinaryNode binary -> {
        ObjectNode placeholder = JsonNodeFactory.instance.objectNode();
        placeholder.put(PLACEHOLDER, true).put(NUMBER, attachments.size());
        attachments.add(Buffer.buffer(binary.binaryValue()));
        yield placeholder;
      }
      case ArrayNode array -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
        array.forEach(element -> copy.add(takeBinaries(element, attachments)));
        yield copy;
      }
      default -> {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
          copy.set(member.getKey(), takeBinaries(member.getValue(), attachments));
        }
        yield copy;
      }
    };
  }

  /// `node` with the attachments in the place of their placeholders; changes `node`.
  static JsonNode putBinaries(JsonNode node, List<Buffer> attachments) {
    if (isPlaceholder(node)) {
      JsonNode number = node.path(NUMBER);
      return isInRange(number, attachments.size())
          ? BinaryNode.valueOf(attachments.get(number.intValue()).getBytes())
          : node;
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, putBinaries(array.get(i), attachments));
      }
    } else if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        member.setValue(putBinaries(member.getValue(), attachments));
      }
    }
    return node;
  }

  /// Whether every placeholder in `node` names one of `count` attachments.
  static boolean placeholdersFit(JsonNode node, int count) {
    if (isPlaceholder(node)) {
      return isInRange(node.path(NUMBER), count);
    }
    for (JsonNode child : node) {
      if (!placeholdersFit(child, count)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlaceholder(JsonNode node) {
    return node.isObject() && node.path(PLACEHOLDER).booleanValue();
  }

  private static boolean isInRange(JsonNode number, int count) {
    return number.isInt() && number.intValue() >= 0 && number.intValue() < count;
  }

  private static boolean hasBinary(JsonNode node) {
    if (node.isBinary()) {
      return true;
    }
    for (JsonNode child : node) {
      if (hasBinary(child)) {
        return true;
      }
    }
    return false;
  }
}
