package dev.parley.signaling;

import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Encoded;

/// An event in the words of a dialect, encoded once for all who are told.
record Outgoing(Encoded encoded) {

  static Outgoing of(Dialect dialect, Event event) {
    return of(dialect.encode(event));
  }

  static Outgoing of(Dialect dialect, Relayed relayed) {
    return of(dialect.encode(relayed));
  }

  private static Outgoing of(Dialect.Message message) {
    Utf8 json = message.json();
    return new Outgoing(Encoded.event("/", message.name(), json == null ? Utf8.of("") : json));
  }
}
