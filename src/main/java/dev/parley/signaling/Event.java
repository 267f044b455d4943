package dev.parley.signaling;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.RoomEvent.Mark;
import dev.parley.contract.RoomSettings;
import dev.parley.room.RoomState;
import dev.parley.turn.IceServers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a connection is told without having asked, whatever its dialect calls it.
sealed interface Event {

  /// The connection has proven who it is.
  record Authenticated(String userId) implements Event {}

  /// The connection is refused and will be closed.
  record Refused(String message, String code) implements Event {}

  /// @param participants all who are in the room now
  record ParticipantJoined(Participant participant, List<Participant> participants)
      implements Event {}

  /// @param participants all who are in the room now
  record ParticipantLeft(Participant participant, List<Participant> participants, boolean kicked)
      implements Event {}

  /// @param by user id of the host who ended it; empty when nobody did
  record RoomClosed(String roomId, String by) implements Event {}

  /// The receiver was removed from the room.
  ///
  /// @param by user id; empty when it is not known
  record Kicked(String roomId, String by) implements Event {}

  /// The receiver's user is in the room by a newer connection.
  record Replaced(String roomId) implements Event {}

  /// The receiver is asked to mute himself.
  ///
  /// @param by user id
  /// @param everyone whether all were asked
  record Muted(String roomId, String by, boolean everyone) implements Event {}

  record RoleChanged(Participant participant) implements Event {}

  /// A participant has raised his hand or taken it down.
  record HandRaised(Participant participant) implements Event {}

  record SettingsChanged(String roomId, String title, RoomSettings settings) implements Event {}

  /// A participant says otherwise of his microphone, camera or screen.
  record MediaMarked(Participant participant, Mark mark) implements Event {}

  /// @param displayName of who sends
  record ProducerAdded(ProducerInfo producer, String displayName) implements Event {}

  record ProducerClosed(String producerId, String userId, String socketId) implements Event {}

  record ProducerPaused(ProducerInfo producer) implements Event {}

  /// A transport of the receiver is gone.
  record TransportClosed(String transportId, String reason) implements Event {}

  /// What to connect to the others with.
  record IceServersOffered(List<IceServers.Server> servers) implements Event {}

  /// Who is in the room that the receiver is joining.
  ///
  /// @param self the receiver, who is in `room` already
  record OthersPresent(RoomState room, Participant self) implements Event {}

  /// The receiver has joined.
  record Entered(RoomState room, Participant self) implements Event {}

  /// The receiver has left, having asked to.
  record Departed(String roomId) implements Event {}

  /// The receiver has to wait until a host lets him in.
  record ApprovalAwaited(String roomId, JoinRequest request) implements Event {}

  /// Somebody waits for the receiver to let him in.
  record JoinRequested(String roomId, JoinRequest request) implements Event {}

  /// Somebody waits no longer.
  record JoinRequestSettled(String roomId, String userId) implements Event {}

  /// The room has become so large that the SFU had better be used.
  record SfuAdvised(String roomId) implements Event {}

  /// What only strangers are told, who are matched with each other.
  sealed interface OfStrangers extends Event {}

  /// The receiver waits to be matched.
  ///
  /// @param position from 1
  record Queued(int position, int length) implements OfStrangers {}

  /// The receiver waits no longer, having asked to.
  record Unqueued() implements OfStrangers {}

  /// Where the receiver stands by now.
  ///
  /// @param waitSeconds for which he is likely to wait still
  record QueueMoved(int position, int waitSeconds) implements OfStrangers {}

  /// The receiver has been matched.
  ///
  /// @param peerId device of the other
  /// @param score how well they suit each other, 0 to 100
  record Matched(String sessionId, String peerId, int score, List<String> commonInterests)
      implements OfStrangers {}

  /// What the receiver has asked for about a match.
  ///
  /// @param score null when it is not known any more
  record MatchDetails(String sessionId, @Nullable Integer score, List<String> commonInterests)
      implements OfStrangers {}

  /// The receiver has ended a call.
  record CallEnded(String sessionId) implements OfStrangers {}

  /// The receiver is shut out, and will be disconnected.
  record ShutOut(String message) implements OfStrangers {}

  record LayersChanged(
      String consumerId, @Nullable Integer spatialLayer, @Nullable Integer temporalLayer)
      implements Event {}
}
