package dev.parley.signaling;

import dev.parley.kernel.Utf8;

/// What a client asks to be passed on to others of its room.
///
/// @param roomId empty for the one room of the dialect's kind that the sender is in
/// @param target socket id or user id, where the audience is one; empty otherwise
/// @param from what the sender calls himself; empty when he does not say
/// @param json what is said, as JSON text
record Relay(Kind kind, String roomId, Audience audience, String target, String from, Utf8 json) {

  /// What is said.
  enum Kind {
    /// A short text shown for a moment.
    REACTION,
    /// Whatever an application wants to tell.
    MESSAGE,
    OFFER,
    ANSWER,
    CANDIDATE,
    CHAT,
    SCREEN_STARTED,
    SCREEN_STOPPED
  }

  /// For whom it is.
  enum Audience {
    /// The participant of a socket id.
    SOCKET,
    /// The participant of a user id.
    USER,
    /// All but the sender.
    OTHERS,
    ALL
  }

  /// For all but the sender.
  static Relay toOthers(Kind kind, String roomId, Utf8 json) {
    return new Relay(kind, roomId, Audience.OTHERS, "", "", json);
  }

  /// For everyone, the sender too.
  static Relay toAll(Kind kind, String roomId, Utf8 json) {
    return new Relay(kind, roomId, Audience.ALL, "", "", json);
  }
}
