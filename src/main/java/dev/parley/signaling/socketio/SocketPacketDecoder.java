package dev.parley.signaling.socketio;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one Socket.IO packet that a client sent, from left to right, and holds it to the grammar
/// and the limits. Binary packets come without their attachments, which follow as messages of their
/// own.
final class SocketPacketDecoder {

  /// What a text turned out to be.
  sealed interface Decoded permits SocketPacket, Malformed {}

  /// No packet.
  ///
  /// @param why the rule that the text breaks
  record Malformed(String why) implements Decoded {}

  /// The largest integer that JavaScript counts to without gaps.
  static final long MAX_ACK_ID = (1L << 53) - 1;

  static final int MAX_ACK_DIGITS = 16;

  /// What clients of Socket.IO must not name their events.
  static final Set<String> RESERVED =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  private final String text;
  private final SocketLimits limits;
  private int pos = 1;
  private int attachments;
  private String namespace = "/";
  private long ackId = SocketPacket.NO_ACK;

  private SocketPacketDecoder(String text, SocketLimits limits) {
    this.text = text;
    this.limits = limits;
  }

  /// Reads `text`, an Engine.IO message without its type digit.
  static Decoded decode(String text, SocketLimits limits) {
    return new SocketPacketDecoder(text, limits).decode();
  }

  private Decoded decode() {
    if (text.isEmpty()) {
      return new Malformed("empty packet");
    }
    char digit = text.charAt(0);
    if (digit < '0' || digit > '6') {
      return new Malformed("unknown packet type");
    }
    if ((digit == '5' || digit == '6') && !readAttachments()) {
      return new Malformed("bad number of attachments");
    }
    if (!readNamespace()) {
      return new Malformed("namespace too long");
    }
    if (!readAckId()) {
      return new Malformed("ack id too large");
    }
    return switch (digit) {
      case '0' -> connect();
      case '1' -> disconnect();
      case '2', '5' -> event();
      case '3', '6' -> ack();
      default -> connectError();
    };
  }

  private boolean readAttachments() {
    int end = text.indexOf('-', pos);
    if (end <= pos || end - pos > 3) {
      return false;
    }
    for (; pos < end; pos++) {
      int value = text.charAt(pos) - '0';
      if (value < 0 || value > 9) {
        return false;
      }
      attachments = 10 * attachments + value;
    }
    pos++;
    return attachments <= limits.maxAttachments();
  }

  private boolean readNamespace() {
    if (pos == text.length() || text.charAt(pos) != '/') {
      return true;
    }
    int comma = text.indexOf(',', pos);
    int end = comma < 0 ? text.length() : comma;
    if (end - pos > limits.maxNamespaceName()) {
      return false;
    }
    namespace = text.substring(pos, end);
    pos = Math.min(end + 1, text.length());
    return true;
  }

  private boolean readAckId() {
    int start = pos;
    long value = 0;
    while (pos < text.length() && text.charAt(pos) >= '0' && text.charAt(pos) <= '9') {
      if (pos - start == MAX_ACK_DIGITS) {
        return false;
      }
      value = 10 * value + (text.charAt(pos++) - '0');
    }
    if (pos > start) {
      ackId = value;
    }
    return value <= MAX_ACK_ID;
  }

  private Decoded connect() {
    if (pos == text.length()) {
      return packet(SocketPacket.Type.CONNECT, "", null, null);
    }
    if (!new JsonScan(text, pos, limits.maxDepth()).isObject()) {
      return new Malformed("CONNECT payload is no object");
    }
    return packet(SocketPacket.Type.CONNECT, "", null, text.substring(pos));
  }

  private Decoded disconnect() {
    return pos == text.length()
        ? packet(SocketPacket.Type.DISCONNECT, "", null, null)
        : new Malformed("DISCONNECT has a payload");
  }

  private Decoded connectError() {
    JsonScan scan = new JsonScan(text, pos, limits.maxDepth());
    return scan.isObject() || new JsonScan(text, pos, limits.maxDepth()).isString()
        ? packet(SocketPacket.Type.CONNECT_ERROR, "", null, null)
        : new Malformed("CONNECT_ERROR payload is neither object nor string");
  }

  private Decoded event() {
    if (pos == text.length()) {
      return attachments == 0
          ? packet(SocketPacket.Type.EVENT, "", null, null)
          : new Malformed("binary event without payload");
    }
    JsonScan scan = new JsonScan(text, pos, limits.maxDepth());
    if (!scan.isArray()) {
      return new Malformed("EVENT payload is no array");
    }
    int[] spans = scan.spans();
    if (spans.length == 0) {
      return new Malformed("event without a name");
    }
    @Nullable String event = eventName(text.substring(spans[0], spans[1]));
    if (event == null || event.length() > limits.maxEventName() || RESERVED.contains(event)) {
      return new Malformed("bad event name");
    }
    return withArgs(SocketPacket.Type.EVENT, event, new Args(text, spans, 1, List.of()));
  }

  /// The name in the first element: a string, or a number as it is written; null for all else.
  private @Nullable String eventName(String element) {
    char first = element.charAt(0);
    if (first == '-' || (first >= '0' && first <= '9')) {
      return element;
    }
    if (first != '"') {
      return null;
    }
    if (element.indexOf('\\') < 0) {
      return element.substring(1, element.length() - 1);
    }
    return element.length() > 6 * limits.maxEventName() + 2
        ? null
        : JsonText.parse(element).asText();
  }

  private Decoded ack() {
    if (pos == text.length()) {
      return attachments == 0
          ? packet(SocketPacket.Type.ACK, "", null, null)
          : new Malformed("binary ack without payload");
    }
    JsonScan scan = new JsonScan(text, pos, limits.maxDepth());
    return scan.isArray()
        ? withArgs(SocketPacket.Type.ACK, "", new Args(text, scan.spans(), 0, List.of()))
        : new Malformed("ACK payload is no array");
  }

  private Decoded withArgs(SocketPacket.Type type, String event, Args args) {
    if (attachments > 0
        && !JsonText.placeholdersFit(JsonText.parse(text.substring(pos)), attachments)) {
      return new Malformed("placeholder without attachment");
    }
    return packet(type, event, args, null);
  }

  private SocketPacket packet(
      SocketPacket.Type type, String event, @Nullable Args args, @Nullable String auth) {
    return new SocketPacket(type, namespace, ackId, event, args, auth, attachments);
  }
}
