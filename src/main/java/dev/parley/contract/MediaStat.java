package dev.parley.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// Counters of one RTP stream or transport at one moment.
///
/// @param type `transport`, `producer` or `consumer`
/// @param id of that transport, producer or consumer
/// @param rid of a producer's simulcast stream
/// @param bitrateBps over the last second
/// @param jitter in RTP clock units (RFC 3550 §6.4.1)
/// @param rttMs round trip, when reports allowed to measure it
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MediaStat(
    String type,
    String id,
    @Nullable String kind,
    @Nullable String rid,
    @Nullable Long ssrc,
    long packets,
    long bytes,
    long bitrateBps,
    @Nullable Long packetsLost,
    @Nullable Long packetsRetransmitted,
    @Nullable Long nackCount,
    @Nullable Long pliCount,
    @Nullable Long jitter,
    @Nullable Long rttMs,
    @Nullable String state) {}
