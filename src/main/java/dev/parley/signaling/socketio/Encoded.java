package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event as it goes on the wire, encoded once to be sent to any number of sockets of one
/// namespace. Immutable; any thread.
public final class Encoded {

  private final String namespace;
  private final String event;
  private final Utf8 json;
  private final List<Buffer> attachments;
  private final String quoted;
  private final int bytes;

  /// Made when the first client is sent to without an offset; threads that come at once make equal
  /// ones.
  private EnginePacket @Nullable [] packets;

  /// Made when the first plain client is sent to; threads that come at once make equal ones.
  private @Nullable PlainFrame plain;

  private Encoded(String namespace, String event, Utf8 json, List<Buffer> attachments) {
    this.namespace = namespace;
    this.event = event;
    this.json = json;
    this.attachments = attachments;
    this.quoted = JsonText.quote(event);
    int sum = EnginePacket.utf8Length(head(SocketPacket.NO_ACK)) + json.length() + 1;
    for (Buffer attachment : attachments) {
      sum += attachment.length();
    }
    this.bytes = sum;
  }

  /// What stands before the arguments.
  private String head(long ackId) {
    StringBuilder head = new StringBuilder(namespace.length() + quoted.length() + 24);
    SocketPacket.begin(head, SocketPacket.Type.EVENT, namespace, ackId, attachments.size());
    head.append('[').append(quoted);
    return json.isEmpty() ? head.toString() : head.append(',').toString();
  }

  /// @param namespace the one its receivers are in, `/` for the main one
  public static Encoded event(String namespace, String event, Args args) {
    return new Encoded(namespace, event, Utf8.of(args.json()), args.attachments());
  }

  /// The same with arguments as JSON texts joined by commas, as `Args.ofJson` takes them.
  public static Encoded event(String namespace, String event, Utf8 json) {
    return new Encoded(namespace, event, json, List.of());
  }

  /// The same with binary values, for which placeholders stand in the text.
  public static Encoded event(String namespace, String event, Utf8 json, List<Buffer> attachments) {
    return new Encoded(namespace, event, json, List.copyOf(attachments));
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

  /// The event's arguments as JSON texts joined by commas.
  public Utf8 json() {
    return json;
  }

  /// The binary values of the arguments. Not to be changed.
  public List<Buffer> attachments() {
    return attachments;
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
      frame = PlainFrame.event(event, Args.ofJson(json.toString(), attachments));
      plain = frame;
    }
    return frame.with(ackId, offset);
  }

  private EnginePacket[] encode(long ackId, @Nullable String offset) {
    // An offset needs no escapes.
    String tail = offset == null ? "]" : ",\"" + offset + "\"]";
    return SocketPacket.packets(json.between(head(ackId), tail), attachments);
  }

  /// An acknowledgement.
  static EnginePacket[] ack(String namespace, long ackId, Args args) {
    List<Buffer> attachments = args.attachments();
    return SocketPacket.encode(
        SocketPacket.Type.ACK, namespace, ackId, "[" + args.json() + "]", attachments);
  }
}
