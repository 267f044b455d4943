/// What the forwarder must know of each codec: where a keyframe begins, which layer a packet
/// belongs to, and the few payload bytes that change when streams are switched.
///
/// Sans-IO: imports only `java.*` and `media.rtp`. Read `Codec` first.
@NullMarked
package dev.parley.media.codec;

import org.jspecify.annotations.NullMarked;
