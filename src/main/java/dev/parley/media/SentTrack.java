package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.media.rtp.ExtensionIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A browser's RTP parameters, found to be sound and to fit the router.
///
/// @param codec the browser's media codec in use
/// @param routerCodec the router's match of it
/// @param rtxPayloadType of the browser's RTX codec for it, or -1
/// @param extensions the browser's ids of those extensions the router takes
/// @param mid value of the MID extension, null when it is not sent
/// @param encodings at least one, smallest first
record SentTrack(
    RtpParameters.Codec codec,
    RtpCapabilities.Codec routerCodec,
    int rtxPayloadType,
    ExtensionIds extensions,
    @Nullable String mid,
    List<RtpParameters.Encoding> encodings) {

  /// Checks the parameters of one track. `Failure` (`INVALID`) names the first field that is wrong.
  static SentTrack read(MediaKind kind, RtpParameters parameters) {
    RtpRules.check(parameters);
    List<RtpParameters.Encoding> encodings = encodings(kind, parameters);
    RtpParameters.Codec codec = codecInUse(kind, parameters, encodings);
    RtpCapabilities.Codec routerCodec = routerCodec(parameters, codec);
    ExtensionIds extensions = RouterCapabilities.extensionIds(sentExtensions(kind, parameters));
    String mid = parameters.mid();
    if (extensions.mid() == 0 || (mid != null && mid.isEmpty())) {
      mid = null;
    }
    requireRecognizable(encodings, mid, extensions);
    return new SentTrack(
        codec, routerCodec, rtxPayloadType(parameters, codec), extensions, mid, encodings);
  }

  /// The encodings, smallest first. Browsers that name a scale list them in any order (WebRTC
  /// §5.2); without scales their order is taken as it is.
  private static List<RtpParameters.Encoding> encodings(MediaKind kind, RtpParameters parameters) {
    List<RtpParameters.Encoding> given = parameters.encodings();
    if (given == null || given.isEmpty()) {
      return List.of(
          new RtpParameters.Encoding(null, null, null, null, null, null, null, null, null));
    }
    if (kind == MediaKind.AUDIO && given.size() > 1) {
      throw RtpRules.invalid("rtpParameters.encodings", "audio has one encoding at most");
    }
    List<RtpParameters.Encoding> encodings = new ArrayList<>(given);
    encodings.sort((a, b) -> Double.compare(scale(b), scale(a)));
    return encodings;
  }

  private static double scale(RtpParameters.Encoding encoding) {
    Double scale = encoding.scaleResolutionDownBy();
    return scale == null ? 1 : scale;
  }

  /// The media codec of all encodings: the one they name, else the first. All codecs must be of the
  /// right kind, and each RTX codec must name a media codec of its own.
  private static RtpParameters.Codec codecInUse(
      MediaKind kind, RtpParameters parameters, List<RtpParameters.Encoding> encodings) {
    Map<Integer, RtpParameters.Codec> mediaCodecs = new LinkedHashMap<>();
    List<RtpParameters.Codec> codecs = parameters.codecs();
    for (int i = 0; i < codecs.size(); i++) {
      RtpParameters.Codec codec = codecs.get(i);
      if (!RtpRules.isOfKind(codec.mimeType(), kind)) {
        throw RtpRules.invalid(
            "rtpParameters.codecs[" + i + "].mimeType",
            codec.mimeType() + " is not " + kind.wireName());
      }
      if (!CodecFormat.of(codec).isRtx()) {
        mediaCodecs.put(codec.payloadType(), codec);
      }
    }
    if (mediaCodecs.isEmpty()) {
      throw RtpRules.invalid("rtpParameters.codecs", "holds no media codec");
    }
    Set<Integer> repaired = new HashSet<>();
    for (int i = 0; i < codecs.size(); i++) {
      CodecFormat format = CodecFormat.of(codecs.get(i));
      if (format.isRtx()
          && !(mediaCodecs.containsKey(format.apt()) && repaired.add(format.apt()))) {
        throw RtpRules.invalid(
            "rtpParameters.codecs[" + i + "].parameters.apt",
            "must be the payload type of a media codec that has no other RTX codec");
      }
    }
    Integer named = encodings.getFirst().codecPayloadType();
    for (RtpParameters.Encoding encoding : encodings) {
      Integer payloadType = encoding.codecPayloadType();
      if (payloadType != null && !payloadType.equals(named)) {
        throw RtpRules.invalid(
            "rtpParameters.encodings.codecPayloadType", "must be the same in all encodings");
      }
    }
    RtpParameters.Codec codec =
        named == null ? mediaCodecs.values().iterator().next() : mediaCodecs.get(named);
    if (codec == null) {
      throw RtpRules.invalid(
          "rtpParameters.encodings.codecPayloadType", "is no media codec's payload type");
    }
    return codec;
  }

  /// The router's match of the codec in use. Every media codec must have one, as a browser may
  /// change between those it was allowed.
  private static RtpCapabilities.Codec routerCodec(
      RtpParameters parameters, RtpParameters.Codec inUse) {
    RtpCapabilities.Codec matched = null;
    List<RtpParameters.Codec> codecs = parameters.codecs();
    for (int i = 0; i < codecs.size(); i++) {
      RtpParameters.Codec codec = codecs.get(i);
      if (CodecFormat.of(codec).isRtx()) {
        continue;
      }
      RtpCapabilities.Codec match = RouterCapabilities.mediaCodec(codec);
      if (match == null) {
        throw RtpRules.invalid(
            "rtpParameters.codecs[" + i + "]",
            "unsupported codec " + codec.mimeType() + " with these parameters");
      }
      if (codec.payloadType() == inUse.payloadType()) {
        matched = match;
      }
    }
    if (matched == null) {
      throw new IllegalArgumentException("the codec in use is none of the parameters' codecs");
    }
    return matched;
  }

  private static int rtxPayloadType(RtpParameters parameters, RtpParameters.Codec media) {
    for (RtpParameters.Codec codec : parameters.codecs()) {
      CodecFormat format = CodecFormat.of(codec);
      if (format.isRtx() && format.apt() == media.payloadType()) {
        return codec.payloadType();
      }
    }
    return -1;
  }

  /// Ids by URI of those extensions the router takes from this kind of track.
  private static Map<String, Integer> sentExtensions(MediaKind kind, RtpParameters parameters) {
    Set<String> known = new HashSet<>();
    RouterCapabilities.extensions(kind).forEach(extension -> known.add(extension.uri()));
    Map<String, Integer> ids = new HashMap<>();
    if (parameters.headerExtensions() != null) {
      for (RtpParameters.HeaderExtension extension : parameters.headerExtensions()) {
        if (known.contains(extension.uri())) {
          ids.put(extension.uri(), extension.id());
        }
      }
    }
    return ids;
  }

  /// Packets must tell which encoding they belong to (RFC 8843 §9.2): by ssrc, by rid, or, when
  /// there is one encoding only, by mid.
  private static void requireRecognizable(
      List<RtpParameters.Encoding> encodings, @Nullable String mid, ExtensionIds extensions) {
    if (encodings.size() == 1 && mid != null) {
      return;
    }
    for (int i = 0; i < encodings.size(); i++) {
      RtpParameters.Encoding encoding = encodings.get(i);
      if (encoding.ssrc() == null && (encoding.rid() == null || extensions.rid() == 0)) {
        throw RtpRules.invalid(
            "rtpParameters.encodings[" + i + "]",
            "needs an ssrc, or a rid together with the extension " + RouterCapabilities.RID);
      }
    }
  }
}
