package dev.parley.signaling;

import dev.parley.signaling.socketio.Args;
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
    String json = message.json();
    Args args = json == null ? Args.none() : Args.ofJson(json);
    return new Outgoing(Encoded.event("/", message.name(), args));
  }
}
