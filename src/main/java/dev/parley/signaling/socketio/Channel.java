package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;

/// What moves the frames of a session between client and server; Engine.IO calls it transport. All
/// calls on the session's event loop.
interface Channel {

  /// Sends one text packet, its type digit included.
  void send(String packet);

  /// Sends one binary message.
  void send(Buffer message);

  /// Bytes handed over and not yet taken by the network.
  int queuedBytes();

  /// Ends the channel after what was handed over.
  void close();
}
