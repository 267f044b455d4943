package dev.parley.media;

import dev.parley.contract.RtpCapabilities;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A producer as `Negotiation` agreed on it: what the packet path needs, and what its consumers are
/// told of it.
///
/// @param codec the router's codec its packets are forwarded in
/// @param codecParameters the producer's own `fmtp` values, passed on to consumers
/// @param hasAbsCaptureTime whether its packets carry that extension, which is only passed on
/// @param cname of its transport; browsers play tracks of one cname in step
/// @param msid `"<stream> <track>"` as the producer's browser names it
/// @param scalabilityMode of the forwarded stream, counting each encoding as a spatial layer
/// @param maxBitrateBps of its largest encoding, 0 when it does not say
record Consumable(
    ProducerSpec spec,
    RtpCapabilities.Codec codec,
    Map<String, Object> codecParameters,
    boolean hasAbsCaptureTime,
    String cname,
    @Nullable String msid,
    @Nullable String scalabilityMode,
    long maxBitrateBps) {}
