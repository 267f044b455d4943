package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event as it goes on the wire, encoded once to be sent to any number of sockets of one
/// namespace. Immutable; any thread.
public final class Encoded {

  private final String namespace;
  private final String event;
  private final Args args;
  private final String quoted;
  private final int bytes;

  /// Bytes that the text takes in UTF-8 beyond one for each character.
  private final int moreThanChars;

  /// Made when the first client is sent to without an offset; threads that come at once make equal
  /// ones.
  private EnginePacket @Nullable [] packets;

  /// Made when the first plain client is sent to; threads that come at once make equal ones.
  private @Nullable PlainFrame plain;

  private Encoded(String namespace, String event, Args args) {
    this.namespace = namespace;
    this.event = event;
    this.args = args;
    this.quoted = JsonText.quote(event);
    String joined = args.json();
    this.moreThanChars = moreThanChars(joined) + moreThanChars(quoted) + moreThanChars(namespace);
    StringBuilder head = new StringBuilder();
    int count = args.attachments().size();
    SocketPacket.begin(head, SocketPacket.Type.EVENT, namespace, SocketPacket.NO_ACK, count);
    int comma = joined.isEmpty() ? 0 : 1;
    int sum = head.length() + quoted.length() + comma + joined.length() + 2 + moreThanChars;
    for (Buffer attachment : args.attachments()) {
      sum += attachment.length();
    }
    this.bytes = sum;
  }

  private static int moreThanChars(String text) {
    return EnginePacket.utf8Length(text) - text.length();
  }

  /// @param namespace the one its receivers are in, `/` for the main one
  public static Encoded event(String namespace, String event, Args args) {
    return new Encoded(namespace, event, args);
  }

  /// The same with trees as arguments.
  public static Encoded event(String namespace, String event, JsonNode... args) {
    return event(namespace, event, Args.of(args));
  }

  /// The namespace its receivers are in.
  public String namespace() {
    return namespace;
  }

  /// The event's name.
  public String event() {
    return event;
  }

  /// The event's arguments.
  public Args args() {
    return args;
  }

  /// Length on the wire in bytes, attachments included, without an offset.
  public int bytes() {
    return bytes;
  }

  /// The packets of the event.
  ///
  /// @param ackId what the answer must carry, or `SocketPacket.NO_ACK`
  /// @param offset told to the client as one more argument; null for none
  EnginePacket[] packets(long ackId, @Nullable String offset) {
    if (ackId != SocketPacket.NO_ACK || offset != null) {
      return encode(ackId, offset);
    }
    EnginePacket[] ready = packets;
    if (ready == null) {
      ready = encode(SocketPacket.NO_ACK, null);
      packets = ready;
    }
    return ready;
  }

  /// The event for plain clients.
  ///
  /// @param ackId what the answer must carry, or `SocketPacket.NO_ACK`
  /// @param offset told to the client with it; null for none
  PlainFrame plain(long ackId, @Nullable String offset) {
    PlainFrame frame = plain;
    if (frame == null) {
      frame = PlainFrame.event(event, args);
      plain = frame;
    }
    return frame.with(ackId, offset);
  }

  /// In one go, as an event may be long and have many receivers.
  private EnginePacket[] encode(long ackId, @Nullable String offset) {
    List<Buffer> attachments = args.attachments();
    String joined = args.json();
    int told = offset == null ? 0 : offset.length() + 3;
    StringBuilder text = new StringBuilder(joined.length() + event.length() + told + 64);
    SocketPacket.begin(text, SocketPacket.Type.EVENT, namespace, ackId, attachments.size());
    text.append('[').append(quoted);
    if (!joined.isEmpty()) {
      text.append(',').append(joined);
    }
    if (offset != null) {
      // An offset needs no escapes.
      text.append(",\"").append(offset).append('"');
    }
    String wire = text.append(']').toString();
    return SocketPacket.packets(wire, wire.length() + moreThanChars, attachments);
  }

  /// An acknowledgement.
  static EnginePacket[] ack(String namespace, long ackId, Args args) {
    List<Buffer> attachments = args.attachments();
    return SocketPacket.encode(
        SocketPacket.Type.ACK, namespace, ackId, "[" + args.json() + "]", attachments);
  }
}
