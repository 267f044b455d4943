package dev.parley.signaling;

import dev.parley.kernel.Utf8;

/// What a client asks to be passed on to others of its room.
///
/// @param target socket id, or user id when `isUser`; empty for all others
/// @param json what is said, as JSON text
record Relay(Relayed.Kind kind, String roomId, String target, boolean isUser, Utf8 json) {}
