package dev.parley.contract;

import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.IceParameters;
import dev.parley.kernel.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a media node is asked to do. Served at `MediaRequest.address(nodeId)`.
///
/// `roomId` names the router; `owner` is the socket id of the participant who acts. Things owned by
/// another owner are answered as if they did not exist (`NOT_FOUND`).
///
/// @param <R> the answer
public sealed interface MediaRequest<R extends Record> extends Request<R> {

  /// Address of one media node.
  static String address(String nodeId) {
    return "media." + nodeId;
  }

  String roomId();

  /// Nothing to say but that it is done.
  record Done() {}

  /// Opens the room's router when there is none, and tells what it can do.
  record OpenRouter(String roomId) implements MediaRequest<RouterOpened> {}

  record RouterOpened(RtpCapabilities rtpCapabilities) {}

  /// @param signalingNode node that is told of this transport's `MediaEvent`s
  /// @param direction `send` (the browser sends) or `recv`
  record CreateTransport(String roomId, String owner, String signalingNode, Direction direction)
      implements MediaRequest<TransportParameters> {}

  enum Direction {
    SEND,
    RECV
  }

  record ConnectTransport(
      String roomId, String owner, String transportId, DtlsParameters dtlsParameters)
      implements MediaRequest<Done> {}

  record RestartIce(String roomId, String owner, String transportId)
      implements MediaRequest<IceRestarted> {}

  record IceRestarted(IceParameters iceParameters) {}

  record Produce(
      String roomId,
      String owner,
      String transportId,
      MediaKind kind,
      RtpParameters rtpParameters,
      boolean paused)
      implements MediaRequest<Produced> {}

  record Produced(String producerId) {}

  /// The consumer starts paused unless `paused` is false.
  record Consume(
      String roomId,
      String owner,
      String transportId,
      String producerId,
      RtpCapabilities rtpCapabilities,
      boolean paused)
      implements MediaRequest<Consumed> {}

  record Consumed(
      String consumerId,
      String producerId,
      MediaKind kind,
      RtpParameters rtpParameters,
      boolean producerPaused) {}

  /// What can be done to a producer.
  enum ProducerAction {
    PAUSE,
    RESUME,
    CLOSE
  }

  record ControlProducer(String roomId, String owner, String producerId, ProducerAction action)
      implements MediaRequest<Done> {}

  /// What can be done to a consumer.
  enum ConsumerAction {
    PAUSE,
    RESUME,
    CLOSE,
    REQUEST_KEY_FRAME
  }

  record ControlConsumer(String roomId, String owner, String consumerId, ConsumerAction action)
      implements MediaRequest<Done> {}

  /// @param spatialLayer 0 is the smallest
  /// @param temporalLayer 0 is the slowest; null for all
  record SetPreferredLayers(
      String roomId,
      String owner,
      String consumerId,
      int spatialLayer,
      @Nullable Integer temporalLayer)
      implements MediaRequest<Done> {}

  /// Statistics of one transport, producer or consumer of the owner, or of all he has when `id` is
  /// null.
  record GetStats(String roomId, String owner, @Nullable String id)
      implements MediaRequest<Stats> {}

  record Stats(List<MediaStat> stats) {}

  /// Makes `node` the one that is told of the owner's `MediaEvent`s from now on, and answers what
  /// the owner has: what the former node was told and did not pass on is found in it. Nothing, if
  /// the room or the owner is not known.
  ///
  /// @param node signaling node that has taken over the owner's socket
  record AdoptOwner(String roomId, String owner, String node)
      implements MediaRequest<OwnerAdopted> {}

  /// @param transports that are open
  /// @param producers ids of them
  record OwnerAdopted(
      List<OwnedTransport> transports, List<String> producers, List<OwnedConsumer> consumers) {}

  record OwnedTransport(String id, Direction direction) {}

  /// @param transportId of the transport it is sent over
  /// @param producerId of the producer it receives
  record OwnedConsumer(String id, String transportId, String producerId) {}

  /// The owner's socket is away and may come back: until `forMs` have passed, no transport that the
  /// owner has now is closed for the browser's silence. Nothing is sent to a browser whose consent
  /// has expired (RFC 7675 §5.1); it is sent to again when it checks, from whatever address. Once
  /// more makes the time begin anew. Done also if the room or the owner is not known.
  ///
  /// @param forMs milliseconds, 10 minutes at most; more is taken for that
  record SuspendOwner(String roomId, String owner, long forMs) implements MediaRequest<Done> {}

  /// The owner's socket is back: silence counts again, from now on. Done also if the room or the
  /// owner is not known, or was not suspended.
  record ResumeOwner(String roomId, String owner) implements MediaRequest<Done> {}

  /// Closes all transports of an owner, with their producers and consumers.
  record CloseOwner(String roomId, String owner) implements MediaRequest<Done> {}

  /// Closes the room's router and all in it.
  record CloseRouter(String roomId) implements MediaRequest<Done> {}
}
