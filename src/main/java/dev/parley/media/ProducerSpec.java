package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.media.codec.Codec;
import dev.parley.media.rtp.ExtensionIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All the packet path needs of a producer; made from its RTP parameters by `Negotiation`.
///
/// @param id of the producer
/// @param mid value of the MID extension in its packets, when it is signalled
/// @param payloadType of the media codec in the browser's packets
/// @param rtxPayloadType of its RTX codec (RFC 4588), or -1
/// @param clockRate RTP clock in Hz
/// @param nack whether losses are asked for again (generic NACK, RFC 4585 §6.2.1)
/// @param pli whether keyframes are asked for with PLI (RFC 4585 §6.3.1)
/// @param fir whether FIR is understood when PLI is not (RFC 5104 §4.3.1)
/// @param transportCc whether transport-wide feedback was agreed on for this codec
/// @param remb whether REMB was agreed on for this codec
/// @param encodings its streams, smallest first; one when there is no simulcast
public record ProducerSpec(
    String id,
    MediaKind kind,
    @Nullable String mid,
    Codec codec,
    int payloadType,
    int rtxPayloadType,
    int clockRate,
    ExtensionIds extensions,
    boolean nack,
    boolean pli,
    boolean fir,
    boolean transportCc,
    boolean remb,
    @Nullable String cname,
    List<EncodingSpec> encodings) {

  /// One stream of the producer.
  ///
  /// @param rid name of the stream when its ssrc is to be learnt from packets
  /// @param ssrc 0 when it is to be learnt
  /// @param rtxSsrc 0 when it is to be learnt or there is none
  public record EncodingSpec(@Nullable String rid, long ssrc, long rtxSsrc) {}
}
