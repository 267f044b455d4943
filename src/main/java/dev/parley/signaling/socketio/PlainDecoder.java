package dev.parley.signaling.socketio;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one frame that a plain client sent, an object of a few members in any order, and holds it
/// to the grammar and the limits. Names that are not known are ignored; those that are may come
/// once.
///
/// | members | meaning |
/// |---|---|
/// | `event: "connect"`, `namespace`?, `data`? (object) | CONNECT |
/// | `event: "disconnect"` | DISCONNECT |
/// | `event: "ping"`, `id`? | `Ping` |
/// | `event`, `data`?, `args`? (array), `id`? | EVENT; `args` are the arguments after `data` |
/// | `id`, `data`?, `args`? | ACK |
final class PlainDecoder {

  /// What a text turned out to be.
  sealed interface Decoded permits SocketPacket, Ping, Malformed {}

  /// The client wants to know whether the server is there.
  ///
  /// @param id what the answer must carry, or `SocketPacket.NO_ACK`
  record Ping(long id) implements Decoded {}

  /// No frame.
  ///
  /// @param why the rule that the text breaks, in words for the client's author
  record Malformed(String why) implements Decoded {}

  /// Where a value is in the text.
  private record Span(int start, int end) {}

  private static final String PING = "ping";

  /// Names of the server's own events; the client's are cases of their own.
  private static final Set<String> RESERVED = SocketPacketDecoder.RESERVED;

  private static final int LONGEST_NAME = "namespace".length();

  private final String text;
  private final String namespace;
  private final SocketLimits limits;
  private @Nullable Span event;
  private @Nullable Span data;
  private @Nullable Span args;
  private @Nullable Span id;
  private @Nullable Span requested;
  private long ackId = SocketPacket.NO_ACK;

  private PlainDecoder(String text, String namespace, SocketLimits limits) {
    this.text = text;
    this.namespace = namespace;
    this.limits = limits;
  }

  /// Reads `text`, one message of the WebSocket.
  ///
  /// @param namespace the one the client is in, or wants to be
  static Decoded decode(String text, String namespace, SocketLimits limits) {
    return new PlainDecoder(text, namespace, limits).decode();
  }

  private Decoded decode() {
    JsonScan scan = new JsonScan(text, 0, limits.maxDepth());
    if (!scan.isRecordedObject()) {
      return new Malformed("frame must be a JSON object, nested at most " + limits.maxDepth());
    }
    int[] spans = scan.spans();
    for (int i = 0; i < spans.length; i += 4) {
      String name = name(spans[i], spans[i + 1]);
      if (!take(name, new Span(spans[i + 2], spans[i + 3]))) {
        return new Malformed(name + " must come once");
      }
    }
    if (!readId()) {
      return new Malformed("id must be an integer from 0 to 9007199254740991");
    }
    if (event == null) {
      return ackId == SocketPacket.NO_ACK ? new Malformed("event is missing") : ack();
    }
    String name = string(event, limits.maxEventName());
    if (name == null || name.isEmpty()) {
      return new Malformed(
          "event must be a string of 1 to " + limits.maxEventName() + " characters");
    }
    return switch (name) {
      case "connect" -> connect();
      case "disconnect" ->
          new SocketPacket(
              SocketPacket.Type.DISCONNECT, namespace, SocketPacket.NO_ACK, "", null, null, 0);
      case PING -> new Ping(ackId);
      default -> event(name);
    };
  }

  /// False when the member was there before.
  private boolean take(String name, Span value) {
    boolean isNew = true;
    switch (name) {
      case "event" -> {
        isNew = event == null;
        event = value;
      }
      case "data" -> {
        isNew = data == null;
        data = value;
      }
      case "args" -> {
        isNew = args == null;
        args = value;
      }
      case "id" -> {
        isNew = id == null;
        id = value;
      }
      case "namespace" -> {
        isNew = requested == null;
        requested = value;
      }
      default -> {}
    }
    return isNew;
  }

  /// The name of a member; empty when it is too long for one that is known.
  private String name(int start, int end) {
    String name = string(new Span(start, end), LONGEST_NAME);
    return name == null ? "" : name;
  }

  /// The string in the text; null when it is none, or longer than may be.
  private @Nullable String string(Span span, int maxLength) {
    int length = span.end - span.start - 2;
    if (text.charAt(span.start) != '"' || length > 6 * maxLength) {
      return null;
    }
    String raw = text.substring(span.start + 1, span.end - 1);
    String value = raw.indexOf('\\') < 0 ? raw : JsonText.parse('"' + raw + '"').asText();
    return value.length() > maxLength ? null : value;
  }

  private boolean readId() {
    if (id == null) {
      return true;
    }
    if (id.end - id.start > SocketPacketDecoder.MAX_ACK_DIGITS) {
      return false;
    }
    long value = 0;
    for (int i = id.start; i < id.end; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      value = 10 * value + (c - '0');
    }
    ackId = value;
    return value <= SocketPacketDecoder.MAX_ACK_ID;
  }

  private Decoded connect() {
    String wanted = "/";
    if (requested != null) {
      String given = string(requested, limits.maxNamespaceName());
      if (given == null || !given.startsWith("/")) {
        return new Malformed("namespace must be a string that begins with a slash");
      }
      wanted = given;
    }
    if (data != null && text.charAt(data.start) != '{') {
      return new Malformed("data of connect must be an object");
    }
    String auth = data == null ? null : text.substring(data.start, data.end);
    return new SocketPacket(
        SocketPacket.Type.CONNECT, wanted, SocketPacket.NO_ACK, "", null, auth, 0);
  }

  private Decoded event(String name) {
    if (RESERVED.contains(name)) {
      return new Malformed(name + " is no event of a client");
    }
    Args given = arguments();
    return given == null
        ? badArguments()
        : new SocketPacket(SocketPacket.Type.EVENT, namespace, ackId, name, given, null, 0);
  }

  private Decoded ack() {
    Args given = arguments();
    return given == null
        ? badArguments()
        : new SocketPacket(SocketPacket.Type.ACK, namespace, ackId, "", given, null, 0);
  }

  private static Malformed badArguments() {
    return new Malformed("args must be an array, not too long, and not without data");
  }

  /// Null when they are none.
  private @Nullable Args arguments() {
    if (args == null) {
      return data == null
          ? Args.none()
          : new Args(text, new int[] {data.start, data.end}, 0, List.of());
    }
    if (data == null || text.charAt(args.start) != '[') {
      return null;
    }
    String further = text.substring(args.start + 1, args.end - 1);
    String first = text.substring(data.start, data.end);
    String joined = "[" + first + (further.isBlank() ? "" : "," + further) + "]";
    JsonScan scan = new JsonScan(joined, 0, limits.maxDepth());
    return scan.isArray() ? new Args(joined, scan.spans(), 0, List.of()) : null;
  }
}
