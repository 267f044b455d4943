package dev.parley.signaling;

import dev.parley.contract.Participant;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Peers;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes out of rooms whoever has nobody to do it for him: his node is gone, and the one that stood
/// by for him is, too. Any node does that for the rooms it knows, those that somebody joins, and
/// those that it finds when it starts; that two do it at once does no harm.
///
/// Confined to the signaling context.
final class Absentees {

  private static final Logger log = LoggerFactory.getLogger(Absentees.class);

  /// Long enough for every living node to have been heard, and for those who stand by to have taken
  /// over what is theirs.
  static final long DOUBT_MS = Peers.SILENCE.multipliedBy(2).toMillis();

  private final String node;
  private final Peers peers;
  private final Rooms rooms;
  private final RoomViews views;
  private final RoomViews.Scheduler scheduler;
  private final Predicate<String> isHere;
  private final Set<String> doubted = ConcurrentHashMap.newKeySet();

  /// @param node this node
  /// @param isHere whether this node has a socket of an id, or stands by for it
  Absentees(
      String node,
      Peers peers,
      Rooms rooms,
      RoomViews views,
      RoomViews.Scheduler scheduler,
      Predicate<String> isHere) {
    this.node = node;
    this.peers = peers;
    this.rooms = rooms;
    this.views = views;
    this.scheduler = scheduler;
    this.isHere = isHere;
    peers.onLeft(this::onNodeLeft);
  }

  /// This node has started: looks at the rooms of before.
  void open() {
    scheduler.later(
        DOUBT_MS,
        () -> {
          try {
            rooms.listed(RoomKind.CONFERENCE).forEach(this::doubt);
            rooms.listed(RoomKind.PEER).forEach(this::doubt);
          } catch (Failure failure) {
            log.debug("rooms not looked at error={}", failure.text());
            open();
          }
        });
  }

  /// Looks at a room as it is said to be. From any thread.
  void doubt(RoomState room) {
    if (hasAbsentees(room)) {
      doubt(room.roomId());
    }
  }

  private void doubt(String roomId) {
    if (doubted.add(roomId)) {
      scheduler.later(
          DOUBT_MS,
          () -> {
            doubted.remove(roomId);
            clear(roomId);
          });
    }
  }

  private void onNodeLeft(String gone) {
    for (String roomId : views.roomIds()) {
      RoomState room = views.state(roomId);
      if (room != null
          && room.participants().values().stream().anyMatch(each -> isOn(each, gone))) {
        doubt(roomId);
      }
    }
  }

  private static boolean isOn(Participant participant, String node) {
    return participant.node().equals(node) || participant.standby().equals(node);
  }

  private boolean hasAbsentees(RoomState room) {
    return room.participants().values().stream().anyMatch(this::isAbsent);
  }

  private boolean isAbsent(Participant participant) {
    return isGone(participant.node(), participant.socketId())
        && isGone(participant.standby(), participant.socketId());
  }

  private boolean isGone(String where, String socketId) {
    return where.equals(node) ? !isHere.test(socketId) : !peers.isAlive(where);
  }

  private void clear(String roomId) {
    try {
      RoomState room = rooms.read(roomId);
      for (Participant each : room.participants().values()) {
        if (isAbsent(each)) {
          log.info("absentee taken out room={} socket={}", roomId, each.socketId());
          Rooms.Caller caller =
              new Rooms.Caller(
                  room.kind(),
                  each.key(),
                  each.userId(),
                  each.displayName(),
                  each.socketId(),
                  each.node(),
                  null);
          rooms.leave(caller, roomId, LeaveReason.DISCONNECTED);
        }
      }
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.UNAVAILABLE) {
        doubt(roomId);
      }
    }
  }
}
