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
  private final EnginePacket[] packets;

  /// Made when the first plain client is sent to; threads that come at once make equal ones.
  private @Nullable PlainFrame plain;

  private Encoded(String namespace, String event, Args args) {
    this.namespace = namespace;
    this.event = event;
    this.args = args;
    this.packets = encode(namespace, SocketPacket.NO_ACK, event, args, null);
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

  /// Length on the wire in bytes, attachments included.
  public int bytes() {
    int sum = 0;
    for (EnginePacket packet : packets) {
      sum += packet.bytes();
    }
    return sum;
  }

  /// The packets of the event.
  ///
  /// @param ackId what the answer must carry, or `SocketPacket.NO_ACK`
  /// @param offset told to the client as one more argument; null for none
  EnginePacket[] packets(long ackId, @Nullable String offset) {
    if (ackId != SocketPacket.NO_ACK) {
      return encode(namespace, ackId, event, args, offset);
    }
    if (offset == null) {
      return packets;
    }
    EnginePacket[] marked = packets.clone();
    String wire = packets[0].wire();
    if (wire != null) {
      // An offset needs no escapes.
      marked[0] =
          EnginePacket.ofWire(
              new StringBuilder(wire.length() + offset.length() + 3)
                  .append(wire, 0, wire.length() - 1)
                  .append(",\"")
                  .append(offset)
                  .append("\"]")
                  .toString(),
              packets[0].bytes() + offset.length() + 3);
    }
    return marked;
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

  private static EnginePacket[] encode(
      String namespace, long ackId, String event, Args args, @Nullable String offset) {
    String joined = args.json();
    StringBuilder json = new StringBuilder(joined.length() + event.length() + 8);
    json.append('[').append(JsonText.quote(event));
    if (!joined.isEmpty()) {
      json.append(',').append(joined);
    }
    if (offset != null) {
      json.append(",\"").append(offset).append('"');
    }
    json.append(']');
    return SocketPacket.encode(
        SocketPacket.Type.EVENT, namespace, ackId, json.toString(), args.attachments());
  }

  /// An acknowledgement.
  static EnginePacket[] ack(String namespace, long ackId, Args args) {
    List<Buffer> attachments = args.attachments();
    return SocketPacket.encode(
        SocketPacket.Type.ACK, namespace, ackId, "[" + args.json() + "]", attachments);
  }
}
