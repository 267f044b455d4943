/// RTP and RTCP as bytes and rules: parsing, sequence numbers, loss lists, caches and statistics.
///
/// Sans-IO: imports only `java.*`. Time comes in as `nowNs`, results go out as values; nothing is
/// logged, nothing throws on bad input. Read `RtpPacket` and `Rtcp` first.
@NullMarked
package dev.parley.media.rtp;

import org.jspecify.annotations.NullMarked;
