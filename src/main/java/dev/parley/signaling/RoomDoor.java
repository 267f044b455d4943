package dev.parley.signaling;

import dev.parley.contract.MediaRequest;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.room.Rooms;

/// How connections come into rooms and out of them, whatever the rooms' kind. Waits; on the lane of
/// the connection.
final class RoomDoor {

  /// A departure that Redis does not take is tried again for an hour.
  private static final int MAX_ATTEMPTS = 3_600;

  private static final long RETRY_MS = 1_000;

  private final Rooms rooms;
  private final RoomViews views;
  private final MediaNodes mediaNodes;
  private final Absentees absentees;
  private final RoomViews.Scheduler scheduler;

  RoomDoor(
      Rooms rooms,
      RoomViews views,
      MediaNodes mediaNodes,
      Absentees absentees,
      RoomViews.Scheduler scheduler) {
    this.absentees = absentees;
    this.rooms = rooms;
    this.views = views;
    this.mediaNodes = mediaNodes;
    this.scheduler = scheduler;
  }

  /// Makes the join in the store. What happens to the room from then on is kept for the connection
  /// until `RoomViews.attach`, unless it has to wait. A join whose answer got lost may have
  /// happened: it is taken back.
  ///
  /// @param mediaNode node to pin the room to when it is on none yet; empty for none
  Rooms.Entry enter(
      Connection connection,
      Rooms.Caller caller,
      String roomId,
      Rooms.Entrant entrant,
      String mediaNode) {
    views.expect(roomId);
    try {
      Rooms.Entry entry = rooms.join(caller, roomId, entrant, mediaNode, connection.standby());
      if (entry instanceof Rooms.Waiting) {
        views.abandon(roomId);
      } else if (entry instanceof Rooms.Joined joined) {
        absentees.doubt(joined.state());
      }
      return entry;
    } catch (Throwable t) {
      views.abandon(roomId);
      if (t instanceof Failure failure && failure.code() == Failure.Code.UNAVAILABLE) {
        // As of one whose connection broke, so that a meeting does not end by it.
        Departure back = new Departure(connection, caller, roomId, LeaveReason.DISCONNECTED, 1);
        scheduler.later(RETRY_MS, () -> takeBack(back));
      }
      throw t;
    }
  }

  /// Undoes a join that may have come about, or become a request to be let in.
  private void takeBack(Departure back) {
    boolean mayWait =
        back.caller.kind() == RoomKind.MEETING
            && back.connection.waiting().get(back.roomId) == null;
    try {
      if (mayWait) {
        var _ = rooms.withdraw(back.caller, back.roomId, false);
      }
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.UNAVAILABLE && back.attempt < MAX_ATTEMPTS) {
        scheduler.later(RETRY_MS, () -> takeBack(back.again()));
      }
      // Else there is no such meeting any more, and nobody in it.
      return;
    }
    depart(back);
  }

  /// Takes a connection out of a room. Does nothing when it is not in it.
  void leave(Connection connection, String roomId, LeaveReason reason) {
    Rooms.Caller caller = connection.callerIn(roomId);
    Membership membership = connection.left(roomId);
    views.detach(roomId, connection);
    if (membership != null && !membership.mediaNode().isEmpty()) {
      mediaNodes.tell(
          membership.mediaNode(), new MediaRequest.CloseOwner(roomId, connection.socketId()));
    }
    depart(new Departure(connection, caller, roomId, reason, 0));
  }

  /// A leave that has to reach Redis.
  private record Departure(
      Connection connection, Rooms.Caller caller, String roomId, LeaveReason reason, int attempt) {

    Departure again() {
      return new Departure(connection, caller, roomId, reason, attempt + 1);
    }
  }

  /// Tries until Redis answers, so that nobody stays in a room as a ghost.
  private void depart(Departure departure) {
    if (departure.attempt > 0 && departure.connection.memberships().get(departure.roomId) != null) {
      // He has come back meanwhile.
      return;
    }
    try {
      rooms.leave(departure.caller, departure.roomId, departure.reason);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.UNAVAILABLE || departure.attempt == MAX_ATTEMPTS) {
        throw failure;
      }
      scheduler.later(RETRY_MS, () -> depart(departure.again()));
    }
  }
}
