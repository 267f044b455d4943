package dev.parley.signaling.socketio;

/// A seat whose socket is on another node.
///
/// @param owner the way there
record RemoteSeat(Elsewhere.Owner owner) implements Seat {

  @Override
  public boolean onEvent(SocketPacket packet) {
    Args args = packet.args();
    if (args != null) {
      owner.event(packet.event(), args, packet.ackId());
    }
    return true;
  }

  @Override
  public void onAck(SocketPacket packet) {
    Args args = packet.args();
    if (args != null) {
      owner.ack(packet.ackId(), args);
    }
  }

  @Override
  public void onLeave() {
    owner.gone(CloseReason.CLIENT_NAMESPACE_DISCONNECT);
  }

  @Override
  public void onGone(CloseReason reason) {
    owner.gone(reason);
  }
}
