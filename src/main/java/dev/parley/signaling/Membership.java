package dev.parley.signaling;

import dev.parley.contract.Participant;
import dev.parley.contract.RoomKind;
import dev.parley.room.RoomState;
import java.util.HashSet;
import java.util.Set;

/// A connection's being in a room.
///
/// @param key what the connection's participant is known by in the room
/// @param displayName what others see
/// @param mediaNode node the room's router is on; empty when it is on none yet
/// @param toldProducers ids of producers that the client knows of for sure: those of its join, and
///   those it has consumed. Changes; confined to the connection's lane
record Membership(
    String roomId,
    RoomKind kind,
    String key,
    String userId,
    String displayName,
    String mediaNode,
    Set<String> toldProducers) {

  /// The membership of one who has joined.
  static Membership of(RoomState room, Participant participant, Set<String> toldProducers) {
    return new Membership(
        room.roomId(),
        room.kind(),
        participant.key(),
        participant.userId(),
        participant.displayName(),
        room.mediaNode() == null ? "" : room.mediaNode(),
        toldProducers);
  }

  /// A membership of which nothing is known that the client was told.
  static Membership of(RoomState room, Participant participant) {
    return of(room, participant, new HashSet<>());
  }

  /// The same with the room on a media node.
  Membership on(String node) {
    return new Membership(roomId, kind, key, userId, displayName, node, toldProducers);
  }
}
