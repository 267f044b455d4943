package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpCapabilities.RtcpFeedback;
import dev.parley.contract.RtpParameters;
import dev.parley.kernel.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The form RTP parameters and capabilities of a client must have before anything is made of them:
/// nothing missing, everything bounded, nothing that could end a line of another browser's SDP.
///
/// Each check throws `Failure` (`INVALID`) with the path of the offending field.
final class RtpRules {

  /// Most streams one producer may have.
  static final int MAX_ENCODINGS = 4;

  /// Largest ssrc: 32 bits.
  static final long MAX_SSRC = 0xffff_ffffL;

  private static final int MAX_CODECS = 128;
  private static final int MAX_EXTENSIONS = 64;
  private static final int MAX_FEEDBACK = 16;
  private static final int MAX_CODEC_PARAMETERS = 32;
  private static final int MAX_NAME = 64;
  private static final int MAX_TEXT = 256;
  private static final int MAX_MID = 32;

  /// RFC 8851 §10: the names of a restriction, bounded as browsers do.
  private static final Pattern RID = Pattern.compile("[A-Za-z0-9_-]{1,16}");

  private static final Pattern MIME_TYPE =
      Pattern.compile("(audio|video)/[A-Za-z0-9._+-]+", Pattern.CASE_INSENSITIVE);
  private static final Pattern SCALABILITY_MODE =
      Pattern.compile("[LS][1-9]\\d?T[1-9]\\d?h?(_KEY)?(_SHIFT)?");

  private RtpRules() {}

  /// Checks the form of what a browser says it sends.
  static void check(RtpParameters parameters) {
    String at = "rtpParameters";
    required(parameters, at);
    optionalText(parameters.mid(), MAX_MID, at + ".mid");
    optionalText(parameters.msid(), MAX_TEXT, at + ".msid");
    List<RtpParameters.Codec> codecs = parameters.codecs();
    bounded(codecs, MAX_CODECS, at + ".codecs");
    if (codecs == null || codecs.isEmpty()) {
      throw invalid(at + ".codecs", "must not be empty");
    }
    Set<Integer> payloadTypes = new HashSet<>();
    for (int i = 0; i < codecs.size(); i++) {
      String here = at + ".codecs[" + i + "]";
      checkCodec(required(codecs.get(i), here), here);
      if (!payloadTypes.add(codecs.get(i).payloadType())) {
        throw invalid(here + ".payloadType", "is used twice");
      }
    }
    checkExtensions(parameters.headerExtensions(), at + ".headerExtensions");
    checkEncodings(parameters.encodings(), at + ".encodings");
    if (parameters.rtcp() != null) {
      optionalText(parameters.rtcp().cname(), MAX_TEXT, at + ".rtcp.cname");
    }
  }

  private static void checkCodec(RtpParameters.Codec codec, String at) {
    checkMimeType(codec.mimeType(), at);
    range(codec.payloadType(), 0, 127, at + ".payloadType");
    checkFormat(codec.clockRate(), codec.channels(), codec.parameters(), at);
    checkFeedback(codec.rtcpFeedback(), at + ".rtcpFeedback");
  }

  private static void checkExtensions(
      @Nullable List<RtpParameters.HeaderExtension> extensions, String at) {
    bounded(extensions, MAX_EXTENSIONS, at);
    if (extensions == null) {
      return;
    }
    Set<Integer> ids = new HashSet<>();
    Set<String> uris = new HashSet<>();
    for (int i = 0; i < extensions.size(); i++) {
      String here = at + "[" + i + "]";
      RtpParameters.HeaderExtension extension = required(extensions.get(i), here);
      text(extension.uri(), MAX_TEXT, here + ".uri");
      range(extension.id(), 1, 255, here + ".id");
      if (Boolean.TRUE.equals(extension.encrypt())) {
        throw invalid(here + ".encrypt", "encrypted extensions are not supported");
      }
      if (!ids.add(extension.id())) {
        throw invalid(here + ".id", "is used twice");
      }
      if (!uris.add(extension.uri())) {
        throw invalid(here + ".uri", "is used twice");
      }
    }
  }

  private static void checkEncodings(@Nullable List<RtpParameters.Encoding> encodings, String at) {
    bounded(encodings, MAX_ENCODINGS, at);
    if (encodings == null) {
      return;
    }
    Set<Long> ssrcs = new HashSet<>();
    Set<String> rids = new HashSet<>();
    for (int i = 0; i < encodings.size(); i++) {
      String here = at + "[" + i + "]";
      RtpParameters.Encoding encoding = required(encodings.get(i), here);
      checkEncoding(encoding, here);
      if (encoding.ssrc() != null && !ssrcs.add(encoding.ssrc())) {
        throw invalid(here + ".ssrc", "is used twice");
      }
      if (encoding.rtx() != null && !ssrcs.add(encoding.rtx().ssrc())) {
        throw invalid(here + ".rtx.ssrc", "is used twice");
      }
      if (encoding.rid() != null && !rids.add(encoding.rid())) {
        throw invalid(here + ".rid", "is used twice");
      }
    }
  }

  private static void checkEncoding(RtpParameters.Encoding encoding, String at) {
    if (encoding.ssrc() != null) {
      range(encoding.ssrc(), 1, MAX_SSRC, at + ".ssrc");
    }
    if (encoding.rtx() != null) {
      range(encoding.rtx().ssrc(), 1, MAX_SSRC, at + ".rtx.ssrc");
    }
    if (encoding.rid() != null && !RID.matcher(encoding.rid()).matches()) {
      throw invalid(at + ".rid", "must be 1 to 16 letters, digits, - or _");
    }
    String mode = encoding.scalabilityMode();
    if (mode != null && !mode.isEmpty()) {
      if (mode.length() > MAX_NAME || !SCALABILITY_MODE.matcher(mode).matches()) {
        throw invalid(at + ".scalabilityMode", "must be like L1T3");
      }
    }
    if (encoding.maxBitrate() != null) {
      range(encoding.maxBitrate(), 0, 0xffff_ffffL, at + ".maxBitrate");
    }
    Double scale = encoding.scaleResolutionDownBy();
    if (scale != null && !(scale >= 1 && scale <= 65_535)) {
      throw invalid(at + ".scaleResolutionDownBy", "must be at least 1");
    }
  }

  /// Checks the form of what a browser says it can receive.
  static void check(RtpCapabilities capabilities) {
    String at = "rtpCapabilities";
    required(capabilities, at);
    List<RtpCapabilities.Codec> codecs = capabilities.codecs();
    bounded(codecs, MAX_CODECS, at + ".codecs");
    for (int i = 0; codecs != null && i < codecs.size(); i++) {
      String here = at + ".codecs[" + i + "]";
      RtpCapabilities.Codec codec = required(codecs.get(i), here);
      checkMimeType(codec.mimeType(), here);
      if (codec.preferredPayloadType() != null) {
        range(codec.preferredPayloadType(), 0, 127, here + ".preferredPayloadType");
      }
      checkFormat(codec.clockRate(), codec.channels(), codec.parameters(), here);
      checkFeedback(codec.rtcpFeedback(), here + ".rtcpFeedback");
    }
    List<RtpCapabilities.HeaderExtension> extensions = capabilities.headerExtensions();
    bounded(extensions, MAX_EXTENSIONS, at + ".headerExtensions");
    for (int i = 0; extensions != null && i < extensions.size(); i++) {
      String here = at + ".headerExtensions[" + i + "]";
      RtpCapabilities.HeaderExtension extension = required(extensions.get(i), here);
      text(extension.uri(), MAX_TEXT, here + ".uri");
      range(extension.preferredId(), 1, 255, here + ".preferredId");
    }
  }

  private static void checkMimeType(@Nullable String mimeType, String at) {
    text(mimeType, MAX_NAME, at + ".mimeType");
    if (mimeType == null || !MIME_TYPE.matcher(mimeType).matches()) {
      throw invalid(at + ".mimeType", "must be audio/… or video/…");
    }
  }

  /// Whether a checked MIME type is of that kind of track.
  static boolean isOfKind(String mimeType, MediaKind kind) {
    return mimeType.toLowerCase(Locale.ROOT).startsWith(kind.wireName() + "/");
  }

  private static void checkFormat(
      int clockRate,
      @Nullable Integer channels,
      @Nullable Map<String, Object> parameters,
      String at) {
    range(clockRate, 1, 1_000_000, at + ".clockRate");
    if (channels != null) {
      range(channels, 0, 255, at + ".channels");
    }
    if (parameters == null) {
      return;
    }
    if (parameters.size() > MAX_CODEC_PARAMETERS) {
      throw invalid(at + ".parameters", "has more than " + MAX_CODEC_PARAMETERS + " entries");
    }
    for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
      checkCodecParameter(parameter.getKey(), parameter.getValue(), at + ".parameters");
    }
  }

  private static void checkCodecParameter(
      @Nullable String name, @Nullable Object value, String at) {
    text(name, MAX_NAME, at + " name");
    String here = at + "." + name;
    switch (value) {
      case String string -> optionalText(string, MAX_TEXT, here);
      case Integer _, Long _ -> {}
      case Double number when Double.isFinite(number) -> {}
      case null, default -> throw invalid(here, "must be a string or a number");
    }
    if ("apt".equals(name) && !(value instanceof Integer)) {
      throw invalid(here, "must be a payload type");
    }
  }

  private static void checkFeedback(@Nullable List<RtcpFeedback> feedback, String at) {
    bounded(feedback, MAX_FEEDBACK, at);
    for (int i = 0; feedback != null && i < feedback.size(); i++) {
      String here = at + "[" + i + "]";
      RtcpFeedback message = required(feedback.get(i), here);
      text(message.type(), MAX_NAME, here + ".type");
      optionalText(message.parameter(), MAX_NAME, here + ".parameter");
    }
  }

  private static <T> T required(@Nullable T value, String at) {
    if (value == null) {
      throw invalid(at, "is missing");
    }
    return value;
  }

  private static void bounded(@Nullable List<?> list, int max, String at) {
    if (list != null && list.size() > max) {
      throw invalid(at, "has more than " + max + " entries");
    }
  }

  private static void range(long value, long min, long max, String at) {
    if (value < min || value > max) {
      throw invalid(at, "must be " + min + " to " + max + ", not " + value);
    }
  }

  private static void text(@Nullable String value, int max, String at) {
    if (value == null || value.isEmpty()) {
      throw invalid(at, "is missing");
    }
    optionalText(value, max, at);
  }

  private static void optionalText(@Nullable String value, int max, String at) {
    if (value == null) {
      return;
    }
    if (value.length() > max) {
      throw invalid(at, "is longer than " + max + " characters");
    }
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw invalid(at, "holds a control character");
      }
    }
  }

  /// The failure that tells a client which field is wrong, and why.
  static Failure invalid(String field, String why) {
    return Failure.invalid(field + ": " + why);
  }
}
