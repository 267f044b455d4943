package dev.parley.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one track is sent: by a browser to us (produce) or by us to a browser (consume). ORTC's
/// `RTCRtpParameters` as mediasoup defines it.
///
/// @param mid value of the MID header extension (RFC 9143)
/// @param msid `"<stream> <track>"`, copied from producer to consumer when given
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpParameters(
    @Nullable String mid,
    List<Codec> codecs,
    @Nullable List<HeaderExtension> headerExtensions,
    @Nullable List<Encoding> encodings,
    @Nullable Rtcp rtcp,
    @Nullable String msid) {

  /// One codec with its payload type. An RTX codec names its media codec by `parameters.apt`.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Codec(
      String mimeType,
      int payloadType,
      int clockRate,
      @Nullable Integer channels,
      @Nullable Map<String, Object> parameters,
      @Nullable List<RtpCapabilities.RtcpFeedback> rtcpFeedback) {}

  /// One header extension with the id it carries in packets (RFC 8285).
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HeaderExtension(
      String uri, int id, @Nullable Boolean encrypt, @Nullable Map<String, Object> parameters) {}

  /// One RTP stream: named by ssrc, or by rid when the ssrc is to be learnt from packets.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Encoding(
      @Nullable Long ssrc,
      @Nullable String rid,
      @Nullable Rtx rtx,
      @Nullable Integer codecPayloadType,
      @Nullable Boolean dtx,
      @Nullable String scalabilityMode,
      @Nullable Double scaleResolutionDownBy,
      @Nullable Long maxBitrate,
      @Nullable Boolean active) {}

  /// The retransmission stream of an encoding (RFC 4588).
  public record Rtx(long ssrc) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rtcp(
      @Nullable String cname, @Nullable Boolean reducedSize, @Nullable Boolean mux) {}
}
