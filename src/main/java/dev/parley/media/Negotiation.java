package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpCapabilities.RtcpFeedback;
import dev.parley.contract.RtpParameters;
import dev.parley.kernel.Failure;
import dev.parley.media.rtp.ExtensionIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Agrees with browsers on codecs, header extensions and ssrcs, by the rules of mediasoup's ORTC: a
/// producer's packets come in under the browser's payload types and extension ids and leave under
/// the router's.
///
/// Pure functions. What a client sent and cannot hold is a `Failure` (`INVALID`) that names the
/// field.
final class Negotiation {

  /// Also said of a producer that is unknown: clients know no other text.
  static final String CANNOT_CONSUME = "Cannot consume this producer with given RTP capabilities";

  private Negotiation() {}

  /// What a browser is told before it creates its device.
  static RtpCapabilities routerCapabilities() {
    return RouterCapabilities.ALL;
  }

  /// Takes the RTP parameters a browser sends one track with.
  ///
  /// @param transportCname for the consumers of every producer of this transport; browsers give the
  ///   tracks of simulcast none, and tracks of different cnames are not played in step
  static Consumable produce(
      String producerId, MediaKind kind, RtpParameters parameters, String transportCname) {
    SentTrack track = SentTrack.read(kind, parameters);
    RtpCapabilities.Codec codec = track.routerCodec();
    ExtensionIds extensions = track.extensions();
    Set<RtcpFeedback> feedback =
        RouterCapabilities.commonFeedback(track.codec().rtcpFeedback(), codec);
    boolean transportCc =
        extensions.transportCc() != 0 && feedback.contains(RouterCapabilities.TRANSPORT_WIDE);
    boolean remb =
        !transportCc && extensions.absSendTime() != 0 && feedback.contains(RouterCapabilities.REMB);
    ProducerSpec spec =
        new ProducerSpec(
            producerId,
            kind,
            track.mid(),
            RouterCapabilities.codec(codec),
            track.codec().payloadType(),
            track.rtxPayloadType(),
            codec.clockRate(),
            extensions,
            feedback.contains(RouterCapabilities.NACK),
            feedback.contains(RouterCapabilities.PLI),
            feedback.contains(RouterCapabilities.FIR),
            transportCc,
            remb,
            parameters.rtcp() == null ? null : emptyToNull(parameters.rtcp().cname()),
            encodingSpecs(track.encodings(), track.rtxPayloadType() >= 0));
    return new Consumable(
        spec,
        codec,
        forwardedParameters(track.codec(), codec),
        extensions.absCaptureTime() != 0,
        transportCname,
        emptyToNull(parameters.msid()),
        scalabilityMode(track.encodings()),
        maxBitrate(track.encodings()));
  }

  private static List<ProducerSpec.EncodingSpec> encodingSpecs(
      List<RtpParameters.Encoding> encodings, boolean hasRtx) {
    List<ProducerSpec.EncodingSpec> specs = new ArrayList<>();
    for (RtpParameters.Encoding encoding : encodings) {
      specs.add(
          new ProducerSpec.EncodingSpec(
              encoding.rid(),
              encoding.ssrc() == null ? 0 : encoding.ssrc(),
              hasRtx && encoding.rtx() != null ? encoding.rtx().ssrc() : 0));
    }
    return List.copyOf(specs);
  }

  private static Map<String, Object> forwardedParameters(
      RtpParameters.Codec sent, RtpCapabilities.Codec codec) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (sent.parameters() != null) {
      parameters.putAll(sent.parameters());
    }
    if (codec.mimeType().equals("video/H264") && codec.parameters() != null) {
      parameters.put("profile-level-id", H264Level.answer(parameters, codec.parameters()));
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static @Nullable String scalabilityMode(List<RtpParameters.Encoding> encodings) {
    String mode = null;
    for (RtpParameters.Encoding encoding : encodings) {
      if (mode == null) {
        mode = emptyToNull(encoding.scalabilityMode());
      }
    }
    if (encodings.size() == 1) {
      return mode;
    }
    String temporal = "1";
    if (mode != null) {
      temporal = mode.substring(mode.indexOf('T') + 1).replaceFirst("\\D.*", "");
    }
    return "L" + encodings.size() + "T" + temporal;
  }

  private static long maxBitrate(List<RtpParameters.Encoding> encodings) {
    long max = 0;
    for (RtpParameters.Encoding encoding : encodings) {
      if (encoding.maxBitrate() != null) {
        max = Math.max(max, encoding.maxBitrate());
      }
    }
    return max;
  }

  /// Whether a browser with these capabilities can play the producer. Malformed capabilities are a
  /// `Failure`.
  static boolean canConsume(Consumable producer, RtpCapabilities capabilities) {
    RtpRules.check(capabilities);
    return matchingCodec(capabilities, forwardedFormat(producer)) != null;
  }

  /// Agrees on how one browser receives a producer: one stream, whatever the producer's encodings.
  ///
  /// @param mid unique on the receiving transport
  /// @param ssrcs gives ssrcs below 2³² - 1 that are, like the one above each, unused on the
  ///   receiving transport; the one above is the RTX stream's
  static Consumption consume(
      Consumable producer,
      RtpCapabilities capabilities,
      String consumerId,
      String mid,
      LongSupplier ssrcs) {
    RtpRules.check(capabilities);
    CodecFormat format = forwardedFormat(producer);
    RtpCapabilities.Codec theirs = matchingCodec(capabilities, format);
    if (theirs == null) {
      throw Failure.invalid(CANNOT_CONSUME);
    }
    RtpCapabilities.Codec rtx = agreedRtx(producer, capabilities);
    List<RtpParameters.HeaderExtension> extensions = agreedExtensions(producer, capabilities);
    Map<String, Integer> ids = new HashMap<>();
    extensions.forEach(extension -> ids.put(extension.uri(), extension.id()));
    ExtensionIds extensionIds = RouterCapabilities.extensionIds(ids);
    List<RtcpFeedback> feedback = agreedFeedback(producer, theirs, extensionIds);
    long ssrc = ssrcs.getAsLong();
    if (ssrc < 1 || ssrc >= RtpRules.MAX_SSRC) {
      throw new IllegalArgumentException("ssrc out of range: " + ssrc);
    }
    ConsumerSpec spec =
        new ConsumerSpec(
            consumerId,
            producer.spec().id(),
            producer.spec().kind(),
            producer.spec().codec(),
            mid,
            ssrc,
            rtx == null ? 0 : ssrc + 1,
            RouterCapabilities.payloadType(producer.codec()),
            rtx == null ? -1 : RouterCapabilities.payloadType(rtx),
            producer.codec().clockRate(),
            extensionIds,
            feedback.contains(RouterCapabilities.NACK),
            feedback.contains(RouterCapabilities.PLI),
            feedback.contains(RouterCapabilities.FIR),
            feedback.contains(RouterCapabilities.TRANSPORT_WIDE),
            feedback.contains(RouterCapabilities.REMB),
            producer.cname());
    return new Consumption(spec, rtpParameters(producer, spec, rtx, extensions, feedback));
  }

  private static RtpParameters rtpParameters(
      Consumable producer,
      ConsumerSpec spec,
      RtpCapabilities.@Nullable Codec rtx,
      List<RtpParameters.HeaderExtension> extensions,
      List<RtcpFeedback> feedback) {
    List<RtpParameters.Codec> codecs = new ArrayList<>();
    codecs.add(forwardedCodec(producer.codec(), producer.codecParameters(), feedback));
    if (rtx != null) {
      codecs.add(
          forwardedCodec(rtx, rtx.parameters() == null ? Map.of() : rtx.parameters(), List.of()));
    }
    RtpParameters.Encoding encoding =
        new RtpParameters.Encoding(
            spec.ssrc(),
            null,
            rtx == null ? null : new RtpParameters.Rtx(spec.rtxSsrc()),
            null,
            null,
            producer.scalabilityMode(),
            null,
            producer.maxBitrateBps() == 0 ? null : producer.maxBitrateBps(),
            null);
    return new RtpParameters(
        spec.mid(),
        List.copyOf(codecs),
        extensions,
        List.of(encoding),
        new RtpParameters.Rtcp(producer.cname(), true, null),
        producer.msid());
  }

  private static RtpParameters.Codec forwardedCodec(
      RtpCapabilities.Codec codec, Map<String, Object> parameters, List<RtcpFeedback> feedback) {
    return new RtpParameters.Codec(
        codec.mimeType(),
        RouterCapabilities.payloadType(codec),
        codec.clockRate(),
        codec.channels(),
        parameters,
        feedback);
  }

  private static CodecFormat forwardedFormat(Consumable producer) {
    return CodecFormat.of(forwardedCodec(producer.codec(), producer.codecParameters(), List.of()));
  }

  private static RtpCapabilities.@Nullable Codec matchingCodec(
      RtpCapabilities capabilities, CodecFormat format) {
    if (capabilities.codecs() == null) {
      return null;
    }
    for (RtpCapabilities.Codec codec : capabilities.codecs()) {
      if (CodecFormat.of(codec).matches(format)) {
        return codec;
      }
    }
    return null;
  }

  /// The router's RTX codec for the producer, when the browser can use it.
  private static RtpCapabilities.@Nullable Codec agreedRtx(
      Consumable producer, RtpCapabilities capabilities) {
    RtpCapabilities.Codec rtx = RouterCapabilities.rtxCodec(producer.codec());
    return rtx != null && matchingCodec(capabilities, CodecFormat.of(rtx)) != null ? rtx : null;
  }

  /// What the router sends of this kind and the browser lists under the same id. The browser's
  /// `kind` is not compared: mediasoup-client lists an extension of both kinds once.
  private static List<RtpParameters.HeaderExtension> agreedExtensions(
      Consumable producer, RtpCapabilities capabilities) {
    List<RtpParameters.HeaderExtension> agreed = new ArrayList<>();
    if (capabilities.headerExtensions() == null) {
      return agreed;
    }
    for (RtpCapabilities.HeaderExtension ours :
        RouterCapabilities.extensions(producer.spec().kind())) {
      boolean isForwarded =
          "sendrecv".equals(ours.direction())
              && (producer.hasAbsCaptureTime()
                  || !ours.uri().equals(RouterCapabilities.ABS_CAPTURE_TIME));
      boolean isWanted =
          capabilities.headerExtensions().stream()
              .anyMatch(theirs ->
                  theirs.preferredId() == ours.preferredId() && theirs.uri().equals(ours.uri()));
      if (isForwarded && isWanted) {
        agreed.add(
            new RtpParameters.HeaderExtension(ours.uri(), ours.preferredId(), false, Map.of()));
      }
    }
    return List.copyOf(agreed);
  }

  /// The feedback both sides support. Bandwidth is estimated from transport-wide feedback if its
  /// extension was agreed on, else from REMB if abs-send-time was. Audio is not sent again.
  private static List<RtcpFeedback> agreedFeedback(
      Consumable producer, RtpCapabilities.Codec theirs, ExtensionIds extensions) {
    Set<RtcpFeedback> common =
        RouterCapabilities.commonFeedback(theirs.rtcpFeedback(), producer.codec());
    if (producer.spec().kind() == MediaKind.AUDIO) {
      common.remove(RouterCapabilities.NACK);
    }
    if (extensions.transportCc() == 0) {
      common.remove(RouterCapabilities.TRANSPORT_WIDE);
    }
    if (extensions.transportCc() != 0 || extensions.absSendTime() == 0) {
      common.remove(RouterCapabilities.REMB);
    }
    return List.copyOf(common);
  }

  private static @Nullable String emptyToNull(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }
}
