package dev.parley.signaling;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.MediaRequest.ConsumerAction;
import dev.parley.contract.MediaRequest.ProducerAction;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.signaling.socketio.Args;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The SFU conference: events `room:*` and `media:*`.
///
/// A success acks the plain reply. A failure acks `{status:"error", message, code}` and is also
/// told by the event `error`, since clients of the original wait for either.
final class ConferenceDialect implements Dialect {

  private static final int MAX_TITLE = 255;
  private static final int MAX_REACTION = 32;
  private static final int MAX_ID = 128;

  /// Anything one participant tells others.
  private static final String MESSAGE = "room:message";

  private static final Map<String, Function<Payload, Command>> COMMANDS = commands();

  /// What changes rooms. Not what a join of a large room needs by the hundred: consuming, resuming,
  /// connecting.
  private static final Set<String> LIMITED =
      Set.of(
          "room:create",
          "room:join",
          "room:close",
          "room:kick",
          "room:muteAll",
          "room:muteUser",
          "room:changeRole",
          "room:handRaise",
          "room:reaction",
          "room:updateSettings",
          "media:createTransport",
          "media:produce");

  private static Map<String, Function<Payload, Command>> commands() {
    Map<String, Function<Payload, Command>> table = new LinkedHashMap<>();
    table.put(
        "room:create",
        p -> new Command.CreateRoom(p.text("title", 1, MAX_TITLE), maxParticipants(p)));
    table.put("room:join", p -> new Command.JoinRoom(p.id("roomId")));
    table.put("room:leave", p -> new Command.LeaveRoom(p.id("roomId")));
    table.put("room:close", p -> new Command.CloseRoom(p.id("roomId")));
    table.put("room:kick", p -> new Command.Kick(p.id("roomId"), p.id("targetUserId")));
    table.put("room:muteAll", p -> new Command.MuteAll(p.id("roomId")));
    table.put("room:muteUser", p -> new Command.Mute(p.id("roomId"), p.id("targetUserId")));
    table.put(
        "room:changeRole",
        p -> new Command.ChangeRole(p.id("roomId"), p.id("targetUserId"), role(p)));
    table.put("room:handRaise", p -> new Command.RaiseHand(p.id("roomId")));
    table.put(
        "room:reaction",
        p -> new Command.React(p.id("roomId"), p.text("reaction", 1, MAX_REACTION)));
    table.put("room:updateSettings", ConferenceDialect::settings);
    table.put(
        "media:stateChange",
        p -> new Command.MarkMedia(p.id("roomId"), p.flag("audioEnabled"), p.flag("videoEnabled")));
    table.put("media:getRouterCapabilities", p -> new Command.GetCapabilities(p.id("roomId")));
    table.put("media:createTransport", p -> MediaPayloads.createTransport(p, p.id("roomId")));
    table.put("media:connectTransport", MediaPayloads::connectTransport);
    table.put("media:restartIce", p -> new Command.RestartIce(p.id("transportId")));
    table.put("media:produce", p -> MediaPayloads.produce(p, p.id("roomId")));
    table.put("media:consume", p -> MediaPayloads.consume(p, p.id("roomId"), true));
    table.put("media:closeProducer", MediaPayloads.producer(ProducerAction.CLOSE));
    table.put("media:pauseProducer", MediaPayloads.producer(ProducerAction.PAUSE));
    table.put("media:resumeProducer", MediaPayloads.producer(ProducerAction.RESUME));
    table.put("media:resumeConsumer", MediaPayloads.consumer(ConsumerAction.RESUME));
    table.put("media:pauseConsumer", MediaPayloads.consumer(ConsumerAction.PAUSE));
    table.put("media:closeConsumer", MediaPayloads.consumer(ConsumerAction.CLOSE));
    table.put("media:requestKeyFrame", MediaPayloads.consumer(ConsumerAction.REQUEST_KEY_FRAME));
    table.put(
        "media:setPreferredLayers",
        p ->
            new Command.SetPreferredLayers(
                p.id("consumerId"),
                p.number("spatialLayer", 0, 7),
                p.numberOrNull("temporalLayer", 0, 7)));
    table.put("media:getProducers", p -> new Command.GetProducers(p.id("roomId")));
    table.put("media:getStats", p -> new Command.GetStats(statsId(p)));
    return table;
  }

  private static @Nullable Integer maxParticipants(Payload p) {
    return p.numberOrNull("maxParticipants", 2, 500);
  }

  private static Role role(Payload p) {
    return switch (p.word("newRole", List.of("co_host", "participant", "host"))) {
      case "host" -> Role.HOST;
      case "co_host" -> Role.CO_HOST;
      default -> Role.PARTICIPANT;
    };
  }

  private static Command settings(Payload p) {
    Payload settings = p.objectOrEmpty("settings");
    return new Command.ChangeSettings(
        p.id("roomId"),
        settings.flagOrNull("allowScreenShare"),
        settings.flagOrNull("allowWhiteboard"));
  }

  private static String statsId(Payload p) {
    for (String field : List.of("transportId", "producerId", "consumerId")) {
      if (!p.isAbsent(field)) {
        return p.id(field);
      }
    }
    throw Failure.invalid("transportId, producerId or consumerId is required");
  }

  @Override
  public RoomKind kind() {
    return RoomKind.CONFERENCE;
  }

  @Override
  public boolean knows(String name) {
    return COMMANDS.containsKey(name) || isRelay(name);
  }

  @Override
  public boolean isRelay(String name) {
    return name.equals(MESSAGE);
  }

  @Override
  public Relay relay(String name, Args args) {
    Slices fields = Slices.of(args.size() == 0 ? "" : args.json(0));
    String roomId = fields.text("roomId", MAX_ID);
    String socketId = fields.text("targetSocketId", MAX_ID);
    String userId = fields.text("targetUserId", MAX_ID);
    String data = fields.raw("data");
    if (roomId == null) {
      throw Failure.invalid("roomId is required");
    }
    if (data == null) {
      throw Failure.invalid("data is required");
    }
    if (!args.attachments().isEmpty()) {
      throw Failure.invalid("data must be JSON");
    }
    if (socketId != null) {
      return new Relay(
          Relay.Kind.MESSAGE, roomId, Relay.Audience.SOCKET, socketId, "", Utf8.of(data));
    }
    if (userId != null) {
      return new Relay(Relay.Kind.MESSAGE, roomId, Relay.Audience.USER, userId, "", Utf8.of(data));
    }
    return Relay.toOthers(Relay.Kind.MESSAGE, roomId, Utf8.of(data));
  }

  @Override
  public Command decode(String name, JsonNode payload) {
    Function<Payload, Command> decoder = COMMANDS.get(name);
    if (decoder == null) {
      throw Failure.invalid("unknown event");
    }
    return decoder.apply(new Payload(payload));
  }

  @Override
  public boolean isLimited(String name) {
    return LIMITED.contains(name);
  }

  @Override
  public String encode(Reply reply) {
    return Json.write(reply);
  }

  @Override
  public String encode(Failure failure) {
    return Dialect.refusal(failure);
  }

  @Override
  public Message complaint(String name, Args args, Failure failure) {
    return new Message("error", encode(failure));
  }

  @Override
  public @Nullable Message encode(Event event) {
    return switch (event) {
      case Event.OfStrangers _ -> null;
      case Event.Authenticated e -> Message.of("authenticated", "userId", e.userId());
      case Event.Refused e -> Message.of("error", "message", e.message(), "code", e.code());
      case Event.ParticipantJoined e -> joined(e);
      case Event.ParticipantLeft e -> left(e);
      case Event.RoomClosed e -> Message.of("room:closed", "roomId", e.roomId());
      case Event.Kicked e ->
          Message.of(
              "room:userKicked",
              "roomId",
              e.roomId(),
              "reason",
              "You have been removed from the meeting");
      case Event.Replaced e -> Message.of("room:replaced", "roomId", e.roomId());
      case Event.Muted e ->
          Message.of(
              e.everyone() ? "room:allMuted" : "room:userMuted",
              "roomId",
              e.roomId(),
              "mutedBy",
              e.by());
      case Event.RoleChanged e ->
          Message.of(
              "room:roleChanged",
              "userId",
              e.participant().userId(),
              "newRole",
              e.participant().role());
      case Event.HandRaised e ->
          Message.of(
              "room:handRaised",
              "userId",
              e.participant().userId(),
              "handRaised",
              e.participant().handRaised());
      case Event.SettingsChanged e -> settings(e);
      case Event.MediaMarked e ->
          Message.of(
              "media:peerUpdate",
              "userId",
              e.participant().userId(),
              "audioEnabled",
              !e.participant().isMuted(),
              "videoEnabled",
              !e.participant().isVideoOff());
      case Event.ProducerAdded e ->
          new Message("media:newProducer", Json.write(track(e.producer())));
      case Event.ProducerClosed e ->
          Message.of("media:producerClosed", "producerId", e.producerId(), "userId", e.userId());
      case Event.ProducerPaused e -> paused(e.producer());
      case Event.TransportClosed e ->
          Message.of("media:transportClosed", "transportId", e.transportId(), "reason", e.reason());
      case Event.LayersChanged e -> layers(e);
      case Event.IceServersOffered _,
          Event.OthersPresent _,
          Event.Entered _,
          Event.Departed _,
          Event.ApprovalAwaited _,
          Event.JoinRequested _,
          Event.JoinRequestSettled _,
          Event.SfuAdvised _ ->
          null;
    };
  }

  @Override
  public Message encode(Relay relay, Participant sender, RoomState room) {
    String user = "\"userId\":" + Json.write(sender.userId());
    if (relay.kind() == Relay.Kind.REACTION) {
      return new Message(
          "room:reactionReceived", relay.json().between("{" + user + ",\"reaction\":", "}"));
    }
    return new Message(
        MESSAGE,
        relay
            .json()
            .between(
                "{\"roomId\":\""
                    + room.roomId()
                    + "\","
                    + user
                    + ",\"socketId\":\""
                    + sender.socketId()
                    + "\",\"data\":",
                "}"));
  }

  private record Joined(
      String userId, Role role, List<Reply.Person> participants, String displayName) {}

  private static Message joined(Event.ParticipantJoined e) {
    Participant p = e.participant();
    return new Message(
        "room:userJoined",
        Json.write(new Joined(p.userId(), p.role(), people(e.participants()), p.displayName())));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Left(String userId, List<Reply.Person> participants, @Nullable Boolean kicked) {}

  private static Message left(Event.ParticipantLeft e) {
    Boolean kicked = e.kicked() ? Boolean.TRUE : null;
    return new Message(
        "room:userLeft",
        Json.write(new Left(e.participant().userId(), people(e.participants()), kicked)));
  }

  private static Message settings(Event.SettingsChanged e) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("allowScreenShare", e.settings().screenShare());
    settings.put("allowWhiteboard", e.settings().whiteboard());
    return Message.of("room:settingsUpdated", "roomId", e.roomId(), "settings", settings);
  }

  private static Message paused(ProducerInfo producer) {
    return Message.of(
        producer.paused() ? "media:producerPaused" : "media:producerResumed",
        "userId",
        producer.userId(),
        "producerId",
        producer.producerId(),
        "kind",
        producer.kind());
  }

  private static Message layers(Event.LayersChanged e) {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("consumerId", e.consumerId());
    payload.put("spatialLayer", e.spatialLayer());
    payload.put("temporalLayer", e.temporalLayer());
    return new Message("media:layersChanged", Json.write(payload));
  }

  /// Participants as this dialect's clients see them.
  static List<Reply.Person> people(List<Participant> participants) {
    return participants.stream()
        .map(p ->
            new Reply.Person(
                p.userId(),
                p.socketId(),
                p.role(),
                p.joinedAt(),
                p.producerIds(),
                p.isMuted(),
                p.isVideoOff(),
                p.displayName(),
                p.handRaised()))
        .toList();
  }

  /// A producer as this dialect's clients see it.
  static Reply.Track track(ProducerInfo producer) {
    return new Reply.Track(
        producer.producerId(),
        producer.userId(),
        producer.kind(),
        producer.paused(),
        new Reply.AppData(producer.label()));
  }
}
