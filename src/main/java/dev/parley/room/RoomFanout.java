package dev.parley.room;

import dev.parley.contract.MediaRequest;
import dev.parley.contract.RoomEvent;
import dev.parley.kernel.Bus;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;

/// Tells the nodes concerned what changed in a room: each node once. Nothing waits for it.
final class RoomFanout {

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Bus bus;

  RoomFanout(Bus bus) {
    this.bus = bus.register(RoomEvent.class).register(MediaRequest.class);
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
    if (!mediaNode.isEmpty()) {
      // A node that is gone has no routers.
      bus.request(
              MediaRequest.address(mediaNode),
              new MediaRequest.CloseRouter(event.roomId()),
              PATIENCE)
          .otherwiseEmpty();
    }
  }
}
