package dev.parley.signaling;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.RoomKind;
import dev.parley.room.Rooms;
import dev.parley.signaling.socketio.Ack;
import org.jspecify.annotations.Nullable;

/// A join that waits for a host.
///
/// @param join what to do again when he has let the connection in
/// @param ack how to answer then; null when the client wants no answer, or has asked another node
record Waiting(JoinRequest request, Command.JoinMeeting join, @Nullable Ack ack) {

  /// What another node knows of it.
  static Waiting of(String roomId, JoinRequest request) {
    return new Waiting(
        request,
        new Command.JoinMeeting(
            roomId,
            request.userId(),
            request.displayName(),
            request.picture(),
            !request.isVideoOff(),
            !request.isMuted(),
            ""),
        null);
  }

  /// Who waits.
  Rooms.Caller caller(Connection connection) {
    String userId = request.userId();
    return connection.caller(RoomKind.MEETING, userId, userId, request.displayName());
  }

  Waiting answeredBy(@Nullable Ack how) {
    return new Waiting(request, join, how);
  }
}
