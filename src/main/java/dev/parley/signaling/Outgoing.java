package dev.parley.signaling;

import dev.parley.signaling.socketio.OutPacket;

/// An event in the words of a dialect, encoded once for all who are told.
record Outgoing(OutPacket packet) {

  static Outgoing of(Dialect dialect, Event event) {
    Dialect.Message message = dialect.encode(event);
    return new Outgoing(OutPacket.event("/", message.name(), message.json()));
  }
}
