package dev.parley.signaling.socketio;

/// Hands over what a client says whose connection is on another node than its socket. On the
/// carrier's context.
///
/// @param carrier the way it comes by; what comes when the socket has taken another is ignored
public record Inbox(Socket socket, Carrier carrier) {

  /// An event.
  ///
  /// @param ackId what the answer must carry; negative when none is wanted
  public void event(String name, Args args, long ackId) {
    long wanted = ackId < 0 ? SocketPacket.NO_ACK : ackId;
    SocketPacket packet =
        new SocketPacket(SocketPacket.Type.EVENT, socket.namespace(), wanted, name, args, null, 0);
    if (socket.isCarriedBy(carrier) && !socket.onEvent(packet)) {
      socket.expel(CloseReason.FLOOD);
    }
  }

  /// The answer to an event.
  public void answer(long ackId, Args args) {
    if (socket.isCarriedBy(carrier)) {
      socket.onAck(ackId, args);
    }
  }

  /// The client has left the namespace, or its connection is gone.
  public void gone(CloseReason reason) {
    if (reason != CloseReason.CLIENT_NAMESPACE_DISCONNECT) {
      socket.lose(carrier, reason);
    } else if (socket.isCarriedBy(carrier)) {
      socket.close(reason);
    }
  }
}
