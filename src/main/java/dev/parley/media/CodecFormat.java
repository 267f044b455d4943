package dev.parley.media;

import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What two descriptions of a codec are compared by.
///
/// @param mimeType in lower case
/// @param clockRate RTP clock in Hz
/// @param channels 1 for audio that does not say, 0 for video
/// @param parameters `fmtp` values
record CodecFormat(String mimeType, int clockRate, int channels, Map<String, Object> parameters) {

  static CodecFormat of(RtpParameters.Codec codec) {
    return of(codec.mimeType(), codec.clockRate(), codec.channels(), codec.parameters());
  }

  static CodecFormat of(RtpCapabilities.Codec codec) {
    return of(codec.mimeType(), codec.clockRate(), codec.channels(), codec.parameters());
  }

  private static CodecFormat of(
      String mimeType,
      int clockRate,
      @Nullable Integer channels,
      @Nullable Map<String, Object> parameters) {
    String lower = mimeType.toLowerCase(Locale.ROOT);
    int comparedChannels = 0;
    if (lower.startsWith("audio/")) {
      comparedChannels = channels == null ? 1 : channels;
    }
    return new CodecFormat(
        lower, clockRate, comparedChannels, parameters == null ? Map.of() : parameters);
  }

  /// Whether it is a retransmission format (RFC 4588).
  boolean isRtx() {
    return mimeType.endsWith("/rtx");
  }

  /// Payload type of the media codec that an RTX codec repairs, or -1 when it names none.
  int apt() {
    return parameters.get("apt") instanceof Integer apt ? apt : -1;
  }

  /// Whether a receiver of one format can decode the other. H264 must also agree on the
  /// packetization mode and the profile (RFC 6184 §8.2.2); levels may differ.
  boolean matches(CodecFormat other) {
    if (!mimeType.equals(other.mimeType)
        || clockRate != other.clockRate
        || channels != other.channels) {
      return false;
    }
    return !mimeType.equals("video/h264")
        || (packetizationMode().equals(other.packetizationMode())
            && H264Level.of(parameters) != null
            && H264Level.of(other.parameters) != null);
  }

  private String packetizationMode() {
    Object mode = parameters.get("packetization-mode");
    return mode == null || mode.equals("") ? "0" : mode.toString();
  }
}
