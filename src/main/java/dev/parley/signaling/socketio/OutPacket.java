package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A packet as it leaves, encoded once however many sockets of its namespace get it.
///
/// @param text header and JSON
/// @param attachments binary messages that follow
public record OutPacket(String namespace, String text, List<Buffer> attachments) {

  public OutPacket {
    attachments = List.copyOf(attachments);
  }

  /// An event with at most one argument.
  ///
  /// @param json the argument as JSON text, or null for none
  public static OutPacket event(String namespace, String name, @Nullable String json) {
    StringBuilder text = SocketPacket.head(SocketPacket.Type.EVENT, 0, namespace, -1);
    text.append('[').append(quoted(name));
    if (json != null) {
      text.append(',').append(json);
    }
    return new OutPacket(namespace, text.append(']').toString(), List.of());
  }

  /// An event with any arguments, binary ones included.
  ///
  /// @param ackId -1 when no acknowledgement is asked for
  static OutPacket event(String namespace, long ackId, String name, List<JsonNode> arguments) {
    List<Buffer> attachments = new ArrayList<>();
    StringBuilder json = new StringBuilder("[").append(quoted(name));
    for (JsonNode argument : arguments) {
      json.append(',').append(Attachments.extract(argument, attachments));
    }
    SocketPacket.Type type =
        attachments.isEmpty() ? SocketPacket.Type.EVENT : SocketPacket.Type.BINARY_EVENT;
    String text =
        SocketPacket.head(type, attachments.size(), namespace, ackId)
            .append(json)
            .append(']')
            .toString();
    return new OutPacket(namespace, text, attachments);
  }

  /// An acknowledgement with any arguments.
  static OutPacket ack(String namespace, long ackId, List<JsonNode> arguments) {
    List<Buffer> attachments = new ArrayList<>();
    StringBuilder json = new StringBuilder("[");
    for (JsonNode argument : arguments) {
      json.append(json.length() == 1 ? "" : ",").append(Attachments.extract(argument, attachments));
    }
    SocketPacket.Type type =
        attachments.isEmpty() ? SocketPacket.Type.ACK : SocketPacket.Type.BINARY_ACK;
    String text =
        SocketPacket.head(type, attachments.size(), namespace, ackId)
            .append(json)
            .append(']')
            .toString();
    return new OutPacket(namespace, text, attachments);
  }

  /// An acknowledgement with one argument given as JSON text.
  static OutPacket ack(String namespace, long ackId, String json) {
    String text =
        SocketPacket.head(SocketPacket.Type.ACK, 0, namespace, ackId)
            .append('[')
            .append(json)
            .append(']')
            .toString();
    return new OutPacket(namespace, text, List.of());
  }

  private static String quoted(String name) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(name).toString();
  }
}
