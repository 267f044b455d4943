package dev.parley.room;

import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Redis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Light rooms, seen from without: made, listed, deleted. They stay when nobody is in them, until
/// their owner deletes them or nothing has happened in them for `rooms.roomTtl`. All methods wait:
/// on virtual threads only.
public final class PeerRooms {

  /// More are not listed.
  private static final int MAX_LISTED = 1_000;

  private static final long FRESH_NS = 2_000_000_000L;

  private record Counted(long atNs, Count count) {}

  private final RoomStore store;
  private final RoomFanout fanout;
  private final Features.Rooms config;
  private volatile @Nullable Counted counted;

  /// @param occupancyOfAllRooms as of `Rooms`
  public PeerRooms(
      Redis redis,
      Bus bus,
      Features.Rooms config,
      Features.Meetings meetings,
      boolean occupancyOfAllRooms) {
    this.store = new RoomStore(redis, config, meetings);
    this.fanout = new RoomFanout(bus, occupancyOfAllRooms);
    this.config = config;
  }

  /// Makes a room; returns it.
  ///
  /// @param owner who may delete it
  public RoomState create(String name, String owner) {
    String roomId = Ids.uuid();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("roomId", roomId);
    fields.put("kind", RoomKind.PEER.word());
    fields.put("hostUserId", owner);
    fields.put("status", "active");
    fields.put("createdAt", Long.toString(System.currentTimeMillis()));
    fields.put("title", name);
    fields.putAll(
        RoomState.fields(
            new RoomSettings(true, true, true, false, false, List.of(), config.maxParticipants())));
    fields.put("version", "0");
    store.create(roomId, fields);
    store.index().list(roomId, RoomKind.PEER);
    return store.read(roomId);
  }

  /// All rooms there are, the oldest first.
  public List<RoomState> list() {
    List<RoomState> rooms = new ArrayList<>();
    for (RoomState room : store.readAll(store.index().listed(RoomKind.PEER), MAX_LISTED)) {
      if (room.kind() == RoomKind.PEER) {
        rooms.add(room);
      }
    }
    rooms.sort((a, b) -> Long.compare(a.createdAt(), b.createdAt()));
    return rooms;
  }

  /// How many rooms there are, and how many sockets in them.
  public record Count(int rooms, int users) {}

  /// As of a few seconds ago at most: many may ask.
  public Count count() {
    Counted last = counted;
    long nowNs = System.nanoTime();
    if (last == null || nowNs - last.atNs > FRESH_NS) {
      List<RoomState> rooms = list();
      int users = rooms.stream().mapToInt(room -> room.participants().size()).sum();
      last = new Counted(nowNs, new Count(rooms.size(), users));
      counted = last;
    }
    return last.count;
  }

  /// @throws Failure NOT_FOUND "Room not found"
  public RoomState get(String roomId) {
    RoomState room = RoomId.isUuid(roomId) ? store.read(roomId) : null;
    if (room == null || room.kind() != RoomKind.PEER) {
      throw Failure.notFound("Room not found");
    }
    return room;
  }

  /// Deletes a room; those in it are told.
  public void delete(String roomId, String owner) {
    RoomState room = get(roomId);
    RoomStore.Closed closed =
        store.close(room.roomId(), owner, "", "Only the room creator can delete this room", true);
    fanout.closed(closed, RoomKind.PEER, roomId, owner);
  }
}
