/// How much a path can carry: what is told to those who send to us.
///
/// Sans-IO: imports only `java.*` and `media.rtp`; time comes in as `nowNs`, packets go out as
/// bytes in a caller's buffer. Read `TwccFeedback` first.
@NullMarked
package dev.parley.media.congestion;

import org.jspecify.annotations.NullMarked;
