package dev.parley.media;

import dev.parley.contract.RtpParameters;

/// A consumer as `Negotiation` agreed on it.
///
/// @param spec for the packet path
/// @param rtpParameters for its browser
record Consumption(ConsumerSpec spec, RtpParameters rtpParameters) {}
