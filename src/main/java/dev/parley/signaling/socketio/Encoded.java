package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;

/// An event as it goes on the wire, encoded once to be sent to any number of sockets of one
/// namespace. Immutable; any thread.
public final class Encoded {

  private final String namespace;
  private final EnginePacket[] packets;

  private Encoded(String namespace, EnginePacket[] packets) {
    this.namespace = namespace;
    this.packets = packets;
  }

  /// @param namespace the one its receivers are in, `/` for the main one
  public static Encoded event(String namespace, String event, Args args) {
    return new Encoded(namespace, encode(namespace, SocketPacket.NO_ACK, event, args));
  }

  /// The same with trees as arguments.
  public static Encoded event(String namespace, String event, JsonNode... args) {
    return event(namespace, event, Args.of(args));
  }

  /// The namespace its receivers are in.
  public String namespace() {
    return namespace;
  }

  /// Length on the wire in bytes, attachments included.
  public int bytes() {
    int sum = 0;
    for (EnginePacket packet : packets) {
      sum += packet.bytes();
    }
    return sum;
  }

  EnginePacket[] packets() {
    return packets;
  }

  static EnginePacket[] encode(String namespace, long ackId, String event, Args args) {
    String joined = args.json();
    StringBuilder json = new StringBuilder(joined.length() + event.length() + 8);
    json.append('[').append(JsonText.quote(event));
    if (!joined.isEmpty()) {
      json.append(',').append(joined);
    }
    json.append(']');
    return SocketPacket.encode(
        SocketPacket.Type.EVENT, namespace, ackId, json.toString(), args.attachments());
  }
}
