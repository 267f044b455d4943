package dev.parley.room;

import dev.parley.contract.MediaRequest;
import dev.parley.contract.Occupancy;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Bus;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;

/// Tells the nodes concerned what changed in a room: each node once; and whoever watches that a
/// room is occupied or empty. Nothing waits for it.
final class RoomFanout {

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Bus bus;
  private final boolean occupancyOfAll;

  /// @param occupancyOfAll whether those who watch are told of all rooms but those of two
  ///   strangers, not only of rooms for passes
  RoomFanout(Bus bus, boolean occupancyOfAll) {
    this.bus = bus.register(RoomEvent.class).register(MediaRequest.class).register(Occupancy.class);
    this.occupancyOfAll = occupancyOfAll;
  }

  <E extends Record & RoomEvent> void tell(Collection<String> nodes, E event) {
    for (String node : new HashSet<>(nodes)) {
      bus.send(RoomEvent.address(node), event);
    }
  }

  /// The room has ended: whose routers are on which node.
  ///
  /// @param mediaNode empty when it is on none
  void closed(Collection<String> nodes, RoomEvent.RoomClosed event, String mediaNode) {
    tell(nodes, event);
    closeRouter(event.roomId(), mediaNode);
  }

  /// Somebody has ended the room.
  ///
  /// @param by user id of who did; empty when it was none of its participants
  void closed(RoomStore.Closed closed, RoomKind kind, String roomId, String by) {
    closed(
        closed.nodes(), new RoomEvent.RoomClosed(roomId, closed.version(), by), closed.mediaNode());
    if (closed.wasOccupied()) {
      vacated(roomId, kind, closed.passName(), closed.version());
    }
  }

  /// Ends a room's router on a node; empty for none.
  void closeRouter(String roomId, String mediaNode) {
    if (!mediaNode.isEmpty()) {
      // A node that is gone has no routers.
      bus.request(MediaRequest.address(mediaNode), new MediaRequest.CloseRouter(roomId), PATIENCE)
          .otherwiseEmpty();
    }
  }

  /// Somebody is in the room, as the first.
  void occupied(RoomState room) {
    if (isWatched(room.kind(), room.passName())) {
      bus.send(
          Occupancy.ADDRESS,
          new Occupancy.Occupied(
              name(room.roomId(), room.passName()),
              room.roomId(),
              room.kind(),
              room.version(),
              System.currentTimeMillis()));
    }
  }

  /// Nobody is in the room any more.
  ///
  /// @param passName empty when it is no room for passes
  void vacated(String roomId, RoomKind kind, String passName, long version) {
    if (isWatched(kind, passName)) {
      bus.send(
          Occupancy.ADDRESS,
          new Occupancy.Vacated(
              name(roomId, passName), roomId, kind, version, System.currentTimeMillis()));
    }
  }

  private boolean isWatched(RoomKind kind, String passName) {
    return !passName.isEmpty() || (occupancyOfAll && kind != RoomKind.PAIR);
  }

  private static String name(String roomId, String passName) {
    return passName.isEmpty() ? roomId : passName;
  }
}
