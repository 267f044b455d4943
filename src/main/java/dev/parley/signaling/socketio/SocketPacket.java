package dev.parley.signaling.socketio;

import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One Socket.IO 5 packet: `type [count "-"] [namespace ","] [ack id] [json]`, inside an Engine.IO
/// message; or what a plain client means by one of its frames.
///
/// @param namespace its name, `/` when the text has none
/// @param ackId what the answer must carry, `NO_ACK` when no answer is wanted
/// @param event the event's name; empty for other packets
/// @param args arguments of an event or an acknowledgement; null when the packet has no payload
/// @param auth the payload of a CONNECT as JSON text; null without one
/// @param attachments how many binary messages follow
record SocketPacket(
    Type type,
    String namespace,
    long ackId,
    String event,
    @Nullable Args args,
    @Nullable String auth,
    int attachments)
    implements SocketPacketDecoder.Decoded, PlainDecoder.Decoded {

  static final long NO_ACK = -1;

  /// What a packet is for. Binary events and acknowledgements are the plain ones with attachments.
  enum Type {
    CONNECT,
    DISCONNECT,
    EVENT,
    ACK,
    CONNECT_ERROR
  }

  /// The text of an event or acknowledgement as an Engine.IO packet, followed by its attachments.
  ///
  /// @param json the whole payload, an array
  static EnginePacket[] encode(
      Type type, String namespace, long ackId, String json, List<Buffer> attachments) {
    StringBuilder text = new StringBuilder(json.length() + namespace.length() + 24);
    begin(text, type, namespace, ackId, attachments.size());
    return packets(Utf8.of(text.append(json).toString()), attachments);
  }

  /// Writes all that stands before the payload, as an Engine.IO message.
  static void begin(StringBuilder text, Type type, String namespace, long ackId, int attachments) {
    boolean isBinary = attachments > 0;
    text.append('4').append(digit(type, isBinary));
    if (isBinary) {
      text.append(attachments).append('-');
    }
    if (!namespace.equals("/")) {
      text.append(namespace).append(',');
    }
    if (ackId != NO_ACK) {
      text.append(ackId);
    }
  }

  /// A packet's text, followed by its attachments.
  static EnginePacket[] packets(Utf8 text, List<Buffer> attachments) {
    EnginePacket[] packets = new EnginePacket[1 + attachments.size()];
    packets[0] = EnginePacket.ofWire(text);
    for (int i = 0; i < attachments.size(); i++) {
      packets[i + 1] = EnginePacket.binary(attachments.get(i));
    }
    return packets;
  }

  private static char digit(Type type, boolean isBinary) {
    return switch (type) {
      case CONNECT -> '0';
      case DISCONNECT -> '1';
      case EVENT -> isBinary ? '5' : '2';
      case ACK -> isBinary ? '6' : '3';
      case CONNECT_ERROR -> '4';
    };
  }

  /// The same packet with the attachments it waited for.
  SocketPacket withAttachments(List<Buffer> received) {
    Args complete = args == null ? null : args.withAttachments(received);
    return new SocketPacket(type, namespace, ackId, event, complete, auth, attachments);
  }

  /// Bytes that the arguments take, about: one per character of text, and the attachments.
  int bytes() {
    if (args == null) {
      return 0;
    }
    int sum = args.json().length();
    for (Buffer attachment : args.attachments()) {
      sum += attachment.length();
    }
    return sum;
  }
}
