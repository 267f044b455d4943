package dev.parley.signaling;

import dev.parley.contract.MediaRequest;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RtpCapabilities;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs the commands that change rooms. Each waits; on the lane of the connection that asks.
final class RoomCommands {

  /// A departure that Redis does not take is tried again for an hour.
  private static final int MAX_ATTEMPTS = 3_600;

  private static final long RETRY_MS = 1_000;

  private final Rooms rooms;
  private final RoomViews views;
  private final MediaNodes mediaNodes;
  private final Standbys standbys;
  private final RoomViews.Scheduler scheduler;

  RoomCommands(
      Rooms rooms,
      RoomViews views,
      MediaNodes mediaNodes,
      Standbys standbys,
      RoomViews.Scheduler scheduler) {
    this.rooms = rooms;
    this.views = views;
    this.mediaNodes = mediaNodes;
    this.standbys = standbys;
    this.scheduler = scheduler;
  }

  Reply create(Connection connection, Command.CreateRoom command) {
    Rooms.Created created =
        rooms.create(connection.caller(), command.title(), command.maxParticipants());
    return new Reply.RoomCreated(created.roomId(), created.roomCode());
  }

  Reply join(Connection connection, Command.JoinRoom command) {
    String roomId = rooms.resolve(command.room());
    Rooms.Joined joined = enter(connection, roomId);
    RoomState state = joined.state();
    String mediaNode = Objects.requireNonNull(state.mediaNode());
    String previous = joined.replaced() == null ? "" : joined.replaced().socketId();
    if (previous.equals(connection.socketId())) {
      mediaNodes.tell(mediaNode, new MediaRequest.CloseOwner(roomId, previous));
    }
    List<ProducerInfo> producers = List.copyOf(state.producers().values());
    Set<String> told = new HashSet<>();
    producers.forEach(producer -> told.add(producer.producerId()));
    connection.entered(new Membership(roomId, mediaNode, told));
    if (!views.attach(state, connection)) {
      throw Failure.forbidden("You have been removed from the meeting");
    }
    standbys.entered(connection, state);
    RtpCapabilities capabilities = openRouter(connection, roomId, mediaNode);
    return new Reply.RoomJoined(
        joined.participant().role(),
        ConferenceDialect.people(state.participantList()),
        capabilities,
        producers.stream().map(ConferenceDialect::track).toList(),
        roomId,
        state.code(),
        state.title(),
        state.allowScreenShare(),
        state.allowWhiteboard());
  }

  /// Makes the join in the store. A join whose answer got lost may have happened: it is taken back.
  private Rooms.Joined enter(Connection connection, String roomId) {
    String mediaNode = mediaNodes.choose();
    views.expect(roomId);
    try {
      Rooms.Joined joined =
          rooms.join(connection.caller(), roomId, mediaNode, connection.standby());
      if (joined.state().mediaNode() == null) {
        throw new IllegalStateException("joined a room without a media node");
      }
      return joined;
    } catch (Throwable t) {
      views.abandon(roomId);
      if (t instanceof Failure failure && failure.code() == Failure.Code.UNAVAILABLE) {
        Departure back =
            new Departure(connection, connection.caller(), roomId, LeaveReason.LEFT, mediaNode, 1);
        scheduler.later(RETRY_MS, () -> depart(back));
      }
      throw t;
    }
  }

  private RtpCapabilities openRouter(Connection connection, String roomId, String mediaNode) {
    try {
      return mediaNodes.ask(mediaNode, new MediaRequest.OpenRouter(roomId)).rtpCapabilities();
    } catch (Failure failure) {
      leave(connection, roomId, LeaveReason.LEFT);
      throw failure;
    }
  }

  /// Takes a connection out of a room. Does nothing when it is not in it.
  void leave(Connection connection, String roomId, LeaveReason reason) {
    Membership membership = connection.left(roomId);
    views.detach(roomId, connection);
    if (membership != null) {
      mediaNodes.tell(
          membership.mediaNode(), new MediaRequest.CloseOwner(roomId, connection.socketId()));
    }
    depart(
        new Departure(
            connection,
            connection.caller(),
            roomId,
            reason,
            membership == null ? null : membership.mediaNode(),
            0));
  }

  /// A leave that has to reach Redis.
  private record Departure(
      Connection connection,
      Rooms.Caller caller,
      String roomId,
      LeaveReason reason,
      @Nullable String mediaNode,
      int attempt) {}

  /// Tries until Redis answers, so that nobody stays in a room as a ghost.
  private void depart(Departure departure) {
    if (departure.attempt > 0 && departure.connection.membership(departure.roomId) != null) {
      // He has come back meanwhile.
      return;
    }
    Rooms.Left left;
    try {
      left = rooms.leave(departure.caller, departure.roomId, departure.reason);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.UNAVAILABLE || departure.attempt == MAX_ATTEMPTS) {
        throw failure;
      }
      Departure again =
          new Departure(
              departure.connection,
              departure.caller,
              departure.roomId,
              departure.reason,
              departure.mediaNode,
              departure.attempt + 1);
      scheduler.later(RETRY_MS, () -> depart(again));
      return;
    }
    if (left != null && left.closed() && departure.mediaNode != null) {
      mediaNodes.tell(departure.mediaNode, new MediaRequest.CloseRouter(departure.roomId));
    }
  }

  Reply close(Connection connection, Command.CloseRoom command) {
    Membership membership = connection.membership(command.roomId());
    rooms.close(connection.caller(), command.roomId());
    if (membership != null) {
      mediaNodes.tell(membership.mediaNode(), new MediaRequest.CloseRouter(command.roomId()));
    }
    return Reply.SUCCESS;
  }

  Reply kick(Connection connection, Command.Kick command) {
    rooms.kick(connection.caller(), command.roomId(), command.targetUserId());
    return Reply.SUCCESS;
  }

  Reply muteAll(Connection connection, Command.MuteAll command) {
    return new Reply.MutedAll(true, rooms.muteAll(connection.caller(), command.roomId()));
  }

  Reply mute(Connection connection, Command.Mute command) {
    rooms.mute(connection.caller(), command.roomId(), command.targetUserId());
    return Reply.SUCCESS;
  }

  Reply changeRole(Connection connection, Command.ChangeRole command) {
    rooms.changeRole(connection.caller(), command.roomId(), command.targetUserId(), command.role());
    return Reply.SUCCESS;
  }

  Reply raiseHand(Connection connection, Command.RaiseHand command) {
    return new Reply.HandRaised(true, rooms.toggleHand(connection.caller(), command.roomId()));
  }

  /// Changes nothing, so it goes by the view alone: no store.
  Reply react(Connection connection, Command.React command) {
    views.relay(
        connection,
        new Relay(
            Relayed.Kind.REACTION,
            command.roomId(),
            "",
            false,
            Utf8.of(Json.write(command.reaction()))),
        () -> {});
    return Reply.SUCCESS;
  }

  Reply changeSettings(Connection connection, Command.ChangeSettings command) {
    rooms.changeSettings(
        connection.caller(),
        command.roomId(),
        command.allowScreenShare(),
        command.allowWhiteboard());
    return Reply.SUCCESS;
  }

  Reply markMedia(Connection connection, Command.MarkMedia command) {
    rooms.markMedia(
        connection.caller(), command.roomId(), command.audioEnabled(), command.videoEnabled());
    return Reply.SUCCESS;
  }

  Reply producers(Connection connection, Command.GetProducers command) {
    RoomState state = views.state(command.roomId());
    @Nullable Membership membership = connection.membership(command.roomId());
    if (state == null || membership == null) {
      throw Failure.forbidden("Not a participant in this room");
    }
    return new Reply.Producers(
        state.producers().values().stream()
            .filter(producer -> !producer.socketId().equals(connection.socketId()))
            .map(ConferenceDialect::track)
            .toList());
  }
}
