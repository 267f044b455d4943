package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.media.codec.Codec;
import dev.parley.media.rtp.ExtensionIds;
import org.jspecify.annotations.Nullable;

/// All the packet path needs of a consumer; made by `Negotiation` together with the RTP parameters
/// its browser is told.
///
/// @param mid value written into the MID extension
/// @param ssrc of the forwarded stream
/// @param rtxSsrc of its retransmissions, 0 for none
/// @param payloadType written into forwarded packets: the router's
/// @param rtxPayloadType of retransmissions, -1 for none
/// @param extensions ids the browser agreed on; those it did not are 0
/// @param nack whether lost packets are sent again
/// @param pli whether the browser may ask for keyframes
/// @param transportCc whether packets carry a transport-wide sequence number
/// @param cname of the sender's RTCP SDES
public record ConsumerSpec(
    String id,
    String producerId,
    MediaKind kind,
    Codec codec,
    @Nullable String mid,
    long ssrc,
    long rtxSsrc,
    int payloadType,
    int rtxPayloadType,
    int clockRate,
    ExtensionIds extensions,
    boolean nack,
    boolean pli,
    boolean fir,
    boolean transportCc,
    boolean remb,
    String cname) {}
