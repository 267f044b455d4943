package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpCapabilities.RtcpFeedback;
import dev.parley.contract.RtpParameters;
import dev.parley.media.codec.Codec;
import dev.parley.media.rtp.ExtensionIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What every router can receive and forward, as browsers are told: Opus, VP8 and H264 Constrained
/// Baseline with RTX for video, and the header extensions the packet path handles.
///
/// An extension has one id for both kinds, because mediasoup-client keeps its own capabilities by
/// id. Directions are seen from the router: `recvonly` is never sent to consumers.
final class RouterCapabilities {

  static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";
  static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
  static final String REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
  static final String ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
  static final String TRANSPORT_CC =
      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
  static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
  static final String VIDEO_ORIENTATION = "urn:3gpp:video-orientation";
  static final String ABS_CAPTURE_TIME =
      "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
  static final String PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

  static final RtcpFeedback NACK = new RtcpFeedback("nack", "");
  static final RtcpFeedback PLI = new RtcpFeedback("nack", "pli");
  static final RtcpFeedback FIR = new RtcpFeedback("ccm", "fir");
  static final RtcpFeedback REMB = new RtcpFeedback("goog-remb", "");
  static final RtcpFeedback TRANSPORT_WIDE = new RtcpFeedback("transport-cc", "");

  private static final int FIRST_PAYLOAD_TYPE = 100;

  /// Bitrate in kbit/s a browser starts to send video with, before it has measured the path.
  private static final int START_BITRATE_KBPS = 1000;

  /// The capabilities of every router.
  static final RtpCapabilities ALL = new RtpCapabilities(codecs(), headerExtensions());

  private static final Map<String, Codec> CODECS = codecsByMimeType();

  private RouterCapabilities() {}

  private static List<RtpCapabilities.Codec> codecs() {
    List<RtpCapabilities.Codec> codecs = new ArrayList<>();
    codecs.add(
        new RtpCapabilities.Codec(
            MediaKind.AUDIO,
            Codec.OPUS.mimeType(),
            FIRST_PAYLOAD_TYPE,
            48_000,
            2,
            Map.of(),
            List.of(NACK, TRANSPORT_WIDE)));
    addVideo(codecs, Codec.VP8, Map.of("x-google-start-bitrate", START_BITRATE_KBPS));
    addVideo(
        codecs,
        Codec.H264,
        Map.of(
            "level-asymmetry-allowed",
            1,
            "packetization-mode",
            1,
            "profile-level-id",
            "42e01f",
            "x-google-start-bitrate",
            START_BITRATE_KBPS));
    return List.copyOf(codecs);
  }

  private static void addVideo(
      List<RtpCapabilities.Codec> codecs, Codec codec, Map<String, Object> parameters) {
    int payloadType = FIRST_PAYLOAD_TYPE + codecs.size();
    codecs.add(
        new RtpCapabilities.Codec(
            MediaKind.VIDEO,
            codec.mimeType(),
            payloadType,
            90_000,
            null,
            parameters,
            List.of(NACK, PLI, FIR, REMB, TRANSPORT_WIDE)));
    codecs.add(
        new RtpCapabilities.Codec(
            MediaKind.VIDEO,
            "video/rtx",
            payloadType + 1,
            90_000,
            null,
            Map.of("apt", payloadType),
            List.of()));
  }

  private static List<RtpCapabilities.HeaderExtension> headerExtensions() {
    return List.of(
        extension(MediaKind.AUDIO, MID, 1, "sendrecv"),
        extension(MediaKind.VIDEO, MID, 1, "sendrecv"),
        extension(MediaKind.VIDEO, RID, 2, "recvonly"),
        extension(MediaKind.VIDEO, REPAIRED_RID, 3, "recvonly"),
        extension(MediaKind.AUDIO, ABS_SEND_TIME, 4, "sendrecv"),
        extension(MediaKind.VIDEO, ABS_SEND_TIME, 4, "sendrecv"),
        extension(MediaKind.AUDIO, TRANSPORT_CC, 5, "recvonly"),
        extension(MediaKind.VIDEO, TRANSPORT_CC, 5, "sendrecv"),
        extension(MediaKind.AUDIO, AUDIO_LEVEL, 6, "sendrecv"),
        extension(MediaKind.VIDEO, VIDEO_ORIENTATION, 8, "sendrecv"),
        extension(MediaKind.AUDIO, ABS_CAPTURE_TIME, 10, "sendrecv"),
        extension(MediaKind.VIDEO, ABS_CAPTURE_TIME, 10, "sendrecv"),
        extension(MediaKind.AUDIO, PLAYOUT_DELAY, 11, "sendrecv"),
        extension(MediaKind.VIDEO, PLAYOUT_DELAY, 11, "sendrecv"));
  }

  private static RtpCapabilities.HeaderExtension extension(
      MediaKind kind, String uri, int id, String direction) {
    return new RtpCapabilities.HeaderExtension(kind, uri, id, false, direction);
  }

  private static Map<String, Codec> codecsByMimeType() {
    Map<String, Codec> codecs = new HashMap<>();
    for (Codec codec : Codec.values()) {
      codecs.put(codec.mimeType(), codec);
    }
    return Map.copyOf(codecs);
  }

  /// The router's media codec that matches what a browser sends, or null.
  static RtpCapabilities.@Nullable Codec mediaCodec(RtpParameters.Codec sent) {
    CodecFormat format = CodecFormat.of(sent);
    for (RtpCapabilities.Codec codec : list(ALL.codecs())) {
      CodecFormat ours = CodecFormat.of(codec);
      if (!ours.isRtx() && ours.matches(format)) {
        return codec;
      }
    }
    return null;
  }

  /// The router's RTX codec that repairs one of its media codecs, or null for audio.
  static RtpCapabilities.@Nullable Codec rtxCodec(RtpCapabilities.Codec media) {
    for (RtpCapabilities.Codec codec : list(ALL.codecs())) {
      CodecFormat format = CodecFormat.of(codec);
      if (format.isRtx() && format.apt() == payloadType(media)) {
        return codec;
      }
    }
    return null;
  }

  /// The codec of the packet path that one of the router's media codecs stands for.
  static Codec codec(RtpCapabilities.Codec media) {
    Codec codec = CODECS.get(media.mimeType());
    if (codec == null) {
      throw new IllegalArgumentException("not a media codec of the router: " + media.mimeType());
    }
    return codec;
  }

  /// The router's payload type of one of its codecs.
  static int payloadType(RtpCapabilities.Codec codec) {
    Integer payloadType = codec.preferredPayloadType();
    if (payloadType == null) {
      throw new IllegalArgumentException("not a codec of the router: " + codec.mimeType());
    }
    return payloadType;
  }

  /// The router's extensions for one kind of track.
  static List<RtpCapabilities.HeaderExtension> extensions(MediaKind kind) {
    return list(ALL.headerExtensions()).stream().filter(e -> e.kind() == kind).toList();
  }

  /// Ids by URI as the packet path takes them; 0 for those that are missing.
  static ExtensionIds extensionIds(Map<String, Integer> ids) {
    return new ExtensionIds(
        ids.getOrDefault(MID, 0),
        ids.getOrDefault(RID, 0),
        ids.getOrDefault(REPAIRED_RID, 0),
        ids.getOrDefault(ABS_SEND_TIME, 0),
        ids.getOrDefault(TRANSPORT_CC, 0),
        ids.getOrDefault(AUDIO_LEVEL, 0),
        ids.getOrDefault(VIDEO_ORIENTATION, 0),
        0,
        ids.getOrDefault(ABS_CAPTURE_TIME, 0),
        ids.getOrDefault(PLAYOUT_DELAY, 0));
  }

  /// What of a browser's feedback the router supports for that codec, in the browser's order.
  static Set<RtcpFeedback> commonFeedback(
      @Nullable List<RtcpFeedback> theirs, RtpCapabilities.Codec ours) {
    Set<RtcpFeedback> common = new LinkedHashSet<>();
    if (theirs != null) {
      for (RtcpFeedback message : theirs) {
        common.add(
            new RtcpFeedback(
                message.type(), message.parameter() == null ? "" : message.parameter()));
      }
    }
    if (ours.rtcpFeedback() != null) {
      common.retainAll(ours.rtcpFeedback());
    }
    return common;
  }

  private static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
