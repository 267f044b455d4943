package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Binary values in a packet: each stands as `{"_placeholder":true,"num":i}` in the JSON, and the
/// bytes follow in messages of their own. In trees they are binary nodes.
final class Attachments {

  private final List<Buffer> parts = new ArrayList<>();
  private final SocketPacket packet;

  /// Collects the parts of a packet whose header has come.
  Attachments(SocketPacket packet) {
    this.packet = packet;
  }

  void add(Buffer part) {
    parts.add(part);
  }

  boolean isComplete() {
    return parts.size() == packet.attachments();
  }

  int bytes() {
    return parts.stream().mapToInt(Buffer::length).sum();
  }

  SocketPacket packet() {
    return packet;
  }

  /// The payload with its binary values in place; null when a placeholder is wrong.
  @Nullable JsonNode assembled() {
    try {
      return filled(packet.payload());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private JsonNode filled(JsonNode node) {
    if (node.path("_placeholder").asBoolean(false)) {
      JsonNode number = node.path("num");
      if (!number.isInt() || number.intValue() < 0 || number.intValue() >= parts.size()) {
        throw new IllegalArgumentException("no such attachment");
      }
      return BinaryNode.valueOf(parts.get(number.intValue()).getBytes());
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, filled(array.get(i)));
      }
    } else if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        field.setValue(filled(field.getValue()));
      }
    }
    return node;
  }

  /// Takes the binary values out of a tree that is to be sent, depth first, and leaves placeholders
  /// in a copy of it.
  static JsonNode extract(JsonNode node, List<Buffer> into) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (node instanceof BinaryNode binary) {
      ObjectNode placeholder = nodes.objectNode().put("_placeholder", true).put("num", into.size());
      into.add(Buffer.buffer(binary.binaryValue()));
      return placeholder;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = nodes.arrayNode(array.size());
      array.forEach(item -> copy.add(extract(item, into)));
      return copy;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = nodes.objectNode();
      object
          .properties()
          .forEach(field -> copy.set(field.getKey(), extract(field.getValue(), into)));
      return copy;
    }
    return node;
  }
}
