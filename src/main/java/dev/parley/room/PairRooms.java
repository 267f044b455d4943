package dev.parley.room;

import dev.parley.contract.Pair;
import dev.parley.contract.Participant;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Features;
import dev.parley.kernel.Redis;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sessions of two strangers: rooms that begin with both in them and end with the first who leaves.
/// All methods wait: on virtual threads only.
public final class PairRooms {

  /// Told of each session that has ended, once. Must not wait.
  public interface Ends {
    void ended(String sessionId, LeaveReason reason);
  }

  /// Making it is the first change of a room.
  private static final String FIRST_VERSION = "1";

  private final RoomStore store;
  private final RoomFanout fanout;
  private final Duration ttl;
  private final Ends ends;

  /// @param ttl of a session that nothing renews
  public PairRooms(
      Redis redis,
      Bus bus,
      Features.Rooms rooms,
      Features.Meetings meetings,
      Duration ttl,
      Ends ends) {
    this.store = new RoomStore(redis, rooms, meetings);
    this.fanout = new RoomFanout(bus, false);
    this.ttl = ttl;
    this.ends = ends;
  }

  /// Makes the session of a pair; returns false when it has been made before. Nobody is told.
  public boolean open(Pair pair) {
    return store.pair(
            pair.sessionId(),
            ttl,
            participant(pair.first(), pair.madeMs()),
            participant(pair.second(), pair.madeMs()),
            fields(pair))
        != null;
  }

  /// The session of a pair as it is when it has just been made.
  public static RoomState opened(Pair pair) {
    Map<String, String> fields = fields(pair);
    fields.put("version", FIRST_VERSION);
    return RoomState.of(
        fields,
        List.of(
            participant(pair.first(), pair.madeMs()), participant(pair.second(), pair.madeMs())),
        List.of(),
        List.of());
  }

  private static Map<String, String> fields(Pair pair) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("roomId", pair.sessionId());
    fields.put("kind", RoomKind.PAIR.word());
    fields.put("hostUserId", "");
    fields.put("status", "active");
    fields.put("createdAt", Long.toString(pair.madeMs()));
    fields.put("title", "");
    fields.putAll(
        RoomState.fields(new RoomSettings(true, false, true, false, false, List.of(), 2)));
    fields.put("version", "0");
    return fields;
  }

  private static Participant participant(Seeker seeker, long nowMs) {
    return new Participant(
        seeker.deviceId(),
        seeker.deviceId(),
        false,
        seeker.deviceId(),
        "",
        seeker.socketId(),
        Role.PARTICIPANT,
        nowMs,
        List.of(),
        false,
        false,
        false,
        false,
        "",
        seeker.node(),
        seeker.standby());
  }

  /// One of the two leaves, which ends the session: the other is told. Nothing happens when he is
  /// not in it by this connection.
  public void leave(Rooms.Caller caller, String sessionId, LeaveReason reason) {
    RoomStore.Left left =
        store.leave(
            sessionId,
            caller.key(),
            caller.socketId(),
            caller.node(),
            false,
            RoomStore.ENDS,
            System.currentTimeMillis());
    if (left != null) {
      fanout.tell(
          left.nodes(), new RoomEvent.RoomClosed(sessionId, left.version(), caller.userId()));
      ends.ended(sessionId, reason);
    }
  }

  /// Keeps a session from being forgotten. Nothing waits for it.
  public void touch(String sessionId) {
    store.touch(sessionId, Long.toString(ttl.toSeconds()));
  }
}
