package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.signaling.Relay.Audience;
import dev.parley.signaling.socketio.Args;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The three events by which browsers connect to each other, which meetings and light rooms have by
/// the same names: offer, answer, candidate.
///
/// Coming in, the field that names the target tells whose words they are: `targetSocketId` and
/// `targetUserId` are the meetings', `to` is the light rooms'. Each is understood in either, if it
/// resolves in the sender's room. Going out they are in the words of the room.
final class PeerRelays {

  private static final int MAX_NAME = 200;
  private static final int MAX_RAW = 2_000;

  private static final Map<String, Relay.Kind> KINDS =
      Map.of(
          "webrtc-offer",
          Relay.Kind.OFFER,
          "webrtc-answer",
          Relay.Kind.ANSWER,
          "ice-candidate",
          Relay.Kind.CANDIDATE);

  private PeerRelays() {}

  static boolean has(String name) {
    return KINDS.containsKey(name);
  }

  /// @throws Failure INVALID, naming the field that is wrong
  static Relay read(String name, Args args) {
    Slices fields = slices(args);
    Relay.Kind kind = KINDS.getOrDefault(name, Relay.Kind.MESSAGE);
    String what = field(kind);
    String json = fields.raw(what);
    if (json == null) {
      throw Failure.invalid(what + " is required");
    }
    String from = lenient(fields, "from");
    String target = lenient(fields, "targetSocketId");
    Audience audience = Audience.SOCKET;
    if (target == null) {
      target = lenient(fields, "targetUserId");
      audience = Audience.USER;
    }
    if (target == null) {
      target = lenient(fields, "to");
      audience = Audience.SOCKET;
    }
    if (target == null) {
      throw Failure.invalid("targetSocketId, targetUserId or to is required");
    }
    return new Relay(kind, "", audience, target, from == null ? "" : from, Utf8.of(json));
  }

  /// A text, or a whole number as one; null when it is empty or anything else. What is too long is
  /// cut.
  private static @Nullable String lenient(Slices fields, String key) {
    String raw = fields.raw(key);
    if (raw == null || raw.length() > MAX_RAW) {
      return null;
    }
    JsonNode value = Json.read(raw, JsonNode.class);
    boolean counts = value.isTextual() || value.isIntegralNumber();
    String text = counts ? value.asText() : "";
    return text.isEmpty() ? null : text.substring(0, Math.min(MAX_NAME, text.length()));
  }

  private static Slices slices(Args args) {
    if (!args.attachments().isEmpty()) {
      throw Failure.invalid("payload must be JSON");
    }
    return Slices.of(args.size() == 0 ? "" : args.json(0));
  }

  /// The user id that a message is for, if it says so and can be read.
  static @Nullable String targetUserId(Args args) {
    return readable(args, "targetUserId");
  }

  /// Whether a message names its target as only clients of light rooms do.
  static boolean isPeers(Args args) {
    return readable(args, "to") != null
        && readable(args, "targetUserId") == null
        && readable(args, "targetSocketId") == null;
  }

  private static @Nullable String readable(Args args, String field) {
    try {
      return lenient(slices(args), field);
    } catch (Failure _) {
      return null;
    }
  }

  /// @param kind of the room
  static Dialect.Message encode(Relay relay, Participant sender, RoomKind kind) {
    String what = field(relay.kind());
    String user = Json.write(sender.userId());
    String socket = "\"" + sender.socketId() + "\"";
    String from = socket;
    if (kind == RoomKind.MEETING) {
      from = relay.from().isEmpty() ? user : Json.write(relay.from());
    }
    String before =
        "{\"fromUserId\":"
            + user
            + ",\"fromPeerId\":"
            + socket
            + ",\"socketId\":"
            + socket
            + ",\"from\":"
            + from
            + ",\""
            + what
            + "\":";
    return new Dialect.Message(name(relay.kind()), relay.json().between(before, "}"));
  }

  private static String field(Relay.Kind kind) {
    return switch (kind) {
      case OFFER -> "offer";
      case ANSWER -> "answer";
      default -> "candidate";
    };
  }

  private static String name(Relay.Kind kind) {
    return switch (kind) {
      case OFFER -> "webrtc-offer";
      case ANSWER -> "webrtc-answer";
      default -> "ice-candidate";
    };
  }
}
