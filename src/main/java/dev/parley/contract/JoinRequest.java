package dev.parley.contract;

import java.util.Objects;

/// Somebody who waits for a host to let him into a room.
///
/// @param userId his key in the room as well
/// @param isProven whether it is proven that he is that user
/// @param picture address of one; may be empty
/// @param socketId of the connection that waits
/// @param requestedAt ms since 1970
/// @param node signaling node the socket is on
/// @param standby signaling node that takes the socket over if that node dies; empty when none
public record JoinRequest(
    String userId,
    boolean isProven,
    String displayName,
    String picture,
    boolean isMuted,
    boolean isVideoOff,
    String socketId,
    long requestedAt,
    String node,
    String standby) {

  public JoinRequest {
    standby = Objects.requireNonNullElse(standby, "");
  }

  /// Whether it is the same request, wherever its socket is by now.
  public boolean isSame(JoinRequest other) {
    return userId.equals(other.userId)
        && socketId.equals(other.socketId)
        && requestedAt == other.requestedAt;
  }
}
