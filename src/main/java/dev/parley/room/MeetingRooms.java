package dev.parley.room;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.Decision;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of meetings, seen from without: arranged, changed, ended, deleted, looked up. What
/// people in them do is `Rooms`'. All methods wait: on virtual threads only.
///
/// A meeting that can be joined is in Redis; PostgreSQL has all that ever were. One that has not
/// begun is put into Redis again when somebody comes and it has been forgotten there.
public final class MeetingRooms {

  private static final Logger log = LoggerFactory.getLogger(MeetingRooms.class);

  private static final int ID_ATTEMPTS = 5;

  /// How often a meeting is looked at that goes on.
  private static final long LOOK_MS = 300_000;

  private final RoomStore store;
  private final MeetingRecords records;
  private final RoomFanout fanout;
  private final Features.Meetings config;

  /// @param occupancyOfAllRooms as of `Rooms`
  public MeetingRooms(
      Redis redis,
      Postgres postgres,
      Journal journal,
      Bus bus,
      Features.Rooms rooms,
      Features.Meetings config,
      boolean occupancyOfAllRooms) {
    this.store = new RoomStore(redis, rooms, config);
    this.records = new MeetingRecords(postgres, journal);
    this.fanout = new RoomFanout(bus, occupancyOfAllRooms);
    this.config = config;
  }

  /// Who acts upon a meeting from without.
  ///
  /// @param id what he calls himself; empty when he does not say
  /// @param isProven whether it is proven that he is that
  public record Host(String id, boolean isProven) {}

  /// A meeting to be arranged; all fields within bounds.
  public record Plan(
      String title,
      String description,
      String hostName,
      @Nullable Instant scheduledAt,
      RoomSettings settings) {}

  /// A meeting, and how it stands.
  ///
  /// @param live the meeting in Redis; null when it is over or forgotten there
  public record View(MeetingRecord record, @Nullable RoomState live) {

    /// Where it is in its life. What is going on is known before it is written down, and what Redis
    /// has forgotten while it went on is over.
    public MeetingRecord.Status status() {
      if (live != null && !live.participants().isEmpty()) {
        return MeetingRecord.Status.ACTIVE;
      }
      return live == null && record.status() == MeetingRecord.Status.ACTIVE
          ? MeetingRecord.Status.COMPLETED
          : record.status();
    }
  }

  /// One page of a user's meetings, the newest first.
  public record Page(List<MeetingRecord> meetings, int total) {}

  public MeetingRecord create(Host host, Plan plan) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    for (int attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
      MeetingRecord meeting =
          new MeetingRecord(
              RoomId.ofMeeting(),
              plan.title(),
              plan.description(),
              host.id(),
              plan.hostName(),
              host.isProven(),
              plan.scheduledAt() == null
                  ? MeetingRecord.Status.WAITING
                  : MeetingRecord.Status.SCHEDULED,
              plan.scheduledAt(),
              plan.settings(),
              0,
              0,
              now,
              null,
              null);
      if (records.create(meeting)) {
        open(meeting);
        return meeting;
      }
    }
    throw Failure.unavailable("No meeting id could be found, try again");
  }

  /// Puts a meeting into Redis, unless it is there.
  private void open(MeetingRecord meeting) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("roomId", meeting.roomId());
    fields.put("kind", RoomKind.MEETING.word());
    fields.put("hostUserId", meeting.hostId());
    fields.put("hostProven", RoomState.flag(meeting.hostProven()));
    fields.put("status", MeetingRecords.word(meeting.status()));
    fields.put("createdAt", Long.toString(meeting.createdAt().toEpochMilli()));
    fields.put("title", meeting.title());
    fields.putAll(RoomState.fields(meeting.settings()));
    fields.put("version", "0");
    try {
      store.create(meeting.roomId(), fields);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.CONFLICT) {
        throw failure;
      }
    }
    store.index().lookAt(meeting.roomId(), nextLook(System.currentTimeMillis()));
  }

  /// Puts a meeting that has not begun into Redis again. False when there is none to be joined.
  public boolean revive(String roomId) {
    MeetingRecord record = RoomId.isMeeting(roomId) ? records.find(roomId) : null;
    if (record == null
        || record.status() == MeetingRecord.Status.ACTIVE
        || record.status() == MeetingRecord.Status.COMPLETED) {
      return false;
    }
    open(record);
    return true;
  }

  /// @throws Failure NOT_FOUND
  public View get(String roomId) {
    records.settle();
    MeetingRecord record = record(roomId);
    return new View(record, live(roomId));
  }

  private MeetingRecord record(String roomId) {
    MeetingRecord record = RoomId.isMeeting(roomId) ? records.find(roomId) : null;
    if (record == null) {
      throw notFound();
    }
    return record;
  }

  private @Nullable RoomState live(String roomId) {
    try {
      return RoomId.isMeeting(roomId) ? store.read(roomId) : null;
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.NOT_FOUND) {
        return null;
      }
      throw failure;
    }
  }

  /// Who is in it now; nobody, when there is no such meeting.
  public List<Participant> participants(String roomId) {
    RoomState live = live(roomId);
    return live == null ? List.of() : live.participantList();
  }

  /// The meeting as it goes on.
  ///
  /// @throws Failure NOT_FOUND when it does not, be it that it is over
  public View stats(String roomId) {
    View view = get(roomId);
    if (view.status() == MeetingRecord.Status.COMPLETED) {
      throw notFound();
    }
    return view;
  }

  /// @param isProven whether it is proven that the user asks; to others the meetings of proven
  ///   hosts are not shown
  public Page ofUser(
      String userId, boolean isProven, MeetingRecord.@Nullable Status status, int limit, int skip) {
    records.settle();
    MeetingRecords.Page page = records.ofUser(userId, isProven, status, limit, skip);
    return new Page(page.meetings(), page.total());
  }

  /// Changes a meeting; those in it are told.
  ///
  /// @param host empty when he does not say who he is, which is enough unless a host has proven who
  ///   he is
  /// @param title null to keep the one there is; so `description`
  /// @param settings what becomes of them
  public MeetingRecord update(
      String roomId,
      Host host,
      @Nullable String title,
      @Nullable String description,
      UnaryOperator<RoomSettings> settings) {
    MeetingRecord before = record(roomId);
    if ((before.hostProven() || !host.id().isEmpty()) && !isHost(before, host)) {
      throw Failure.forbidden("Only host can update meeting");
    }
    String newTitle = title == null ? before.title() : title;
    String newDescription = description == null ? before.description() : description;
    RoomSettings after = settings.apply(before.settings());
    records.update(roomId, newTitle, newDescription, after);
    Map<String, String> fields = new LinkedHashMap<>(RoomState.fields(after));
    fields.put("title", newTitle);
    RoomStore.Updated updated = store.update(roomId, fields);
    if (updated != null) {
      fanout.tell(
          updated.nodes(),
          new RoomEvent.SettingsChanged(roomId, updated.version(), newTitle, after));
    }
    return record(roomId);
  }

  private static boolean isHost(MeetingRecord meeting, Host host) {
    return meeting.hostId().equals(host.id()) && (host.isProven() || !meeting.hostProven());
  }

  /// Ends a meeting for all; returns what there was of it.
  public MeetingRecord end(String roomId, Host host) {
    String refusal = "Only host can end meeting";
    MeetingRecord record = record(roomId);
    if (!isHost(record, host)) {
      throw Failure.forbidden(refusal);
    }
    if (record.status() != MeetingRecord.Status.COMPLETED) {
      // First, so that nobody finds it waiting once it is gone from Redis.
      records.completed(roomId, System.currentTimeMillis());
      records.settle();
    }
    try {
      RoomStore.Closed closed = store.close(roomId, host.id(), "", refusal, host.isProven());
      fanout.closed(closed, RoomKind.MEETING, roomId, host.id());
    } catch (Failure failure) {
      // Forgotten there: it is over all the same.
      if (failure.code() != Failure.Code.NOT_FOUND) {
        throw failure;
      }
    }
    return record(roomId);
  }

  /// Forgets a meeting that is not going on.
  public void delete(String roomId, Host host) {
    MeetingRecord record = record(roomId);
    if (!isHost(record, host)) {
      throw Failure.forbidden("Only host can delete meeting");
    }
    RoomState live = live(roomId);
    if (live != null && !live.participants().isEmpty()) {
      throw Failure.invalid("Cannot delete active meeting. End it first.");
    }
    if (live != null) {
      RoomStore.Closed closed =
          store.close(roomId, host.id(), "", "Only host can delete meeting", host.isProven());
      fanout.closed(closed, RoomKind.MEETING, roomId, host.id());
    }
    records.delete(roomId);
  }

  /// Who waits to be let in.
  public List<JoinRequest> requests(String roomId, Host host) {
    if (!isHost(record(roomId), host)) {
      throw Failure.forbidden("Only the host can perform this action");
    }
    RoomState live = live(roomId);
    return live == null ? List.of() : new ArrayList<>(live.pending().values());
  }

  /// Lets somebody in who waits, or turns him away.
  ///
  /// @param reason words of the host; may be empty
  public void decide(String roomId, Host host, String userId, boolean approved, String reason) {
    if (!RoomId.isMeeting(roomId)) {
      throw notFound();
    }
    Decision decision = approved ? Decision.APPROVED : Decision.REJECTED;
    RoomStore.Decided decided =
        Objects.requireNonNull(
            store.decide(roomId, host.id(), "", userId, decision, "", host.isProven()));
    fanout.tell(
        decided.nodes(),
        new RoomEvent.JoinDecided(roomId, decided.version(), decided.request(), decision, reason));
  }

  /// Ends the meetings that have been empty for long enough, and those that Redis has forgotten
  /// while they went on. Returns those that somebody is in, of the ones whose turn it was.
  public List<RoomState> sweep() {
    long nowMs = System.currentTimeMillis();
    List<RoomState> occupied = new ArrayList<>();
    for (String roomId : store.index().due(nowMs)) {
      try {
        if (sweep(roomId, nowMs)) {
          occupied.add(store.read(roomId));
        }
      } catch (Failure failure) {
        log.debug("meeting not looked at room={} error={}", roomId, failure.text());
      }
    }
    return occupied;
  }

  /// True when it goes on.
  private boolean sweep(String roomId, long nowMs) {
    RoomStore.Look look;
    try {
      look = store.expire(roomId, nowMs);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.NOT_FOUND) {
        throw failure;
      }
      MeetingRecord record = records.find(roomId);
      if (record != null && record.status() == MeetingRecord.Status.ACTIVE) {
        records.completed(roomId, nowMs);
      }
      store.index().lookedAt(roomId);
      return false;
    }
    return switch (look) {
      case RoomStore.Lasting(long until) -> {
        store.index().lookAt(roomId, until == 0 ? nextLook(nowMs) : until);
        yield until == 0;
      }
      case RoomStore.Expired expired -> {
        store.index().lookedAt(roomId);
        fanout.closed(
            expired.nodes(),
            new RoomEvent.RoomClosed(roomId, expired.version(), ""),
            expired.mediaNode());
        records.completed(roomId, expired.emptySince());
        log.info("meeting over, nobody came back room={}", roomId);
        yield false;
      }
    };
  }

  private long nextLook(long nowMs) {
    return nowMs + Math.min(LOOK_MS, config.ttl().toMillis());
  }

  private static Failure notFound() {
    return Failure.notFound("Meeting not found");
  }
}
