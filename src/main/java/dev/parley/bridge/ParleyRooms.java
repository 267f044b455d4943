package dev.parley.bridge;

import dev.parley.account.Pass;
import dev.parley.account.Principal;
import dev.parley.account.Tokens;
import dev.parley.kernel.Failure;
import dev.parley.room.PassRooms;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/// Rooms on our own SFU: conferences that only holders of passes enter. The pass is the token.
public final class ParleyRooms implements RoomProvider {

  /// Under which users of the chat app are known.
  private static final String ISSUER = "bridge";

  private static final String TITLE = "Video call";
  private static final int PARTICIPANTS = 20;
  private static final int IN_A_BROADCAST = 200;

  /// A room stays for so long when nobody is in it; the bridge ends it before.
  private static final Duration EMPTY_FOR = Duration.ofMinutes(30);

  private final PassRooms rooms;
  private final Tokens tokens;
  private final String page;
  private final LongSupplier clock;

  /// @param page URL of our page; empty when it is not known
  /// @param clock ms since 1970
  public ParleyRooms(PassRooms rooms, Tokens tokens, String page, LongSupplier clock) {
    this.rooms = rooms;
    this.tokens = tokens;
    this.page = page;
    this.clock = clock;
  }

  @Override
  public Call.Provider which() {
    return Call.Provider.PARLEY;
  }

  @Override
  public boolean exists(String roomName) {
    return rooms.find(roomName) != null;
  }

  @Override
  public Call.Kind open(String roomName, Call.Kind kind, long lastsMs) {
    int most = kind == Call.Kind.BROADCAST ? IN_A_BROADCAST : PARTICIPANTS;
    var _ = rooms.open(roomName, TITLE, most, EMPTY_FOR);
    return kind;
  }

  @Override
  public Admission admit(Guest guest) {
    String roomId = rooms.find(guest.roomName());
    if (roomId == null) {
      throw Failure.notFound("No such room");
    }
    Principal.Holder holder =
        Principal.Holder.of(
            ISSUER,
            guest.userId(),
            guest.name(),
            new Pass(roomId, guest.isOwner(), guest.presents()));
    long leftMs = Math.max(1_000, guest.untilMs() - clock.getAsLong());
    String token = tokens.pass(holder, Duration.ofMillis(leftMs));
    String url = page.isEmpty() ? "" : page + "/?call=" + roomId + "#token=" + token;
    return new Admission(token, url);
  }

  @Override
  public void delete(String roomName) {
    var _ = rooms.close(roomName);
  }

  /// Rooms of no chat go by their ids.
  @Override
  public Set<String> occupied(Collection<String> roomNames) {
    Set<String> occupied = new HashSet<>(rooms.occupied(roomNames));
    occupied.addAll(rooms.occupiedById(roomNames));
    return occupied;
  }

  /// It is asked for as it is.
  @Override
  public long lagMs() {
    return 0;
  }
}
