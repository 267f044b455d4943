package dev.parley.room;

import dev.parley.audit.AuditLog;
import dev.parley.audit.AuditLog.Action;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Conferences for holders of passes alone, known by a name that whoever issues the passes has
/// given. They are nobody's: who moderates is said by the passes. All methods wait: on virtual
/// threads only.
///
/// A name has one room at a time, whichever nodes are asked. A room that has ended does not come
/// back: its name's next room has another id, to which the passes for the old one are no key.
public final class PassRooms {

  private static final Logger log = LoggerFactory.getLogger(PassRooms.class);

  private static final int MAX_NAME = 64;
  private static final int ATTEMPTS = 5;

  /// Names that are asked for at once when many are.
  private static final int AT_ONCE = 100;

  /// An occupied room is looked at this often, to find that it was left.
  private static final long LOOK_MS = 60_000;

  private final RoomStore store;
  private final RoomFanout fanout;
  private final AuditLog audit;
  private final long longestMs;

  public PassRooms(
      Redis redis, AuditLog audit, Bus bus, Features.Rooms config, Features.Meetings meetings) {
    this.store = new RoomStore(redis, config, meetings);
    this.fanout = new RoomFanout(bus, false);
    this.audit = audit;
    this.longestMs = config.roomTtl().toMillis();
  }

  /// @param isNew whether it was made by this call
  public record Opened(String roomId, boolean isNew) {}

  /// Makes the room of a name, unless there is one; that one stays as it is, but for a lifetime
  /// that begins anew while it is empty.
  ///
  /// @param name 1 to 64 characters, upper and lower case apart
  /// @param lifetime for which the room stays when nobody is in it; `rooms.roomTtl` at most
  public Opened open(String name, String title, int maxParticipants, Duration lifetime) {
    check(name);
    RoomIndex index = store.index();
    long stays = Math.min(lifetime.toMillis(), longestMs);
    String there = index.roomIdOfName(name);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long until = System.currentTimeMillis() + stays;
      if (there != null && store.keep(there, until)) {
        // Whoever has made it may have died before this was done.
        note(name, there, until);
        return new Opened(there, false);
      }
      // Before it has the name, so that a name without a room is one whose room has ended.
      String roomId = Ids.uuid();
      store.create(roomId, fields(name, roomId, title, maxParticipants, stays));
      String winner = index.claimName(name, roomId, there == null ? "" : there);
      if (winner.equals(roomId)) {
        note(name, roomId, until);
        audit.record(
            Action.ROOM_CREATED,
            null,
            roomId,
            Map.of("title", title, "name", name, "maxParticipants", maxParticipants),
            null);
        return new Opened(roomId, true);
      }
      store.discard(roomId);
      there = winner;
    }
    throw Failure.unavailable("The room ends as often as it is made, try again");
  }

  private static void check(String name) {
    if (name.isBlank()
        || name.length() > MAX_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw Failure.invalid("the name of a room must be of 1 to 64 characters");
    }
  }

  private static Map<String, String> fields(
      String name, String roomId, String title, int maxParticipants, long stays) {
    int max = Math.min(maxParticipants, NewConferences.MOST_PARTICIPANTS);
    Map<String, String> fields = NewConferences.fields(roomId, "", "active", title, max);
    long nowMs = System.currentTimeMillis();
    fields.put("passName", name);
    fields.put("lifetimeMs", Long.toString(stays));
    fields.put("emptyAt", Long.toString(nowMs));
    fields.put("emptyUntil", Long.toString(nowMs + stays));
    return fields;
  }

  private void note(String name, String roomId, long until) {
    store.index().list(roomId, RoomKind.CONFERENCE);
    store.index().renewName(name);
    store.index().lookAtName(name, Math.min(until, System.currentTimeMillis() + LOOK_MS));
  }

  /// The id of a name's room; null when it has none.
  public @Nullable String find(String name) {
    String roomId = store.index().roomIdOfName(name);
    // A room that was closed from within leaves its name for a moment.
    return roomId == null || !store.exists(roomId) ? null : roomId;
  }

  /// Ends the room of a name and puts everyone out. False when there is none.
  public boolean close(String name) {
    String roomId = store.index().roomIdOfName(name);
    if (roomId == null) {
      return false;
    }
    boolean wasThere = close(name, roomId);
    store.index().releaseName(name, roomId);
    return wasThere;
  }

  private boolean close(String name, String roomId) {
    try {
      // It is nobody's, and he acts from without.
      RoomStore.Closed closed = store.close(roomId, "", "", "Not a room for passes", false);
      fanout.closed(closed, RoomKind.CONFERENCE, roomId, "");
      ended(name, roomId);
      return true;
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.NOT_FOUND) {
        return false;
      }
      throw failure;
    }
  }

  private void ended(String name, String roomId) {
    audit.record(Action.ROOM_CLOSED, null, roomId, Map.of("name", name), null);
  }

  /// Of these names, those in whose room somebody is now.
  public Set<String> occupied(Collection<String> names) {
    List<String> all = List.copyOf(new HashSet<>(names));
    Set<String> occupied = new HashSet<>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      occupiedOf(all.subList(from, Math.min(all.size(), from + AT_ONCE)), occupied);
    }
    return occupied;
  }

  /// Of these ids of rooms of any kind, those of rooms that somebody is in now.
  public Set<String> occupiedById(Collection<String> roomIds) {
    List<String> all = List.copyOf(new HashSet<>(roomIds));
    Set<String> occupied = new HashSet<>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      occupied.addAll(store.occupied(all.subList(from, Math.min(all.size(), from + AT_ONCE))));
    }
    return occupied;
  }

  private void occupiedOf(List<String> names, Set<String> occupied) {
    List<@Nullable String> ids = store.index().roomIdsOfNames(names);
    Map<String, String> nameOf = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String roomId = ids.get(i);
      if (roomId != null) {
        nameOf.put(roomId, names.get(i));
      }
    }
    for (String roomId : store.occupied(List.copyOf(nameOf.keySet()))) {
      occupied.add(nameOf.getOrDefault(roomId, ""));
    }
  }

  /// Ends the rooms that have been empty for as long as they may. Returns those that somebody is
  /// in, of the ones whose turn it was.
  public List<RoomState> sweep() {
    long nowMs = System.currentTimeMillis();
    List<RoomState> occupied = new ArrayList<>();
    for (String name : store.index().namesDue(nowMs)) {
      try {
        String roomId = store.index().roomIdOfName(name);
        if (roomId == null) {
          store.index().lookedAtName(name);
        } else if (sweep(name, roomId, nowMs)) {
          occupied.add(store.read(roomId));
        }
      } catch (Failure failure) {
        log.debug("room not looked at name={} error={}", name, failure.text());
      }
    }
    return occupied;
  }

  /// True when somebody is in it.
  private boolean sweep(String name, String roomId, long nowMs) {
    RoomStore.Look look;
    try {
      look = store.expire(roomId, nowMs);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.NOT_FOUND) {
        throw failure;
      }
      gone(name, roomId);
      return false;
    }
    return switch (look) {
      case RoomStore.Lasting(long until) -> {
        long next = nowMs + LOOK_MS;
        store.index().lookAtName(name, until == 0 ? next : Math.min(until, next));
        yield until == 0;
      }
      case RoomStore.Expired expired -> {
        gone(name, roomId);
        store.index().forget(roomId, "");
        fanout.closed(
            expired.nodes(),
            new RoomEvent.RoomClosed(roomId, expired.version(), ""),
            expired.mediaNode());
        ended(name, roomId);
        yield false;
      }
    };
  }

  private void gone(String name, String roomId) {
    store.index().lookedAtName(name);
    store.index().releaseName(name, roomId);
  }
}
