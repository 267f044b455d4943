package dev.parley.contract;

import java.util.List;
import java.util.Objects;

/// One who is in a room, as stored in Redis and as the nodes tell each other.
///
/// @param key what he is known by in the room: the user id, or the socket id where one user may be
///   in a room several times
/// @param isProven whether it is proven that he is that user
/// @param displayName never empty
/// @param picture address of one; may be empty
/// @param socketId of the connection he is in the room by; the newest one of the key
/// @param joinedAt ms since 1970
/// @param producerIds in the order they were made
/// @param videoQuality word of the client for what it sends; may be empty
/// @param node signaling node his socket is on
/// @param standby signaling node that takes the socket over if that node dies; empty when none
public record Participant(
    String key,
    String userId,
    boolean isProven,
    String displayName,
    String picture,
    String socketId,
    Role role,
    long joinedAt,
    List<String> producerIds,
    boolean isMuted,
    boolean isVideoOff,
    boolean isScreenSharing,
    boolean handRaised,
    String videoQuality,
    String node,
    String standby) {

  public Participant {
    producerIds = List.copyOf(producerIds);
    standby = Objects.requireNonNullElse(standby, "");
  }
}
