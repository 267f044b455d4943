package dev.parley.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What changed in a room, told once to each signaling node with a participant in it.
///
/// Versions of a room count up by one with each change. A node that sees a gap reads the room
/// again. Sent to `RoomEvent.address(nodeId)`.
public sealed interface RoomEvent {

  /// Address of one signaling node.
  static String address(String nodeId) {
    return "signaling." + nodeId;
  }

  String roomId();

  long version();

  /// @param replaced socket id by which the user was in the room until now, when he was; its
  ///   producers are gone
  record ParticipantJoined(
      String roomId, long version, Participant participant, @Nullable Participant replaced)
      implements RoomEvent {}

  /// Why a participant is not in the room any more.
  enum LeaveReason {
    /// He said so.
    LEFT,
    /// His connection is gone.
    DISCONNECTED,
    /// A host removed him.
    KICKED
  }

  /// @param participant as he was; his producers are gone with him
  /// @param by user id of who removed him; empty when nobody did
  record ParticipantLeft(
      String roomId, long version, Participant participant, LeaveReason reason, String by)
      implements RoomEvent {}

  /// Somebody waits to be let in. Who asks again is there once, with what he says now.
  record JoinRequested(String roomId, long version, JoinRequest request) implements RoomEvent {}

  /// What became of a request to be let in.
  enum Decision {
    APPROVED,
    REJECTED,
    /// He went away.
    WITHDRAWN,
    /// Nobody decided in time.
    TIMED_OUT
  }

  /// Somebody waits no longer. Who is let in joins by himself.
  ///
  /// @param reason words of the host; may be empty
  record JoinDecided(
      String roomId, long version, JoinRequest request, Decision decision, String reason)
      implements RoomEvent {}

  /// The room has ended, by its host or as its last participant left.
  ///
  /// @param by user id of the host who ended it; empty when nobody did
  record RoomClosed(String roomId, long version, String by) implements RoomEvent {}

  /// @param muted those who were asked to mute themselves, as they are now
  /// @param by user id
  /// @param everyone whether all were asked at once
  record ParticipantsMuted(
      String roomId, long version, List<Participant> muted, String by, boolean everyone)
      implements RoomEvent {}

  record RoleChanged(String roomId, long version, Participant participant) implements RoomEvent {}

  record ProducerAdded(String roomId, long version, ProducerInfo producer, Participant participant)
      implements RoomEvent {}

  record ProducerRemoved(
      String roomId, long version, ProducerInfo producer, Participant participant)
      implements RoomEvent {}

  /// A producer was paused or resumed.
  record ProducerPaused(String roomId, long version, ProducerInfo producer, Participant participant)
      implements RoomEvent {}

  /// Which of a participant's own marks changed.
  enum Mark {
    HAND,
    /// Microphone and camera.
    MEDIA,
    AUDIO,
    VIDEO,
    SCREEN,
    /// What nobody is told of.
    QUIET
  }

  /// A participant's own marks changed: hand raised, or what he says of his microphone, camera and
  /// screen.
  record ParticipantMarked(String roomId, long version, Participant participant, Mark mark)
      implements RoomEvent {}

  record SettingsChanged(String roomId, long version, String title, RoomSettings settings)
      implements RoomEvent {}

  /// A participant's socket is owned by another node from now on, or another one stands by for it.
  /// Clients do not notice.
  record ParticipantMoved(String roomId, long version, Participant participant)
      implements RoomEvent {}
}
