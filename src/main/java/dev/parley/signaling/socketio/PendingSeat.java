package dev.parley.signaling.socketio;

import java.util.ArrayDeque;

/// A seat whose socket is being looked for on other nodes. A client that keeps to the protocol
/// sends nothing until it has been answered, but may leave.
final class PendingSeat implements Seat {

  private final SocketLimits limits;
  private final ArrayDeque<SocketPacket> held = new ArrayDeque<>(0);
  private int heldBytes;
  private boolean isGone;

  PendingSeat(SocketLimits limits) {
    this.limits = limits;
  }

  boolean isGone() {
    return isGone;
  }

  /// Hands on what has come meanwhile. False when the new seat cannot hold it.
  boolean handTo(Seat seat) {
    boolean isTaken = true;
    while (isTaken && !held.isEmpty()) {
      isTaken = seat.onEvent(held.removeFirst());
    }
    return isTaken;
  }

  @Override
  public boolean onEvent(SocketPacket packet) {
    held.add(packet);
    heldBytes += packet.bytes();
    return held.size() <= limits.maxHeldEvents() && heldBytes <= limits.maxHeldBytes();
  }

  @Override
  public void onAck(SocketPacket packet) {}

  @Override
  public void onLeave() {
    isGone = true;
  }

  @Override
  public void onGone(CloseReason reason) {
    isGone = true;
  }
}
