package dev.parley.signaling;

import dev.parley.account.Principal;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.PassRole;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Runs the commands that change rooms. Each waits; on the lane of the connection that asks.
final class RoomCommands {

  private final Rooms rooms;
  private final RoomViews views;
  private final MediaNodes mediaNodes;
  private final Standbys standbys;
  private final RoomDoor door;

  RoomCommands(
      Rooms rooms, RoomViews views, MediaNodes mediaNodes, Standbys standbys, RoomDoor door) {
    this.rooms = rooms;
    this.views = views;
    this.mediaNodes = mediaNodes;
    this.standbys = standbys;
    this.door = door;
  }

  /// @throws Failure FORBIDDEN to one who has only a pass
  Reply create(Connection connection, Command.CreateRoom command) {
    if (connection.principal() instanceof Principal.Holder) {
      throw Failure.forbidden("A pass is good for its room only");
    }
    Rooms.Created created =
        rooms.create(connection.member(), command.title(), command.maxParticipants());
    return new Reply.RoomCreated(created.roomId(), created.roomCode());
  }

  Reply join(Connection connection, Command.JoinRoom command) {
    Rooms.Entrant entrant = entrant(connection, command.room());
    String roomId = rooms.resolve(command.room());
    Rooms.Caller caller = connection.member();
    if (!(door.enter(connection, caller, roomId, entrant, mediaNodes.choose())
        instanceof Rooms.Joined joined)) {
      throw new IllegalStateException("conferences let everyone in");
    }
    RoomState state = joined.state();
    String mediaNode = Objects.requireNonNull(state.mediaNode());
    String previous = joined.replaced() == null ? "" : joined.replaced().socketId();
    if (previous.equals(connection.socketId())) {
      mediaNodes.tell(mediaNode, new MediaRequest.CloseOwner(roomId, previous));
    }
    List<ProducerInfo> producers = List.copyOf(state.producers().values());
    Set<String> told = new HashSet<>();
    producers.forEach(producer -> told.add(producer.producerId()));
    connection.entered(Membership.of(state, joined.participant(), told));
    if (!views.attach(state, connection)) {
      throw Failure.forbidden("You have been removed from the meeting");
    }
    standbys.entered(connection, state);
    views.awaitJoin(state);
    RtpCapabilities capabilities = openRouter(connection, roomId, mediaNode);
    // Others may have come since, of whom the client was told before this answer.
    RoomState now = views.latest(state);
    return new Reply.RoomJoined(
        joined.participant().role(),
        ConferenceDialect.people(now.participantList()),
        capabilities,
        now.producers().values().stream().map(ConferenceDialect::track).toList(),
        roomId,
        state.code(),
        state.title(),
        state.settings().screenShare(),
        state.settings().whiteboard());
  }

  /// @throws Failure FORBIDDEN to one whose pass is for another room
  private static Rooms.Entrant entrant(Connection connection, String room) {
    if (!(connection.principal() instanceof Principal.Holder holder)) {
      return Rooms.Entrant.member();
    }
    if (!holder.pass().room().equalsIgnoreCase(room.strip())) {
      throw Failure.forbidden("The pass is for another room");
    }
    PassRole role = holder.pass().owner() ? PassRole.OWNER : PassRole.GUEST;
    return Rooms.Entrant.holder(role, holder.pass().publish());
  }

  private RtpCapabilities openRouter(Connection connection, String roomId, String mediaNode) {
    try {
      return mediaNodes.ask(mediaNode, new MediaRequest.OpenRouter(roomId)).rtpCapabilities();
    } catch (Failure failure) {
      door.leave(connection, roomId, LeaveReason.LEFT);
      throw failure;
    }
  }

  Reply close(Connection connection, Command.CloseRoom command) {
    rooms.close(connection.callerIn(command.roomId()), command.roomId());
    return Reply.SUCCESS;
  }

  Reply kick(Connection connection, Command.Kick command) {
    rooms.kick(connection.callerIn(command.roomId()), command.roomId(), command.targetUserId());
    return Reply.SUCCESS;
  }

  Reply muteAll(Connection connection, Command.MuteAll command) {
    return new Reply.MutedAll(
        true, rooms.muteAll(connection.callerIn(command.roomId()), command.roomId()));
  }

  Reply mute(Connection connection, Command.Mute command) {
    rooms.mute(connection.callerIn(command.roomId()), command.roomId(), command.targetUserId());
    return Reply.SUCCESS;
  }

  Reply changeRole(Connection connection, Command.ChangeRole command) {
    rooms.changeRole(
        connection.callerIn(command.roomId()),
        command.roomId(),
        command.targetUserId(),
        command.role());
    return Reply.SUCCESS;
  }

  Reply raiseHand(Connection connection, Command.RaiseHand command) {
    return new Reply.HandRaised(
        true, rooms.toggleHand(connection.callerIn(command.roomId()), command.roomId()));
  }

  /// Changes nothing, so it goes by the view alone: no store.
  Reply react(Connection connection, Command.React command) {
    views.relay(
        connection,
        Relay.toOthers(
            Relay.Kind.REACTION, command.roomId(), Utf8.of(Json.write(command.reaction()))),
        () -> {});
    return Reply.SUCCESS;
  }

  Reply changeSettings(Connection connection, Command.ChangeSettings command) {
    rooms.changeSettings(
        connection.callerIn(command.roomId()),
        command.roomId(),
        command.allowScreenShare(),
        command.allowWhiteboard());
    return Reply.SUCCESS;
  }

  Reply markMedia(Connection connection, Command.MarkMedia command) {
    rooms.markMedia(
        connection.callerIn(command.roomId()),
        command.roomId(),
        command.audioEnabled(),
        command.videoEnabled());
    return Reply.SUCCESS;
  }

  Reply producers(Connection connection, Command.GetProducers command) {
    Membership membership =
        command.roomId().isEmpty()
            ? connection.memberships().of(RoomKind.MEETING)
            : connection.memberships().get(command.roomId());
    RoomState state = membership == null ? null : views.state(membership.roomId());
    if (state == null || membership == null) {
      throw Failure.forbidden("Not a participant in this room");
    }
    List<ProducerInfo> others =
        state.producers().values().stream()
            .filter(producer -> !producer.socketId().equals(connection.socketId()))
            .toList();
    return membership.kind() == RoomKind.MEETING
        ? new Reply.PeerProducers(state, others)
        : new Reply.Producers(others.stream().map(ConferenceDialect::track).toList());
  }
}
