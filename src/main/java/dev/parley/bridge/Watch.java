package dev.parley.bridge;

import dev.parley.bridge.daily.DailyEvent;
import dev.parley.contract.Occupancy;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells from what is heard of rooms which calls have people in them, and which are over.
///
/// What is heard comes late, twice, in any order or not at all, and may be of an earlier call in
/// the same room. So each piece counts for the time it speaks of: nobody is found in a room at a
/// time that is later than the last at which somebody is known to have been in it. That a provider
/// does not answer, or not sensibly, says nothing about any call. All wait.
public final class Watch {

  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  /// Rooms of no chat last as long as somebody is in them.
  private static final long ENDLESS_MS = Duration.ofDays(36_500).toMillis();

  /// Daily tells of the end of a meeting up to 20 s after it.
  private static final long FRESH_MS = 45_000;

  /// While people are in a room it is noted this often.
  private static final long NOTED_MS = 10_000;

  private static final long MARGIN_MS = Duration.ofMinutes(10).toMillis();

  private static final Duration KEPT = Duration.ofDays(90);

  private final Calls calls;
  private final Map<Call.Provider, RoomProvider> providers;
  private final Metrics metrics;
  private final LongSupplier clock;
  private final long joinWithinMs;
  private final long graceMs;
  private final List<String> toldOfAll;

  /// @param joinWithin a call that nobody has come to is over after that
  /// @param grace nobody may be in a room for that long
  /// @param toldOfAll targets that are told of all rooms of our own, also of those of no chat
  /// @param clock ms since 1970
  public Watch(
      Calls calls,
      Map<Call.Provider, RoomProvider> providers,
      Metrics metrics,
      Duration joinWithin,
      Duration grace,
      List<String> toldOfAll,
      LongSupplier clock) {
    this.calls = calls;
    this.providers = Map.copyOf(providers);
    this.metrics = metrics;
    this.clock = clock;
    this.joinWithinMs = joinWithin.toMillis();
    this.graceMs = grace.toMillis();
    this.toldOfAll = List.copyOf(toldOfAll);
  }

  /// Asks a provider who is in the rooms of its calls, if there are any, and ends those that are
  /// over.
  ///
  /// @param epoch of the lease
  public void look(Call.Provider which, long epoch) {
    RoomProvider provider = providers.get(which);
    if (provider == null) {
      return;
    }
    List<Call> live = calls.live().stream().filter(call -> call.provider() == which).toList();
    if (live.isEmpty()) {
      return;
    }
    long askedMs = clock.getAsLong();
    Set<String> occupied;
    try {
      occupied = provider.occupied(live.stream().map(Call::roomName).collect(Collectors.toSet()));
    } catch (Failure failure) {
      log.warn("presence not known provider={} error={}", which.word(), failure.text());
      metrics.count(Metrics.Total.BRIDGE_POLLS, "provider", which.word(), "result", "failed");
      return;
    }
    metrics.count(Metrics.Total.BRIDGE_POLLS, "provider", which.word(), "result", "ok");
    long asOfMs = askedMs - provider.lagMs();
    List<Call> seen = new ArrayList<>();
    for (Call call : live) {
      if (occupied.contains(call.roomName())) {
        if (call.isAnnounced() && isWorthNoting(call, asOfMs)) {
          seen.add(call);
        }
      } else {
        guarded(call, () -> judgeEmpty(call, askedMs, asOfMs, epoch));
      }
    }
    calls.seen(seen, asOfMs, askedMs, clock.getAsLong());
  }

  private static boolean isWorthNoting(Call call, long asOfMs) {
    return call.confirmedAtMs() == 0
        || call.missedAtMs() > 0
        || asOfMs - call.seenAtMs() >= NOTED_MS
        || call.provider() == Call.Provider.DAILY;
  }

  /// What goes wrong with one call is no matter of the others.
  private static void guarded(Call call, Runnable judgement) {
    try {
      judgement.run();
    } catch (Failure failure) {
      log.debug("call not judged room={} error={}", call.roomName(), failure.text());
    } catch (RuntimeException e) {
      log.error("call not judged room={}", call.roomName(), e);
    }
  }

  private void judgeEmpty(Call call, long askedMs, long asOfMs, long epoch) {
    if (!call.isAnnounced()) {
      return;
    }
    if (call.confirmedAtMs() == 0) {
      if (asOfMs - call.announcedAtMs() >= joinWithinMs) {
        end(call, "nobody came", asOfMs, epoch);
      }
    } else if (call.missedAtMs() == 0) {
      if (call.seenAtMs() <= asOfMs) {
        calls.missed(call, askedMs);
      }
    } else if (askedMs - call.missedAtMs() >= graceMs) {
      end(call, "left", asOfMs, epoch);
    }
  }

  /// Ends the calls whose time is up, whoever has their rooms and whether he answers or not, and
  /// those that never began.
  ///
  /// @param epoch of the lease
  public void lookAtTimes(long epoch) {
    long nowMs = clock.getAsLong();
    for (Call call : calls.live()) {
      long ageMs = nowMs - call.requestedAtMs();
      // Others' rooms end by themselves, at about that time.
      long marginMs = call.provider() == Call.Provider.PARLEY ? 0 : MARGIN_MS;
      if (ageMs >= call.maxDurationMs() + marginMs) {
        guarded(call, () -> end(call, "time is up", Long.MAX_VALUE, epoch));
      } else if (!call.isAnnounced() && ageMs >= joinWithinMs) {
        guarded(call, () -> end(call, "never began", Long.MAX_VALUE, epoch));
      }
    }
  }

  /// Forgets what nobody asks for any more.
  public void forget() {
    calls.forget(clock.getAsLong() - KEPT.toMillis());
  }

  private void end(Call call, String reason, long emptyMs, long epoch) {
    if (calls.end(call, reason, emptyMs, epoch, clock.getAsLong())) {
      log.info("call over room={} reason={}", call.roomName(), reason);
      metrics.count(Metrics.Total.BRIDGE_CALLS, "event", "ended");
    }
  }

  /// Daily has sent a webhook.
  public void heard(DailyEvent event) {
    switch (event) {
      case DailyEvent.Occupied(String room, long atMs) -> {
        var _ = calls.seen(room, Call.Provider.DAILY, atMs, clock.getAsLong());
      }
      case DailyEvent.Vacated vacated -> vacated(vacated);
      case DailyEvent.Left _, DailyEvent.Probe _, DailyEvent.Ignored _ -> {}
    }
  }

  private void vacated(DailyEvent.Vacated vacated) {
    Call call = calls.live(vacated.room());
    if (call == null || call.provider() != Call.Provider.DAILY || !call.isAnnounced()) {
      return;
    }
    // One that began before the call did is an earlier one.
    boolean isOfIt =
        vacated.startedAtMs() == 0
            ? call.confirmedAtMs() > 0 && vacated.endedAtMs() >= call.requestedAtMs()
            : vacated.startedAtMs() + Calls.SKEW.toMillis() >= call.requestedAtMs();
    // An old one says little of now, and nothing of somebody who was found after it: polling will
    // tell whether he has come back.
    boolean isFresh =
        clock.getAsLong() - vacated.endedAtMs() <= FRESH_MS
            && call.foundAtMs() <= vacated.endedAtMs();
    if (isOfIt && isFresh) {
      end(call, "left", vacated.endedAtMs(), 0);
    }
  }

  /// One of our own rooms has changed. People who load their page anew come back soon: a room that
  /// is empty is looked at again.
  public void heard(Occupancy occupancy) {
    long nowMs = clock.getAsLong();
    switch (occupancy) {
      case Occupancy.Occupied occupied -> {
        if (!toldOfAll.isEmpty() && occupied.roomName().equals(occupied.roomId())) {
          begin(occupied, nowMs);
        }
        var _ = calls.seen(occupied.roomName(), Call.Provider.PARLEY, occupied.atMs(), nowMs);
      }
      case Occupancy.Vacated vacated -> {
        Call call = calls.live(vacated.roomName());
        if (call != null
            && call.provider() == Call.Provider.PARLEY
            && call.seenAtMs() <= vacated.atMs()) {
          calls.missed(call, vacated.atMs());
        }
      }
    }
  }

  /// A room of no chat: its call is that people are in it.
  private void begin(Occupancy.Occupied occupied, long nowMs) {
    Calls.Wish wish =
        new Calls.Wish(
            occupied.roomName(),
            null,
            Call.Provider.PARLEY,
            Call.Kind.DEFAULT,
            "",
            "",
            "",
            null,
            ENDLESS_MS,
            toldOfAll,
            toldOfAll);
    Call call = calls.request(wish, Math.min(nowMs, occupied.atMs()));
    if (calls.announce(call.id(), wish, Call.Provider.PARLEY, Call.Kind.DEFAULT, nowMs)) {
      metrics.count(Metrics.Total.BRIDGE_CALLS, "event", "started");
    }
  }
}
