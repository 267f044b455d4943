package dev.parley.signaling.socketio;

/// What one namespace of a connection leads to: a socket of this node, one of another, or one that
/// is still being looked for. On the connection's context only.
sealed interface Seat permits LocalSeat, RemoteSeat, PendingSeat {

  /// One event of the client. False when more are held than may be.
  boolean onEvent(SocketPacket packet);

  /// The client's answer to an event.
  void onAck(SocketPacket packet);

  /// The client has left the namespace.
  void onLeave();

  /// The client's connection is gone.
  void onGone(CloseReason reason);
}
