package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomKind;
import dev.parley.contract.Wish;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.signaling.socketio.Args;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Random one-to-one chat, in a namespace of its own. Nothing is acknowledged unless it was asked
/// for; replies are events. Wishes are read leniently, as their clients differ: what does not fit
/// counts as not said.
final class MatchDialect implements Dialect {

  static final String NAMESPACE = "/signaling";

  private static final int MAX_ID = 100;
  private static final int MAX_REGION = 50;
  private static final int MAX_LANGUAGE = 10;
  private static final int MAX_INTEREST = 30;
  private static final int MAX_INTERESTS = 20;
  private static final int MAX_MESSAGE = 2_000;
  private static final int MAX_SENDER = 50;
  private static final int MAX_EMOJI = 10;
  private static final int MAX_STATUS = 20;

  private static final List<String> GENDERS = List.of("male", "female", "other");
  private static final List<String> TYPES = List.of("casual", "serious", "gaming", Wish.EXCHANGE);

  private static final Set<String> COMMANDS =
      Set.of("join-queue", "leave-queue", "end-call", "connection-status", "get-match-details");

  private static final Map<String, Relay.Kind> RELAYS =
      Map.of(
          "send-offer",
          Relay.Kind.OFFER,
          "send-answer",
          Relay.Kind.ANSWER,
          "send-candidate",
          Relay.Kind.CANDIDATE,
          "send-message",
          Relay.Kind.CHAT,
          "send-reaction",
          Relay.Kind.REACTION);

  private static final Map<String, String> FAILED =
      Map.of(
          "join-queue",
          "Failed to join queue",
          "send-offer",
          "Failed to send offer",
          "send-answer",
          "Failed to send answer",
          "send-candidate",
          "Failed to send candidate",
          "send-message",
          "Failed to send message",
          "send-reaction",
          "Failed to send reaction");

  @Override
  public RoomKind kind() {
    return RoomKind.PAIR;
  }

  @Override
  public String namespace() {
    return NAMESPACE;
  }

  @Override
  public boolean knows(String name) {
    return COMMANDS.contains(name) || isRelay(name);
  }

  @Override
  public Command decode(String name, JsonNode payload) {
    JsonNode object = payload.isObject() ? payload : Json.MAPPER.createObjectNode();
    Payload fields = new Payload(object);
    return switch (name) {
      case "join-queue" -> new Command.JoinQueue(wish(object));
      case "leave-queue" -> new Command.LeaveQueue();
      case "end-call" ->
          new Command.EndCall(
              fields.textOrNothing("sessionId", MAX_ID),
              object.path("wasSkipped").asBoolean(false));
      case "connection-status" ->
          new Command.TellConnection(
              fields.textOrNothing("sessionId", MAX_ID),
              fields.textOrNothing("status", MAX_STATUS),
              fields.textOrNothing("connectionType", MAX_STATUS));
      case "get-match-details" -> new Command.GetMatch(fields.textOrNothing("sessionId", MAX_ID));
      default -> throw Failure.invalid("unknown event");
    };
  }

  /// What is not said on top is looked for in `preferences`.
  private static Wish wish(JsonNode said) {
    String type = word(said, "queueType", TYPES, "casual");
    boolean isExchange = type.equals(Wish.EXCHANGE);
    return new Wish(
        text(said, "region", MAX_REGION, Wish.GLOBAL),
        text(said, "language", MAX_LANGUAGE, "en"),
        word(said, "gender", GENDERS, ""),
        word(said, "genderPreference", GENDERS, ""),
        type,
        isExchange ? text(said, "nativeLanguage", MAX_LANGUAGE, "") : "",
        isExchange ? text(said, "learningLanguage", MAX_LANGUAGE, "") : "",
        interests(said));
  }

  private static JsonNode field(JsonNode said, String name) {
    JsonNode own = said.path(name);
    return own.isMissingNode() || own.isNull() ? said.path("preferences").path(name) : own;
  }

  private static String text(JsonNode said, String name, int max, String otherwise) {
    JsonNode value = field(said, name);
    String text = value.isTextual() ? value.textValue().strip().toLowerCase(Locale.ROOT) : "";
    boolean fits =
        !text.isEmpty()
            && text.length() <= max
            && text.chars().noneMatch(c -> Character.isISOControl(c) || c == '|' || c == '@');
    return fits ? text : otherwise;
  }

  private static String word(JsonNode said, String name, List<String> words, String otherwise) {
    String word = text(said, name, MAX_SENDER, "");
    return words.contains(word) ? word : otherwise;
  }

  private static List<String> interests(JsonNode said) {
    Set<String> interests = new LinkedHashSet<>();
    for (JsonNode each : field(said, "interests")) {
      String interest = each.isTextual() ? each.textValue().strip().toLowerCase(Locale.ROOT) : "";
      if (!interest.isEmpty()
          && interest.length() <= MAX_INTEREST
          && interests.size() < MAX_INTERESTS) {
        interests.add(interest);
      }
    }
    return new ArrayList<>(interests);
  }

  @Override
  public boolean isRelay(String name) {
    return RELAYS.containsKey(name);
  }

  @Override
  public Relay relay(String name, Args args) {
    if (!args.attachments().isEmpty()) {
      throw Failure.invalid("payload must be JSON");
    }
    Slices fields = Slices.of(args.size() == 0 ? "" : args.json(0));
    Relay.Kind kind = RELAYS.getOrDefault(name, Relay.Kind.MESSAGE);
    String sessionId = fields.text("sessionId", MAX_ID);
    if (sessionId == null) {
      throw Failure.invalid("sessionId is required");
    }
    return Relay.toOthers(kind, sessionId, Utf8.of(said(kind, fields)));
  }

  /// The fields of what is passed on that are of the sender.
  private static String said(Relay.Kind kind, Slices fields) {
    return switch (kind) {
      case CHAT -> {
        String text = fields.text("message", MAX_MESSAGE);
        if (text == null) {
          throw Failure.invalid("message is required");
        }
        String sender = fields.text("sender", MAX_SENDER);
        yield "\"message\":"
            + Json.write(text)
            + (sender == null ? "" : ",\"sender\":" + Json.write(sender))
            + ",\"timestamp\":"
            + timestamp(fields);
      }
      case REACTION -> {
        String emoji = fields.text("emoji", MAX_EMOJI);
        if (emoji == null) {
          throw Failure.invalid("emoji is required");
        }
        yield "\"emoji\":" + Json.write(emoji) + ",\"timestamp\":" + timestamp(fields);
      }
      default -> {
        String data = fields.raw("data");
        if (data == null) {
          throw Failure.invalid("data is required");
        }
        yield "\"" + word(kind) + "\":" + data;
      }
    };
  }

  private static long timestamp(Slices fields) {
    String raw = fields.raw("timestamp");
    boolean isNumber =
        raw != null && raw.length() <= 15 && raw.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Long.parseLong(raw) : System.currentTimeMillis();
  }

  private static String word(Relay.Kind kind) {
    return switch (kind) {
      case OFFER -> "offer";
      case ANSWER -> "answer";
      case CHAT -> "message";
      case REACTION -> "reaction";
      default -> "candidate";
    };
  }

  @Override
  public Message encode(Relay relay, Participant sender, RoomState room) {
    String before = "{\"sessionId\":\"" + room.roomId() + "\",";
    String after = ",\"from\":" + Json.write(sender.userId()) + "}";
    return new Message(word(relay.kind()), relay.json().between(before, after));
  }

  @Override
  public boolean isLimited(String name) {
    return false;
  }

  @Override
  public String encode(Reply reply) {
    return Json.write(Reply.SUCCESS);
  }

  @Override
  public String encode(Failure failure) {
    return Dialect.refusal(failure);
  }

  /// An answer or a candidate for a session that is over is nobody's fault.
  @Override
  public @Nullable Message complaint(String name, Args args, Failure failure) {
    return switch (failure.code()) {
      case FORBIDDEN, NOT_FOUND ->
          name.equals("send-answer") || name.equals("send-candidate")
              ? null
              : error("Session not found", failure);
      case RATE_LIMITED, UNAUTHENTICATED, CONFLICT -> error(failure.text(), failure);
      default -> error(FAILED.getOrDefault(name, failure.text()), failure);
    };
  }

  private static Message error(String message, Failure failure) {
    return failure.retryAfterMs() > 0
        ? Message.of(
            "error",
            "message",
            message,
            "code",
            failure.code().name(),
            "retryAfterMs",
            failure.retryAfterMs())
        : Message.of("error", "message", message, "code", failure.code().name());
  }

  @Override
  public @Nullable Message encode(Event event) {
    return switch (event) {
      case Event.Authenticated e ->
          Message.of("connected", "deviceId", e.userId(), "timestamp", now());
      case Event.Queued e ->
          Message.of(
              "queue-joined",
              "position",
              e.position(),
              "timestamp",
              now(),
              "queueLength",
              e.length());
      case Event.Unqueued _ -> Message.of("queue-left", "timestamp", now());
      case Event.QueueMoved e ->
          Message.of(
              "queue-update",
              "position",
              e.position(),
              "estimatedWaitTime",
              e.waitSeconds(),
              "timestamp",
              now());
      case Event.Matched e ->
          Message.of(
              "matched",
              "sessionId",
              e.sessionId(),
              "peerId",
              e.peerId(),
              "timestamp",
              now(),
              "compatibilityScore",
              e.score(),
              "commonInterests",
              e.commonInterests());
      case Event.MatchDetails e ->
          Message.of(
              "match-details",
              "sessionId",
              e.sessionId(),
              "compatibilityScore",
              e.score(),
              "commonInterests",
              e.commonInterests());
      case Event.CallEnded e -> Message.of("call-ended", "sessionId", e.sessionId());
      case Event.RoomClosed e -> Message.of("peer-disconnected", "sessionId", e.roomId());
      case Event.Kicked e -> Message.of("peer-disconnected", "sessionId", e.roomId());
      case Event.ShutOut e ->
          Message.of("moderation-action", "type", "blocked", "message", e.message());
      default -> null;
    };
  }

  private static long now() {
    return Instant.now().toEpochMilli();
  }
}
