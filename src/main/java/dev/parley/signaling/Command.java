package dev.parley.signaling;

import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaRequest.ConsumerAction;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.ProducerAction;
import dev.parley.contract.Role;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.Wish;
import org.jspecify.annotations.Nullable;

/// What a connection can ask for, whatever its dialect calls it. Made by a `Dialect`, which has
/// checked each field; ids are not known to exist.
sealed interface Command {

  record CreateRoom(String title, @Nullable Integer maxParticipants) implements Command {}

  /// What brings a connection into a room. The first one shows which dialect its client speaks.
  sealed interface Join extends Command {}

  /// @param room id or code
  record JoinRoom(String room) implements Join {}

  /// @param userId what he calls himself; empty when he does not say
  /// @param userName what others see; may be empty
  /// @param picture address of one; may be empty
  /// @param email address, which is not proven; may be empty
  record JoinMeeting(
      String roomId,
      String userId,
      String userName,
      String picture,
      boolean videoOn,
      boolean audioOn,
      String email)
      implements Join {}

  /// @param userName what others see; may be empty
  record JoinPeers(String roomId, String userName) implements Join {}

  /// Waits to be matched.
  record JoinQueue(Wish wish) implements Join {}

  record LeaveQueue() implements Command {}

  /// @param sessionId of whatever session, maybe one that is over
  /// @param isSkip whether he wants another one at once
  record EndCall(String sessionId, boolean isSkip) implements Command {}

  /// What became of the connection between the browsers.
  ///
  /// @param status `connected` or `failed`, if it is known
  /// @param type `p2p` or `turn`, if it is known
  record TellConnection(String sessionId, String status, String type) implements Command {}

  record GetMatch(String sessionId) implements Command {}

  /// Leaves the one room of the kind that the connection is in, or waits for.
  record LeaveCurrent(RoomKind kind) implements Command {}

  /// What participants of a meeting can say of themselves.
  enum OwnMark {
    AUDIO,
    VIDEO,
    SCREEN,
    HAND
  }

  /// @param isAnnounced whether others are told of a screen in the other way, too
  record Mark(OwnMark what, boolean isOn, boolean isAnnounced) implements Command {}

  record MarkQuality(String quality) implements Command {}

  /// Mutes or removes a participant of the connection's meeting.
  record ControlPeer(String socketId, boolean isRemoved) implements Command {}

  /// Ends the connection's meeting for all.
  record EndMeeting() implements Command {}

  /// Lets somebody into the connection's meeting, or turns him away.
  ///
  /// @param reason may be empty
  record DecideJoin(String userId, boolean isApproved, String reason) implements Command {}

  record ListJoinRequests() implements Command {}

  record LeaveRoom(String roomId) implements Command {}

  record CloseRoom(String roomId) implements Command {}

  record Kick(String roomId, String targetUserId) implements Command {}

  record MuteAll(String roomId) implements Command {}

  record Mute(String roomId, String targetUserId) implements Command {}

  record ChangeRole(String roomId, String targetUserId, Role role) implements Command {}

  record RaiseHand(String roomId) implements Command {}

  record React(String roomId, String reaction) implements Command {}

  /// Settings that are null stay as they are.
  record ChangeSettings(
      String roomId, @Nullable Boolean allowScreenShare, @Nullable Boolean allowWhiteboard)
      implements Command {}

  record MarkMedia(String roomId, boolean audioEnabled, boolean videoEnabled) implements Command {}

  record GetCapabilities(String roomId) implements Command {}

  record CreateTransport(String roomId, Direction direction) implements Command {}

  record ConnectTransport(String transportId, DtlsParameters dtlsParameters) implements Command {}

  record RestartIce(String transportId) implements Command {}

  /// @param label what the track shows: `audio`, `video`, `screen` or a word of the client's
  record Produce(
      String roomId,
      String transportId,
      MediaKind kind,
      RtpParameters rtpParameters,
      String label,
      boolean paused)
      implements Command {}

  /// @param isPaused whether nothing is sent until the consumer is resumed
  record Consume(
      String roomId,
      String transportId,
      String producerId,
      RtpCapabilities rtpCapabilities,
      boolean isPaused)
      implements Command {}

  record ControlProducer(String producerId, ProducerAction action) implements Command {}

  record ControlConsumer(String consumerId, ConsumerAction action) implements Command {}

  record SetPreferredLayers(String consumerId, int spatialLayer, @Nullable Integer temporalLayer)
      implements Command {}

  record GetProducers(String roomId) implements Command {}

  /// @param id of a transport, producer or consumer of the caller
  record GetStats(String id) implements Command {}
}
