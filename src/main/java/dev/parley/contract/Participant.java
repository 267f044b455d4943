package dev.parley.contract;

import java.util.List;
import java.util.Objects;

/// A user in a room, as stored in Redis and as the nodes tell each other.
///
/// @param socketId of the connection he is in the room by; the newest one of the user
/// @param joinedAt ms since 1970
/// @param producerIds in the order they were made
/// @param node signaling node his socket is on
/// @param standby signaling node that takes the socket over if that node dies; empty when none
public record Participant(
    String userId,
    String displayName,
    String socketId,
    Role role,
    long joinedAt,
    List<String> producerIds,
    boolean isMuted,
    boolean isVideoOff,
    boolean handRaised,
    String node,
    String standby) {

  public Participant {
    producerIds = List.copyOf(producerIds);
    standby = Objects.requireNonNullElse(standby, "");
  }
}
