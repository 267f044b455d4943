package dev.parley.signaling;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contract.JoinRequest;
import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaStat;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.IceCandidate;
import dev.parley.contract.TransportParameters.IceParameters;
import dev.parley.room.RoomState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a command answers when it succeeds. The components are named as the conference dialect
/// writes them.
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface Reply {

  /// Done, and nothing more to say.
  Reply SUCCESS = new Success(true);

  record Success(boolean success) implements Reply {}

  /// There will be an answer, but not now.
  record Withheld(String roomId) implements Reply {}

  record MeetingJoined(RoomState room, Participant self) implements Reply {}

  record JoinRequests(String roomId, List<JoinRequest> requests) implements Reply {}

  record RoomCreated(String roomId, String roomCode) implements Reply {}

  record RoomJoined(
      Role role,
      List<Person> participants,
      RtpCapabilities rtpCapabilities,
      List<Track> existingProducers,
      String roomId,
      String roomCode,
      String title,
      boolean allowScreenShare,
      boolean allowWhiteboard)
      implements Reply {}

  record MutedAll(boolean success, int mutedCount) implements Reply {}

  record HandRaised(boolean success, boolean handRaised) implements Reply {}

  record Capabilities(RtpCapabilities rtpCapabilities) implements Reply {}

  record TransportCreated(
      String id,
      IceParameters iceParameters,
      List<IceCandidate> iceCandidates,
      DtlsParameters dtlsParameters,
      List<Object> iceServers)
      implements Reply {}

  record Connected(boolean connected) implements Reply {}

  record IceRestarted(IceParameters iceParameters) implements Reply {}

  record Produced(String producerId) implements Reply {}

  record Consumed(
      String consumerId,
      String producerId,
      MediaKind kind,
      RtpParameters rtpParameters,
      boolean producerPaused,
      AppData appData)
      implements Reply {}

  record Paused(boolean paused) implements Reply {}

  record Resumed(boolean resumed) implements Reply {}

  record Closed(boolean closed) implements Reply {}

  record Producers(List<Track> producers) implements Reply {}

  /// @param producers of others in the room
  record PeerProducers(RoomState room, List<ProducerInfo> producers) implements Reply {}

  record Stats(List<MediaStat> stats) implements Reply {}

  /// A participant as clients see him.
  record Person(
      String userId,
      String socketId,
      Role role,
      long joinedAt,
      List<String> producerIds,
      boolean isMuted,
      boolean isVideoOff,
      String displayName,
      boolean handRaised) {}

  /// A producer as clients see it.
  record Track(String producerId, String userId, MediaKind kind, boolean paused, AppData appData) {}

  /// What the sender said of his track.
  record AppData(@Nullable String label) {}
}
