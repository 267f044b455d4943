package dev.parley.matchmaking;

import dev.parley.contract.MatchRequest;
import dev.parley.contract.Pair;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Peers;
import dev.parley.match.Rendezvous;
import dev.parley.room.PairRooms;
import dev.parley.room.Rooms;
import java.util.function.Consumer;

/// Brings pairs into their sessions, by way of the signaling nodes that their sockets are on.
final class Usher implements Rendezvous {

  /// For so long it may be unknown whether somebody is there; then he counts as gone.
  private static final long PATIENCE_MS = 20_000;

  private final Bus bus;
  private final Peers peers;
  private final PairRooms rooms;
  private final Consumer<Pair> onOpened;

  /// @param onOpened told of each session once; must not wait
  Usher(Bus bus, Peers peers, PairRooms rooms, Consumer<Pair> onOpened) {
    this.bus = bus.register(MatchRequest.class);
    this.peers = peers;
    this.rooms = rooms;
    this.onOpened = onOpened;
  }

  @Override
  public boolean open(Pair pair) {
    boolean isNew = rooms.open(pair);
    if (isNew) {
      onOpened.accept(pair);
    }
    return isNew;
  }

  @Override
  public void bring(Pair pair, boolean isSecond, boolean isNew) {
    Seeker seeker = isSecond ? pair.second() : pair.first();
    String node = peers.isAlive(seeker.node()) ? seeker.node() : seeker.standby();
    if (node.isEmpty() || !peers.isAlive(node)) {
      takeOut(pair, seeker);
      return;
    }
    boolean isUnchanged = isNew && node.equals(seeker.node());
    if (!isBrought(node, new MatchRequest.Meet(pair, isSecond, isUnchanged))) {
      takeOut(pair, seeker);
    }
  }

  private boolean isBrought(String node, MatchRequest.Meet meet) {
    try {
      return bus.ask(MatchRequest.address(node), meet).isHere();
    } catch (Failure failure) {
      if (System.currentTimeMillis() - meet.pair().madeMs() < PATIENCE_MS) {
        throw failure;
      }
      return false;
    }
  }

  /// Ends the session in the place of one who is gone; the other is told, or waits again.
  private void takeOut(Pair pair, Seeker gone) {
    Rooms.Caller caller =
        new Rooms.Caller(
            RoomKind.PAIR,
            gone.deviceId(),
            gone.deviceId(),
            gone.deviceId(),
            gone.socketId(),
            gone.node(),
            null);
    rooms.leave(caller, pair.sessionId(), LeaveReason.DISCONNECTED);
  }
}
