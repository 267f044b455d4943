package dev.parley.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a router or a browser can receive, in the shape mediasoup-client reads and sends.
///
/// @param codecs media and RTX codecs
/// @param headerExtensions RTP header extensions (RFC 8285)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpCapabilities(
    @Nullable List<Codec> codecs, @Nullable List<HeaderExtension> headerExtensions) {

  /// One codec.
  ///
  /// @param preferredPayloadType 96..127 for dynamic types; null when a client leaves it out
  /// @param channels audio only
  /// @param parameters `fmtp` values: strings and whole numbers
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Codec(
      MediaKind kind,
      String mimeType,
      @Nullable Integer preferredPayloadType,
      int clockRate,
      @Nullable Integer channels,
      @Nullable Map<String, Object> parameters,
      @Nullable List<RtcpFeedback> rtcpFeedback) {}

  /// One header extension.
  ///
  /// @param direction `sendrecv`, `sendonly`, `recvonly` or `inactive`, from the router's side
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HeaderExtension(
      @Nullable MediaKind kind,
      String uri,
      int preferredId,
      @Nullable Boolean preferredEncrypt,
      @Nullable String direction) {}

  /// One RTCP feedback message a codec supports (RFC 4585 §4.2).
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RtcpFeedback(String type, @Nullable String parameter) {}
}
