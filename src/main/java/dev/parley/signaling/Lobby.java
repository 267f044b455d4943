package dev.parley.signaling;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.RoomEvent;
import dev.parley.kernel.Failure;
import dev.parley.room.Rooms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The connections of this node, and those it stands by for, that wait until a host lets them into
/// a room. Confined to the node's signaling context.
final class Lobby {

  private static final long RETRY_MS = 1_000;

  private final Rooms rooms;
  private final RoomViews.Scheduler scheduler;
  private final Duration patience;

  /// Who waits in front of a room, by socket id.
  private final Map<String, Map<String, Connection>> waiting = new ConcurrentHashMap<>();

  /// @param patience for which somebody waits
  Lobby(Rooms rooms, RoomViews.Scheduler scheduler, Duration patience) {
    this.rooms = rooms;
    this.scheduler = scheduler;
    this.patience = patience;
  }

  /// A connection waits from now on.
  void wait(String roomId, Connection connection, Waiting waiter) {
    connection.waiting().put(roomId, waiter);
    waiting
        .computeIfAbsent(roomId, _ -> new ConcurrentHashMap<>())
        .put(connection.socketId(), connection);
    scheduler.later(patience.toMillis(), () -> timeOut(roomId, connection, waiter));
  }

  /// A connection waits no longer; returns what it has waited with.
  @Nullable Waiting leave(String roomId, Connection connection) {
    Map<String, Connection> room = waiting.get(roomId);
    if (room != null && room.remove(connection.socketId(), connection) && room.isEmpty()) {
      waiting.remove(roomId, room);
    }
    return connection.waiting().remove(roomId);
  }

  private void timeOut(String roomId, Connection connection, Waiting waiter) {
    Waiting now = connection.waiting().get(roomId);
    if (now == null || !now.request().isSame(waiter.request())) {
      return;
    }
    if (connection.isStandby()) {
      // Its owner does it, unless that is gone by then.
      scheduler.later(patience.toMillis(), () -> timeOut(roomId, connection, waiter));
      return;
    }
    var _ = connection.later(() -> giveUp(roomId, connection, waiter));
  }

  /// A connection goes away from in front of a room. Waits, on its lane, unless this node only
  /// stands by for it.
  void stopWaiting(String roomId, Connection connection) {
    try {
      if (!connection.isStandby()) {
        var _ = withdraw(roomId, connection, false);
      }
    } finally {
      stopped(roomId, connection);
    }
  }

  private void stopped(String roomId, Connection connection) {
    Waiting waiter = leave(roomId, connection);
    if (waiter != null && !connection.isStandby()) {
      connection.stoppedWaiting(waiter);
    }
  }

  /// False when it was not waiting any more, as the store knows.
  private boolean withdraw(String roomId, Connection connection, boolean isTimeOut) {
    Waiting waiter = connection.waiting().get(roomId);
    if (waiter == null) {
      return true;
    }
    return rooms.withdraw(waiter.caller(connection), roomId, isTimeOut);
  }

  /// Has waited long enough. On the connection's lane.
  private void giveUp(String roomId, Connection connection, Waiting waiter) {
    boolean isTold;
    try {
      isTold = withdraw(roomId, connection, true);
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.UNAVAILABLE) {
        scheduler.later(RETRY_MS, () -> timeOut(roomId, connection, waiter));
        return;
      }
      isTold = false;
    }
    Waiting left = isTold ? null : leave(roomId, connection);
    if (left != null) {
      // What was decided got lost.
      connection.turnedAway(
          left, new Failure(Failure.Code.JOIN_TIMED_OUT, "Join request timed out"));
    }
  }

  /// What becomes of a room and of those who wait in front of it.
  void onEvent(RoomEvent event) {
    switch (event) {
      case RoomEvent.JoinRequested e -> replace(e);
      case RoomEvent.JoinDecided e -> decided(e);
      case RoomEvent.RoomClosed e -> closed(e.roomId());
      default -> {}
    }
  }

  /// The newest connection of a user is the one that waits.
  private void replace(RoomEvent.JoinRequested event) {
    Map<String, Connection> room = waiting.get(event.roomId());
    if (room == null) {
      return;
    }
    JoinRequest request = event.request();
    for (Connection connection : List.copyOf(room.values())) {
      Waiting waiter = connection.waiting().get(event.roomId());
      if (waiter != null
          && waiter.request().userId().equals(request.userId())
          && waiter.request().requestedAt() <= request.requestedAt()
          && !connection.socketId().equals(request.socketId())) {
        stopped(event.roomId(), connection);
      }
    }
  }

  private void decided(RoomEvent.JoinDecided event) {
    Map<String, Connection> room = waiting.get(event.roomId());
    Connection connection = room == null ? null : room.get(event.request().socketId());
    Waiting now = connection == null ? null : connection.waiting().get(event.roomId());
    if (connection == null || now == null || !now.request().isSame(event.request())) {
      return;
    }
    Waiting waiter = leave(event.roomId(), connection);
    if (waiter == null || connection.isStandby()) {
      return;
    }
    switch (event.decision()) {
      case APPROVED -> connection.joinAgain(waiter);
      case REJECTED ->
          connection.turnedAway(
              waiter, new Failure(Failure.Code.JOIN_REJECTED, rejection(event.reason())));
      case TIMED_OUT ->
          connection.turnedAway(
              waiter, new Failure(Failure.Code.JOIN_TIMED_OUT, "Join request timed out"));
      case WITHDRAWN -> connection.stoppedWaiting(waiter);
    }
  }

  private static String rejection(String reason) {
    return reason.isEmpty() ? "Join request rejected" : "Join request rejected: " + reason;
  }

  private void closed(String roomId) {
    Map<String, Connection> room = waiting.get(roomId);
    if (room == null) {
      return;
    }
    for (Connection connection : List.copyOf(room.values())) {
      Waiting waiter = leave(roomId, connection);
      if (waiter != null && !connection.isStandby()) {
        connection.turnedAway(waiter, new Failure(Failure.Code.ROOM_CLOSED, "Meeting has ended"));
      }
    }
  }
}
