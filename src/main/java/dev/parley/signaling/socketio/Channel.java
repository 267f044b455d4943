package dev.parley.signaling.socketio;

/// What moves a session's packets to its client: a WebSocket, the client's polls, or a tunnel to a
/// WebSocket on another node. It knows no heartbeat, no queue and no message; Engine.IO calls it a
/// transport.
///
/// All calls on the session's context. What comes the other way goes to a `Receiver`.
public interface Channel {

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

  /// Whether the client's packets are wanted: a channel that can tells the client to wait while
  /// they are not.
  default void wants(boolean packets) {}

  /// Whether the client still has to be told of a `close`, by requests that are to come.
  default boolean lingers() {
    return false;
  }
}
