package dev.parley.signaling.socketio;

/// What moves a session's packets: a WebSocket, or a client's polls. It knows no heartbeat, no
/// queue and no message; Engine.IO calls it a transport.
///
/// All calls on the session's context, in both directions. It tells its session: `onText` and
/// `onBinary` for each packet received, `onWritable` when it takes packets again, `onChannelClosed`
/// when it is gone.
interface Channel {

  /// Its name in Engine.IO: `websocket` or `polling`.
  String name();

  /// Whether `write` would move a packet towards the client now. A channel that is not writable
  /// still accepts packets.
  boolean isWritable();

  /// Takes one packet. Packets leave in this order.
  void write(EnginePacket packet);

  /// What has been written may leave: the end of packets that were written in one go.
  void flush();

  /// Closes after what has been written has left. Repeated calls do nothing.
  void close(CloseReason reason);
}
