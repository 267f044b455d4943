package dev.parley.signaling;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A connection's being in a room.
///
/// @param mediaNode node the room's router is on
/// @param toldProducers ids of producers that the client knows of for sure: those of its join, and
///   those it has consumed. Changes; confined to the connection's lane
record Membership(String roomId, String mediaNode, Set<String> toldProducers) {

  /// A membership of which only the room is known.
  static Membership of(String roomId, @Nullable String mediaNode) {
    return new Membership(roomId, mediaNode == null ? "" : mediaNode, new HashSet<>());
  }
}
