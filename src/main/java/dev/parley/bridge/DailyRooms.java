package dev.parley.bridge;

import dev.parley.bridge.daily.DailyClient;
import dev.parley.bridge.daily.DailyRoom;
import dev.parley.bridge.daily.DailyToken;
import dev.parley.bridge.daily.Presence;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Rooms at daily.co.
public final class DailyRooms implements RoomProvider {

  /// As Daily says of its presence.
  private static final long LAG_MS = 15_000;

  private static final long HOUR_MS = Duration.ofHours(1).toMillis();

  private final DailyClient client;
  private final LongSupplier clock;

  /// @param clock ms since 1970
  public DailyRooms(DailyClient client, LongSupplier clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Call.Provider which() {
    return Call.Provider.DAILY;
  }

  @Override
  public boolean exists(String roomName) {
    return client.find(roomName).isPresent();
  }

  /// One that is left over from an earlier call, and of another kind or soon to end, makes way.
  @Override
  public Call.Kind open(String roomName, Call.Kind kind, long lastsMs) {
    Optional<DailyRoom> old = client.find(roomName);
    if (old.isPresent()) {
      if (willDo(old.get(), kind, lastsMs)) {
        return kind;
      }
      var _ = client.delete(roomName);
    }
    DailyRoom room =
        client.create(new DailyRoom.Wish(roomName, kind == Call.Kind.BROADCAST, lastsMs > HOUR_MS));
    return room.isBroadcast() ? Call.Kind.BROADCAST : Call.Kind.DEFAULT;
  }

  private boolean willDo(DailyRoom room, Call.Kind kind, long lastsMs) {
    long leftMs = room.expiresAtS() * 1_000 - clock.getAsLong();
    return room.isBroadcast() == (kind == Call.Kind.BROADCAST)
        && (room.expiresAtS() == 0 || leftMs >= lastsMs * 3 / 4);
  }

  @Override
  public Admission admit(Guest guest) {
    DailyRoom room = new DailyRoom(guest.roomName(), guest.kind() == Call.Kind.BROADCAST, 0);
    String token =
        client.token(
            new DailyToken(
                room,
                guest.name(),
                guest.userId(),
                guest.isOwner(),
                guest.hasStarted(),
                guest.untilMs() / 1_000));
    return new Admission(token, "");
  }

  @Override
  public void delete(String roomName) {
    var _ = client.delete(roomName);
  }

  @Override
  public Set<String> occupied(Collection<String> roomNames) {
    Presence presence = client.presence();
    return roomNames.stream().filter(presence::isOccupied).collect(Collectors.toSet());
  }

  @Override
  public long lagMs() {
    return LAG_MS;
  }
}
