package dev.parley.signaling;

import dev.parley.contract.RoomKind;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The rooms that a connection is in, by id. From any thread.
final class Memberships {

  private final Map<String, Membership> byRoom = new ConcurrentHashMap<>(2);

  Collection<Membership> all() {
    return byRoom.values();
  }

  @Nullable Membership get(String roomId) {
    return byRoom.get(roomId);
  }

  /// The one in a room of a kind that connections are in one of at most.
  @Nullable Membership of(RoomKind kind) {
    for (Membership membership : byRoom.values()) {
      if (membership.kind() == kind) {
        return membership;
      }
    }
    return null;
  }

  /// The one that a relay is about.
  @Nullable Membership of(Relay relay) {
    if (!relay.roomId().isEmpty()) {
      return byRoom.get(relay.roomId());
    }
    Membership meeting = of(RoomKind.MEETING);
    return meeting == null ? of(RoomKind.PEER) : meeting;
  }

  void put(Membership membership) {
    byRoom.put(membership.roomId(), membership);
  }

  /// Puts another in the place of one of the same room, if there still is one.
  void replace(Membership membership) {
    byRoom.replace(membership.roomId(), membership);
  }

  @Nullable Membership remove(String roomId) {
    return byRoom.remove(roomId);
  }

  void clear() {
    byRoom.clear();
  }
}
