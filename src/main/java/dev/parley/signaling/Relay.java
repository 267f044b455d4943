package dev.parley.signaling;

/// What a client asks to be passed on to others of its room.
///
/// @param target socket id, or user id when `isUser`; empty for all others
/// @param json what is said, as JSON text
record Relay(Relayed.Kind kind, String roomId, String target, boolean isUser, String json) {}
