package dev.parley.signaling;

import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Encoded;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An event in the words of a dialect, encoded once for all who are told.
record Outgoing(Encoded encoded) {

  private static final Utf8 NOTHING = Utf8.of("");

  /// Null when clients of the dialect are not told of it.
  static @Nullable Outgoing of(Dialect dialect, Event event) {
    Dialect.Message message = dialect.encode(event);
    return message == null ? null : of(dialect, message);
  }

  static Outgoing of(Dialect dialect, Relayed relayed) {
    return new Outgoing(Encoded.event(dialect.namespace(), relayed.name(), relayed.json()));
  }

  static Outgoing of(Dialect dialect, Dialect.Message message) {
    Utf8 json = Objects.requireNonNullElse(message.json(), NOTHING);
    return new Outgoing(Encoded.event(dialect.namespace(), message.name(), json));
  }
}
