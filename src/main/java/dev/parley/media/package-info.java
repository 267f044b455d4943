/// The selective forwarding unit: routers that take the tracks of a room's participants and forward
/// them to the others.
///
/// One router lives on one worker, which is one event loop with one UDP port: plain fields, no
/// locks, nothing that waits. Imports `kernel` and `contract` only, so that a media node needs
/// neither Redis nor PostgreSQL. Packets: `transport` → `RtpSession` → `Producer` → `Router` →
/// `Consumer` → `transport`. Read `Router` and `RtpSession` first.
@NullMarked
package dev.parley.media;

import org.jspecify.annotations.NullMarked;
