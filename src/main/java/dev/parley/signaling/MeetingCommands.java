package dev.parley.signaling;

import dev.parley.account.Principal;
import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Features.MeetingAuth;
import dev.parley.kernel.Utf8;
import dev.parley.room.MeetingRooms;
import dev.parley.room.PassRole;
import dev.parley.room.RoomId;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import dev.parley.turn.IceServers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs the commands of those who meet without an SFU, in meetings and light rooms. A connection is
/// in one such room at most. Each waits; on the lane of the connection that asks.
final class MeetingCommands {

  private static final String NOBODY = "Guest";

  private final Rooms rooms;
  private final MeetingRooms meetings;
  private final RoomDoor door;
  private final RoomViews views;
  private final Lobby lobby;
  private final Standbys standbys;
  private final IceServers iceServers;
  private final MeetingAuth auth;
  private final boolean peersMustSignIn;

  MeetingCommands(
      Rooms rooms,
      MeetingRooms meetings,
      RoomDoor door,
      RoomViews views,
      Lobby lobby,
      Standbys standbys,
      IceServers iceServers,
      MeetingAuth auth,
      Features.RoomAuth peerAuth) {
    this.rooms = rooms;
    this.meetings = meetings;
    this.door = door;
    this.views = views;
    this.lobby = lobby;
    this.standbys = standbys;
    this.iceServers = iceServers;
    this.auth = auth;
    this.peersMustSignIn = peerAuth == Features.RoomAuth.REQUIRED;
  }

  Reply join(Connection connection, Command.JoinMeeting command) {
    String roomId = RoomId.meeting(command.roomId());
    Principal proven = auth == MeetingAuth.OFF ? null : connection.proven();
    if (proven == null && auth == MeetingAuth.REQUIRED) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication required");
    }
    Rooms.Caller caller = caller(connection, command, proven);
    stopWaiting(connection);
    List<IceServers.Server> servers = iceServers.forUser(caller.userId(), Instant.now());
    Rooms.Entrant entrant =
        new Rooms.Entrant(
            command.picture(),
            !command.audioOn(),
            !command.videoOn(),
            domain(proven, command.email()),
            proven != null,
            PassRole.NONE);
    return switch (enter(connection, caller, roomId, entrant)) {
      case Rooms.Waiting waiting -> {
        // Nothing waits from here on until the ack is put away: the host may decide at once.
        lobby.wait(roomId, connection, new Waiting(waiting.request(), command, null));
        standbys.waits(connection, roomId, waiting.request());
        connection.tell(RoomKind.MEETING, new Event.ApprovalAwaited(roomId, waiting.request()));
        yield new Reply.Withheld(roomId);
      }
      case Rooms.Joined joined -> joined(connection, joined, servers);
    };
  }

  private static Rooms.Caller caller(
      Connection connection, Command.JoinMeeting command, @Nullable Principal proven) {
    String userId = command.userId();
    if (proven != null) {
      userId = proven.id();
    } else if (userId.isEmpty()) {
      userId = "guest:" + connection.socketId();
    }
    String name = command.userName();
    if (name.isEmpty()) {
      name = proven == null || proven.displayName().isEmpty() ? NOBODY : proven.displayName();
    }
    return connection.caller(RoomKind.MEETING, userId, userId, name);
  }

  private static String domain(@Nullable Principal proven, String said) {
    // Who has proven who he is cannot say another address than the proof.
    String email = proven == null ? said : Objects.requireNonNullElse(proven.email(), "");
    return email.substring(email.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }

  /// A meeting that was arranged long ago may have to be looked up first.
  private Rooms.Entry enter(
      Connection connection, Rooms.Caller caller, String roomId, Rooms.Entrant entrant) {
    try {
      return door.enter(connection, caller, roomId, entrant, "");
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.NOT_FOUND || !meetings.revive(roomId)) {
        throw failure.code() == Failure.Code.NOT_FOUND
            ? Failure.notFound("Meeting not found")
            : failure;
      }
      return door.enter(connection, caller, roomId, entrant, "");
    }
  }

  private Reply joined(
      Connection connection, Rooms.Joined joined, List<IceServers.Server> servers) {
    RoomState room = joined.state();
    Participant self = joined.participant();
    Membership before = connection.memberships().get(room.roomId());
    if (before != null) {
      connection.closeMedia(before);
    }
    connection.entered(Membership.of(room, self));
    // Before anything that the others say to one whom they know by now.
    connection.tell(RoomKind.MEETING, new Event.IceServersOffered(servers));
    connection.tell(RoomKind.MEETING, new Event.OthersPresent(room, self));
    connection.tell(RoomKind.MEETING, new Event.Entered(room, self));
    if (self.role() == Role.HOST) {
      for (JoinRequest request : room.pending().values()) {
        connection.tell(RoomKind.MEETING, new Event.JoinRequested(room.roomId(), request));
      }
    }
    attach(connection, room);
    leaveOthers(connection, RoomKind.MEETING, room.roomId());
    // Others may have come since, of whom the client was told before this answer.
    RoomState now = views.latest(room);
    return new Reply.MeetingJoined(now, self);
  }

  private void attach(Connection connection, RoomState room) {
    if (!views.attach(room, connection)) {
      throw Failure.forbidden("You have been removed");
    }
    standbys.entered(connection, room);
    views.awaitJoin(room);
  }

  Reply join(Connection connection, Command.JoinPeers command) {
    Principal proven = connection.proven();
    if (proven == null && peersMustSignIn) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication token required");
    }
    String roomId = command.roomId().toLowerCase(Locale.ROOT);
    if (!RoomId.isUuid(roomId)) {
      throw Failure.notFound("Room not found");
    }
    String socketId = connection.socketId();
    String userId = proven == null ? "guest:" + socketId : proven.id();
    String name = proven == null ? command.userName() : proven.displayName();
    if (name.isEmpty()) {
      name = command.userName().isEmpty() ? "Unknown User" : command.userName();
    }
    Rooms.Caller caller = connection.caller(RoomKind.PEER, socketId, userId, name);
    Rooms.Entrant entrant = new Rooms.Entrant("", false, false, "", proven != null, PassRole.NONE);
    if (!(door.enter(connection, caller, roomId, entrant, "") instanceof Rooms.Joined joined)) {
      throw new IllegalStateException("light rooms let everyone in");
    }
    connection.entered(Membership.of(joined.state(), joined.participant()));
    connection.tell(RoomKind.PEER, new Event.Entered(joined.state(), joined.participant()));
    attach(connection, joined.state());
    leaveOthers(connection, RoomKind.PEER, roomId);
    return Reply.SUCCESS;
  }

  /// Joining a second room leaves the first.
  private void leaveOthers(Connection connection, RoomKind kind, String roomId) {
    for (Membership membership : List.copyOf(connection.memberships().all())) {
      if (membership.kind() == kind && !membership.roomId().equals(roomId)) {
        door.leave(connection, membership.roomId(), LeaveReason.LEFT);
      }
    }
  }

  private void stopWaiting(Connection connection) {
    for (String waited : List.copyOf(connection.waiting().keySet())) {
      lobby.stopWaiting(waited, connection);
    }
  }

  Reply leave(Connection connection, Command.LeaveCurrent command) {
    stopWaiting(connection);
    Membership membership = connection.memberships().of(command.kind());
    if (membership != null) {
      door.leave(connection, membership.roomId(), LeaveReason.LEFT);
      connection.tell(command.kind(), new Event.Departed(membership.roomId()));
    }
    return Reply.SUCCESS;
  }

  Reply mark(Connection connection, Command.Mark command) {
    String roomId = roomOf(connection);
    Rooms.Caller caller = connection.callerIn(roomId);
    switch (command.what()) {
      case AUDIO -> rooms.markAudio(caller, roomId, command.isOn());
      case VIDEO -> rooms.markVideo(caller, roomId, command.isOn());
      case SCREEN -> {
        rooms.markScreen(caller, roomId, command.isOn());
        if (command.isAnnounced()) {
          Relay.Kind kind = command.isOn() ? Relay.Kind.SCREEN_STARTED : Relay.Kind.SCREEN_STOPPED;
          views.relay(connection, Relay.toAll(kind, roomId, Utf8.of("")), () -> {});
        }
      }
      case HAND -> rooms.raiseHand(caller, roomId, command.isOn());
    }
    return Reply.SUCCESS;
  }

  Reply markQuality(Connection connection, Command.MarkQuality command) {
    String roomId = roomOf(connection);
    rooms.markQuality(connection.callerIn(roomId), roomId, command.quality());
    return Reply.SUCCESS;
  }

  /// What a host does to one whom he names by his socket.
  Reply control(Connection connection, Command.ControlPeer command) {
    String roomId = roomOf(connection);
    RoomState room = views.state(roomId);
    Participant target = room == null ? null : room.bySocket(command.socketId());
    if (target == null) {
      throw Failure.notFound("Target participant not found");
    }
    Rooms.Caller caller = connection.callerIn(roomId);
    if (command.isRemoved()) {
      rooms.kick(caller, roomId, target.key());
    } else {
      rooms.mute(caller, roomId, target.key());
    }
    return Reply.SUCCESS;
  }

  Reply end(Connection connection) {
    String roomId = roomOf(connection);
    rooms.close(connection.callerIn(roomId), roomId);
    return Reply.SUCCESS;
  }

  Reply decide(Connection connection, Command.DecideJoin command) {
    String roomId = roomOf(connection);
    rooms.decide(
        connection.callerIn(roomId),
        roomId,
        command.userId(),
        command.isApproved(),
        command.reason());
    return Reply.SUCCESS;
  }

  Reply requests(Connection connection) {
    String roomId = roomOf(connection);
    RoomState room = Objects.requireNonNullElseGet(views.state(roomId), () -> rooms.read(roomId));
    Participant self = room.bySocket(connection.socketId());
    if (self == null || self.role() != Role.HOST) {
      throw Failure.forbidden("Only the host can perform this action");
    }
    return new Reply.JoinRequests(roomId, new ArrayList<>(room.pending().values()));
  }

  private static String roomOf(Connection connection) {
    Membership membership = connection.memberships().of(RoomKind.MEETING);
    if (membership == null) {
      throw Failure.forbidden("Not in a meeting");
    }
    return membership.roomId();
  }
}
