package dev.parley.media.rtp;

/// Ids under which one side sends each RTP header extension (RFC 8285): 1 to 255, or 0 when it does
/// not.
///
/// @param mid `urn:ietf:params:rtp-hdrext:sdes:mid`
/// @param rid `urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`
/// @param repairedRid `urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id`
/// @param absSendTime `http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`
/// @param transportCc `http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`
/// @param audioLevel `urn:ietf:params:rtp-hdrext:ssrc-audio-level` (RFC 6464)
/// @param videoOrientation `urn:3gpp:video-orientation`
/// @param timeOffset `urn:ietf:params:rtp-hdrext:toffset` (RFC 5450)
/// @param absCaptureTime `http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time`
/// @param playoutDelay `http://www.webrtc.org/experiments/rtp-hdrext/playout-delay`
public record ExtensionIds(
    int mid,
    int rid,
    int repairedRid,
    int absSendTime,
    int transportCc,
    int audioLevel,
    int videoOrientation,
    int timeOffset,
    int absCaptureTime,
    int playoutDelay) {

  /// No extension at all.
  public static final ExtensionIds NONE = new ExtensionIds(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
