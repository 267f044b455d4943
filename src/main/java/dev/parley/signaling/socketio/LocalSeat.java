package dev.parley.signaling.socketio;

/// A seat whose socket is on this node.
///
/// @param carrier the connection it is a seat of
record LocalSeat(Socket socket, Carrier carrier) implements Seat {

  @Override
  public boolean onEvent(SocketPacket packet) {
    return !socket.isCarriedBy(carrier) || socket.onEvent(packet);
  }

  @Override
  public void onAck(SocketPacket packet) {
    Args args = packet.args();
    if (args != null && socket.isCarriedBy(carrier)) {
      socket.onAck(packet.ackId(), args);
    }
  }

  @Override
  public void onLeave() {
    if (socket.isCarriedBy(carrier)) {
      socket.close(CloseReason.CLIENT_NAMESPACE_DISCONNECT);
    }
  }

  @Override
  public void onGone(CloseReason reason) {
    socket.lose(carrier, reason);
  }
}
