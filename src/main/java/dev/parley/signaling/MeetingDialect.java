package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.MediaRequest.ConsumerAction;
import dev.parley.contract.MediaRequest.ProducerAction;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.signaling.Command.OwnMark;
import dev.parley.signaling.socketio.Args;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Mesh meetings, for clients that name the others by user id and those that name them by socket
/// id: what goes out has the fields of both. `MeetingWords` writes it.
///
/// A command that fails acks `{success:false, error, code}` and is told by `meeting-error`, one
/// that was to reach a peer by `peer-connection-error`. A socket is in one meeting at a time: the
/// `roomId` of all but joins is not looked at.
final class MeetingDialect implements Dialect {

  private static final int MAX_NAME = 100;
  private static final int MAX_PICTURE = 2_048;
  private static final int MAX_EMAIL = 254;
  private static final int MAX_REASON = 200;
  private static final int MAX_MESSAGE = 4_000;
  private static final int MAX_REACTION = 32;

  private static final Map<String, Function<Payload, Command>> COMMANDS = commands();

  /// Commands whose payload may be missing.
  private static final Set<String> BARE =
      Set.of(
          "leave-meeting",
          "meeting:leave",
          "meeting:end",
          "list-join-requests",
          "screen:start",
          "screen:stop",
          "getRouterRtpCapabilities",
          "getProducers");

  private static final Map<String, Relay.Kind> TALK =
      Map.of("meeting-chat-message", Relay.Kind.CHAT, "meeting-reaction", Relay.Kind.REACTION);

  /// What changes meetings; not what connecting to many takes.
  private static final Set<String> LIMITED =
      Set.of(
          "join-meeting",
          "toggle-audio",
          "toggle-video",
          "toggle-screen-share",
          "screen:start",
          "screen:stop",
          "raise-hand",
          "change-video-quality",
          "control:mute",
          "control:remove",
          "meeting:end",
          "approve-participant",
          "reject-participant",
          "createWebRtcTransport",
          "produce");

  private static Map<String, Function<Payload, Command>> commands() {
    Map<String, Function<Payload, Command>> table = new LinkedHashMap<>();
    table.put(
        "join-meeting",
        p ->
            new Command.JoinMeeting(
                p.id("roomId"),
                p.idOrEmpty("userId"),
                p.label("userName", MAX_NAME),
                p.textOrNothing("userPicture", MAX_PICTURE),
                p.flagOr("isVideoEnabled", true),
                p.flagOr("isAudioEnabled", true),
                p.textOrEmpty("userEmail", MAX_EMAIL)));
    table.put("leave-meeting", _ -> new Command.LeaveCurrent(RoomKind.MEETING));
    table.put("meeting:leave", _ -> new Command.LeaveCurrent(RoomKind.MEETING));
    table.put("toggle-audio", p -> mark(OwnMark.AUDIO, p.flag("isEnabled")));
    table.put("toggle-video", p -> mark(OwnMark.VIDEO, p.flag("isEnabled")));
    table.put("toggle-screen-share", p -> mark(OwnMark.SCREEN, p.flag("isSharing")));
    table.put("screen:start", _ -> new Command.Mark(OwnMark.SCREEN, true, true));
    table.put("screen:stop", _ -> new Command.Mark(OwnMark.SCREEN, false, true));
    table.put("raise-hand", p -> mark(OwnMark.HAND, p.flag("isRaised")));
    table.put("change-video-quality", p -> new Command.MarkQuality(p.text("quality", 1, 32)));
    table.put("control:mute", p -> new Command.ControlPeer(p.id("targetSocketId"), false));
    table.put("control:remove", p -> new Command.ControlPeer(p.id("targetSocketId"), true));
    table.put("meeting:end", _ -> new Command.EndMeeting());
    table.put("approve-participant", p -> new Command.DecideJoin(p.id("userId"), true, ""));
    table.put(
        "reject-participant",
        p -> new Command.DecideJoin(p.id("userId"), false, p.textOrEmpty("reason", MAX_REASON)));
    table.put("list-join-requests", _ -> new Command.ListJoinRequests());
    media(table);
    return table;
  }

  /// The SFU, for meetings that have become too large for a mesh.
  private static void media(Map<String, Function<Payload, Command>> table) {
    table.put("getRouterRtpCapabilities", _ -> new Command.GetCapabilities(""));
    table.put("getProducers", _ -> new Command.GetProducers(""));
    table.put("createWebRtcTransport", p -> MediaPayloads.createTransport(p, ""));
    table.put("connectTransport", MediaPayloads::connectTransport);
    table.put("restartIce", p -> new Command.RestartIce(p.id("transportId")));
    table.put("produce", p -> MediaPayloads.produce(p, ""));
    table.put("consume", p -> MediaPayloads.consume(p, "", false));
    table.put("pauseConsumer", MediaPayloads.consumer(ConsumerAction.PAUSE));
    table.put("resumeConsumer", MediaPayloads.consumer(ConsumerAction.RESUME));
    table.put("closeConsumer", MediaPayloads.consumer(ConsumerAction.CLOSE));
    table.put("pauseProducer", MediaPayloads.producer(ProducerAction.PAUSE));
    table.put("resumeProducer", MediaPayloads.producer(ProducerAction.RESUME));
    table.put("closeProducer", MediaPayloads.producer(ProducerAction.CLOSE));
  }

  private static Command mark(OwnMark what, boolean isOn) {
    return new Command.Mark(what, isOn, false);
  }

  @Override
  public RoomKind kind() {
    return RoomKind.MEETING;
  }

  @Override
  public boolean knows(String name) {
    return COMMANDS.containsKey(name) || isRelay(name);
  }

  @Override
  public Command decode(String name, JsonNode payload) {
    Function<Payload, Command> decoder = COMMANDS.get(name);
    if (decoder == null) {
      throw Failure.invalid("unknown event");
    }
    boolean isBare = BARE.contains(name) && !payload.isObject();
    return decoder.apply(new Payload(isBare ? Json.MAPPER.createObjectNode() : payload));
  }

  @Override
  public boolean isRelay(String name) {
    return PeerRelays.has(name) || TALK.containsKey(name);
  }

  @Override
  public Relay relay(String name, Args args) {
    Relay.Kind kind = TALK.get(name);
    if (kind == null) {
      return PeerRelays.read(name, args);
    }
    if (!args.attachments().isEmpty()) {
      throw Failure.invalid("payload must be JSON");
    }
    Slices fields = Slices.of(args.size() == 0 ? "" : args.json(0));
    boolean isChat = kind == Relay.Kind.CHAT;
    String what = isChat ? "message" : "reaction";
    String text = fields.text(what, isChat ? MAX_MESSAGE : MAX_REACTION);
    if (text == null) {
      throw Failure.invalid(what + " must be a string");
    }
    Utf8 json = Utf8.of(Json.write(text));
    return isChat ? Relay.toAll(kind, "", json) : Relay.toOthers(kind, "", json);
  }

  @Override
  public Message encode(Relay relay, Participant sender, RoomState room) {
    return switch (relay.kind()) {
      case CHAT -> {
        if (!room.settings().chat()) {
          throw Failure.forbidden("Chat is disabled");
        }
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        String before = MeetingWords.speaker(sender) + ",\"message\":";
        String after = ",\"timestamp\":\"" + now + "\"}";
        yield new Message("meeting-chat-message", relay.json().between(before, after));
      }
      case REACTION -> {
        String before =
            MeetingWords.speaker(sender)
                + ",\"socketId\":\""
                + sender.socketId()
                + "\",\"reaction\":";
        yield new Message("meeting-reaction", relay.json().between(before, "}"));
      }
      case SCREEN_STARTED -> Message.of("screen:started", "socketId", sender.socketId());
      case SCREEN_STOPPED -> Message.of("screen:stopped", "socketId", sender.socketId());
      case OFFER, ANSWER, CANDIDATE, MESSAGE -> PeerRelays.encode(relay, sender, RoomKind.MEETING);
    };
  }

  @Override
  public boolean isLimited(String name) {
    return LIMITED.contains(name);
  }

  @Override
  public String encode(Reply reply) {
    return MeetingWords.reply(reply);
  }

  @Override
  public String encode(Failure failure) {
    Map<String, Object> refusal = new LinkedHashMap<>();
    refusal.put("success", false);
    refusal.putAll(told(failure));
    return Json.write(refusal);
  }

  private static Map<String, Object> told(Failure failure) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("error", failure.text());
    told.put("code", failure.code().name());
    if (failure.retryAfterMs() > 0) {
      told.put("retryAfterMs", failure.retryAfterMs());
    }
    return told;
  }

  @Override
  public @Nullable Message complaint(String name, Args args, Failure failure) {
    if (!PeerRelays.has(name)) {
      return new Message("meeting-error", Json.write(told(failure)));
    }
    boolean isMissing = failure.code() == Failure.Code.NOT_FOUND;
    if (PeerRelays.isPeers(args) || (isMissing && name.equals("ice-candidate"))) {
      return null;
    }
    Map<String, Object> told = new LinkedHashMap<>();
    String userId = PeerRelays.targetUserId(args);
    if (userId != null) {
      told.put("targetUserId", userId);
    }
    told.putAll(told(failure));
    if (isMissing) {
      told.put("error", "Target participant not found");
    }
    return new Message("peer-connection-error", Json.write(told));
  }

  @Override
  public @Nullable Message encode(Event event) {
    return MeetingWords.event(event);
  }
}
