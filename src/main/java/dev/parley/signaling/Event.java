package dev.parley.signaling;

import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a connection is told without having asked, whatever its dialect calls it.
sealed interface Event {

  /// The connection has proven who it is.
  record Authenticated(String userId) implements Event {}

  /// The connection is refused and will be closed.
  record Refused(String message, String code) implements Event {}

  /// A command failed.
  ///
  /// @param retryAfterMs milliseconds after which the same may succeed; 0 when nobody knows
  record Failed(String message, String code, long retryAfterMs) implements Event {}

  /// @param participants all who are in the room now
  record ParticipantJoined(Participant participant, List<Participant> participants)
      implements Event {}

  record ParticipantLeft(String userId, List<Participant> participants, boolean kicked)
      implements Event {}

  record RoomClosed(String roomId) implements Event {}

  /// The receiver was removed from the room.
  record Kicked(String roomId) implements Event {}

  /// The receiver's user is in the room by a newer connection.
  record Replaced(String roomId) implements Event {}

  /// The receiver is asked to mute himself.
  ///
  /// @param by user id
  /// @param everyone whether all were asked
  record Muted(String roomId, String by, boolean everyone) implements Event {}

  record RoleChanged(Participant participant) implements Event {}

  record HandRaised(String userId, boolean raised) implements Event {}

  record SettingsChanged(String roomId, boolean allowScreenShare, boolean allowWhiteboard)
      implements Event {}

  record MediaMarked(Participant participant) implements Event {}

  record ProducerAdded(ProducerInfo producer) implements Event {}

  record ProducerClosed(String producerId, String userId) implements Event {}

  record ProducerPaused(ProducerInfo producer) implements Event {}

  /// A transport of the receiver is gone.
  record TransportClosed(String transportId, String reason) implements Event {}

  record LayersChanged(
      String consumerId, @Nullable Integer spatialLayer, @Nullable Integer temporalLayer)
      implements Event {}
}
