package dev.parley.signaling;

import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Encoded;
import org.jspecify.annotations.Nullable;

/// An event in the words of a dialect, encoded once for all who are told.
record Outgoing(Encoded encoded) {

  /// Null when clients of the dialect are not told of it.
  static @Nullable Outgoing of(Dialect dialect, Event event) {
    Dialect.Message message = dialect.encode(event);
    return message == null ? null : of(message);
  }

  static Outgoing of(Relayed relayed) {
    return new Outgoing(Encoded.event("/", relayed.name(), relayed.json()));
  }

  static Outgoing of(Dialect.Message message) {
    Utf8 json = message.json();
    return new Outgoing(Encoded.event("/", message.name(), json == null ? Utf8.of("") : json));
  }
}
