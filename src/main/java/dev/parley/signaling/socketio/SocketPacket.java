package dev.parley.signaling.socketio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One packet of Socket.IO 5, without its attachments: `type [count "-"] [namespace ","] [ack id]
/// [json]`.
///
/// @param attachments binary messages that follow
/// @param ackId -1 for none
/// @param payload a missing node when there is none
record SocketPacket(Type type, int attachments, String namespace, long ackId, JsonNode payload) {

  /// Types by their digit on the wire.
  enum Type {
    CONNECT,
    DISCONNECT,
    EVENT,
    ACK,
    CONNECT_ERROR,
    BINARY_EVENT,
    BINARY_ACK
  }

  private static final Type[] TYPES = {
    Type.CONNECT,
    Type.DISCONNECT,
    Type.EVENT,
    Type.ACK,
    Type.CONNECT_ERROR,
    Type.BINARY_EVENT,
    Type.BINARY_ACK
  };

  /// Names that applications cannot send: they mean something to clients.
  private static final Set<String> RESERVED =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  /// Ack ids are JavaScript integers.
  private static final int MAX_ACK_DIGITS = 16;

  static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(SocketLimits.MAX_DEPTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// Reads a packet of a client; null when it breaks the protocol.
  static @Nullable SocketPacket parse(String text) {
    int at = 1;
    int digit = text.isEmpty() ? -1 : text.charAt(0) - '0';
    if (digit < 0 || digit >= TYPES.length) {
      return null;
    }
    Type type = TYPES[digit];
    int attachments = 0;
    if (type == Type.BINARY_EVENT || type == Type.BINARY_ACK) {
      int dash = text.indexOf('-', at);
      if (dash <= at || dash > at + 3 || !isDigits(text, at, dash)) {
        return null;
      }
      attachments = Integer.parseInt(text, at, dash, 10);
      at = dash + 1;
    }
    String namespace = "/";
    if (at < text.length() && text.charAt(at) == '/') {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      if (end - at > SocketLimits.MAX_NAME) {
        return null;
      }
      namespace = text.substring(at, end);
      at = comma < 0 ? end : comma + 1;
    }
    int idEnd = at;
    while (idEnd < text.length() && isDigit(text.charAt(idEnd))) {
      idEnd++;
    }
    if (idEnd - at > MAX_ACK_DIGITS) {
      return null;
    }
    long ackId = idEnd == at ? -1 : Long.parseLong(text, at, idEnd, 10);
    JsonNode payload = payload(text, idEnd);
    if (payload == null) {
      return null;
    }
    SocketPacket packet = new SocketPacket(type, attachments, namespace, ackId, payload);
    return packet.isSound() ? packet : null;
  }

  private static @Nullable JsonNode payload(String text, int from) {
    if (from == text.length()) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(text.substring(from));
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private boolean isSound() {
    return switch (type) {
      case CONNECT -> payload.isMissingNode() || payload.isObject();
      case DISCONNECT -> payload.isMissingNode();
      case EVENT, BINARY_EVENT -> payload.isMissingNode() || isEvent(payload);
      case ACK, BINARY_ACK -> payload.isMissingNode() || payload.isArray();
      case CONNECT_ERROR -> true;
    };
  }

  private static boolean isEvent(JsonNode payload) {
    JsonNode name = payload.path(0);
    return payload.isArray()
        && (name.isNumber()
            || (name.isTextual()
                && name.textValue().length() <= SocketLimits.MAX_NAME
                && !RESERVED.contains(name.textValue())));
  }

  private static boolean isDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// The first part of a packet that the server sends.
  ///
  /// @param ackId -1 for none
  static StringBuilder head(Type type, int attachments, String namespace, long ackId) {
    StringBuilder head = new StringBuilder();
    head.append(digit(type));
    if (attachments > 0) {
      head.append(attachments).append('-');
    }
    if (!namespace.equals("/")) {
      head.append(namespace).append(',');
    }
    if (ackId >= 0) {
      head.append(ackId);
    }
    return head;
  }

  private static char digit(Type type) {
    return switch (type) {
      case CONNECT -> '0';
      case DISCONNECT -> '1';
      case EVENT -> '2';
      case ACK -> '3';
      case CONNECT_ERROR -> '4';
      case BINARY_EVENT -> '5';
      case BINARY_ACK -> '6';
    };
  }
}
