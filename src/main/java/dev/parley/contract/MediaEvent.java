package dev.parley.contract;

import org.jspecify.annotations.Nullable;

/// What a media node tells the signaling node of the participant concerned. Sent to
/// `MediaEvent.address(nodeId)`; at most once, so a reader can also find it out by asking.
public sealed interface MediaEvent {

  /// Address of one signaling node.
  static String address(String nodeId) {
    return "signaling.media." + nodeId;
  }

  String roomId();

  /// Socket id of the participant whose transport it is.
  String owner();

  /// ICE consent ran out, DTLS failed or its peer closed it; the transport and all in it are
  /// closed.
  ///
  /// @param reason `ice-timeout`, `dtls-failed` or `dtls-closed`
  record TransportClosed(String roomId, String owner, String transportId, String reason)
      implements MediaEvent {}

  /// A producer ended with its transport. Not sent for a close that was asked for.
  record ProducerClosed(String roomId, String owner, String producerId) implements MediaEvent {}

  /// What one consumer forwards changed. Layers are null while nothing is forwarded.
  record ConsumerLayersChanged(
      String roomId,
      String owner,
      String consumerId,
      @Nullable Integer spatialLayer,
      @Nullable Integer temporalLayer)
      implements MediaEvent {}
}
