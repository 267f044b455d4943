package dev.parley.room;

import dev.parley.contract.RoomEvent;
import dev.parley.kernel.Bus;
import java.util.Collection;
import java.util.HashSet;

/// Tells the nodes concerned what changed in a room: each node once.
final class RoomFanout {

  private final Bus bus;

  RoomFanout(Bus bus) {
    this.bus = bus.register(RoomEvent.class);
  }

  <E extends Record & RoomEvent> void tell(Collection<String> nodes, E event) {
    for (String node : new HashSet<>(nodes)) {
      bus.send(RoomEvent.address(node), event);
    }
  }
}
