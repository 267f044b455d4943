package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.signaling.socketio.Args;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Light peer-to-peer rooms: `join-room`, `leave-room`, and offers, answers and candidates between
/// sockets. Nothing is acknowledged unless it was asked for. The client shows each `error` in a
/// box, so that only joins have one: what cannot be passed on is dropped.
final class PeerDialect implements Dialect {

  private static final int MAX_NAME = 100;

  @Override
  public RoomKind kind() {
    return RoomKind.PEER;
  }

  @Override
  public boolean knows(String name) {
    return name.equals("join-room") || name.equals("leave-room") || isRelay(name);
  }

  @Override
  public Command decode(String name, JsonNode payload) {
    return switch (name) {
      case "join-room" -> {
        Payload fields = new Payload(payload);
        yield new Command.JoinPeers(fields.id("roomId"), fields.label("username", MAX_NAME));
      }
      case "leave-room" -> new Command.LeaveCurrent(RoomKind.PEER);
      default -> throw Failure.invalid("unknown event");
    };
  }

  @Override
  public boolean isRelay(String name) {
    return PeerRelays.has(name);
  }

  @Override
  public Relay relay(String name, Args args) {
    return PeerRelays.read(name, args);
  }

  @Override
  public Message encode(Relay relay, Participant sender, RoomState room) {
    return PeerRelays.encode(relay, sender, RoomKind.PEER);
  }

  @Override
  public boolean isLimited(String name) {
    return name.equals("join-room");
  }

  @Override
  public String encode(Reply reply) {
    return Json.write(Reply.SUCCESS);
  }

  @Override
  public String encode(Failure failure) {
    return Dialect.refusal(failure);
  }

  @Override
  public @Nullable Message complaint(String name, Args args, Failure failure) {
    return isRelay(name) && failure.code() != Failure.Code.RATE_LIMITED
        ? null
        : new Message("error", encode(failure));
  }

  @Override
  public @Nullable Message encode(Event event) {
    return switch (event) {
      case Event.Entered e -> entered(e);
      case Event.Departed _ -> new Message("left-room", (Utf8) null);
      case Event.ParticipantJoined e -> person("user-joined", e.participant());
      case Event.ParticipantLeft e -> person("user-left", e.participant());
      case Event.RoomClosed e ->
          Message.of(
              "room-deleted",
              "roomId",
              e.roomId(),
              "message",
              "This room has been deleted by the owner");
      case Event.Refused e -> Message.of("error", "message", e.message(), "code", e.code());
      default -> null;
    };
  }

  private static Message entered(Event.Entered event) {
    List<Map<String, Object>> others = new ArrayList<>();
    for (Participant other : event.room().participants().values()) {
      if (!other.key().equals(event.self().key())) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", other.userId());
        fields.put("username", other.displayName());
        fields.put("socketId", other.socketId());
        others.add(fields);
      }
    }
    return Message.of(
        "joined-room",
        "userId",
        event.self().userId(),
        "roomId",
        event.room().roomId(),
        "participants",
        others);
  }

  private static Message person(String name, Participant participant) {
    return Message.of(
        name,
        "userId",
        participant.userId(),
        "username",
        participant.displayName(),
        "socketId",
        participant.socketId());
  }
}
