package dev.parley.match;

import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Config;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the queue in Redis does, in memory and without any input or output: what the simulation
/// runs on. `QueueContract` holds both to the same.
final class QueueModel implements MatchQueue {

  private static final Comparator<Seeker> ORDER =
      Comparator.comparingLong(Seeker::sinceMs).thenComparing(Seeker::deviceId);

  private record Due(long atMs, String deviceId) {}

  private record Busy(String sessionId, long untilMs) {}

  private record Count(long sinceMs, int joins) {}

  private final MatchRule rule;
  private final Config.RateLimit limit;
  private final Map<String, Seeker> waiting = new HashMap<>();
  private final Map<String, NavigableSet<Seeker>> shelves = new HashMap<>();
  private final Map<String, NavigableSet<Seeker>> languages = new HashMap<>();
  private final TreeSet<Due> due =
      new TreeSet<>(Comparator.comparingLong(Due::atMs).thenComparing(Due::deviceId));
  private final Map<String, Due> dueOf = new HashMap<>();
  private final Map<String, Busy> busy = new HashMap<>();
  private final Map<String, Count> counts = new HashMap<>();
  private final Map<String, Map<String, Long>> met = new HashMap<>();
  private final Map<String, Set<String>> avoided = new HashMap<>();
  private final LinkedHashMap<String, Pair> unconfirmed = new LinkedHashMap<>();

  QueueModel(MatchRule rule, Config.RateLimit limit) {
    this.rule = rule;
    this.limit = limit;
  }

  void block(String a, String b) {
    avoided.computeIfAbsent(a, _ -> new HashSet<>()).add(b);
    avoided.computeIfAbsent(b, _ -> new HashSet<>()).add(a);
  }

  Map<String, Seeker> waiting() {
    return waiting;
  }

  boolean haveMetSince(String a, String b, long ms) {
    Long at = met.getOrDefault(a, Map.of()).get(b);
    return at != null && at > ms;
  }

  @Override
  public Entry join(Seeker seeker, String over, long nowMs) {
    return join(seeker, over, nowMs, false);
  }

  @Override
  public void restore(Seeker seeker, String over, long nowMs) {
    var _ = join(seeker, over, nowMs, true);
  }

  private Entry join(Seeker seeker, String over, long nowMs, boolean isAgain) {
    String device = seeker.deviceId();
    Busy taken = busy.get(device);
    if (taken != null && taken.untilMs > nowMs && !taken.sessionId.equals(over)) {
      return new Taken();
    }
    Seeker before = waiting.get(device);
    if (before != null
        && (isAgain
            || (before.socketId().equals(seeker.socketId())
                && before.wish().equals(seeker.wish())))) {
      return new Unchanged();
    }
    if (!isAgain) {
      Count count = counts.get(device);
      if (count == null || nowMs - count.sinceMs >= limit.window().toMillis()) {
        count = new Count(nowMs, 0);
      }
      count = new Count(count.sinceMs, count.joins + 1);
      counts.put(device, count);
      if (count.joins > limit.events()) {
        return new Limited(count.sinceMs + limit.window().toMillis() - nowMs);
      }
    }
    remove(device);
    boolean isHopeful =
        Buckets.looks(rule, seeker, nowMs).stream()
            .anyMatch(look ->
                shelf(look.bucket()).stream()
                    .limit(1)
                    .anyMatch(first -> first.sinceMs() <= look.untilMs()));
    Seeker now = seeker.since(before == null ? seeker.sinceMs() : before.sinceMs());
    waiting.put(device, now);
    shelf(Buckets.everywhere(now.wish())).add(now);
    shelf(Buckets.regional(now.wish())).add(now);
    NavigableSet<Seeker> all =
        languages.computeIfAbsent(now.wish().language(), _ -> new TreeSet<>(ORDER));
    all.add(now);
    again(device, nowMs + 1_000);
    return new Queued(all.headSet(now).size() + 1, all.size(), isHopeful);
  }

  private NavigableSet<Seeker> shelf(String bucket) {
    return shelves.computeIfAbsent(bucket, _ -> new TreeSet<>(ORDER));
  }

  private void again(String device, long atMs) {
    Due before = dueOf.remove(device);
    if (before != null) {
      due.remove(before);
    }
    Due next = new Due(atMs, device);
    due.add(next);
    dueOf.put(device, next);
  }

  private void remove(String device) {
    Seeker gone = waiting.remove(device);
    if (gone != null) {
      shelf(Buckets.everywhere(gone.wish())).remove(gone);
      shelf(Buckets.regional(gone.wish())).remove(gone);
      languages.getOrDefault(gone.wish().language(), new TreeSet<>(ORDER)).remove(gone);
      due.remove(dueOf.remove(device));
    }
  }

  @Override
  public boolean leave(String deviceId, String socketId) {
    Seeker known = waiting.get(deviceId);
    if (known == null || !known.socketId().equals(socketId)) {
      return false;
    }
    remove(deviceId);
    return true;
  }

  @Override
  public @Nullable Seeker move(String deviceId, String socketId, String node, String standby) {
    Seeker known = waiting.get(deviceId);
    if (known == null || !known.socketId().equals(socketId)) {
      return null;
    }
    Seeker moved = known.at(node, standby);
    waiting.put(deviceId, moved);
    for (NavigableSet<Seeker> each :
        List.of(
            shelf(Buckets.everywhere(moved.wish())),
            shelf(Buckets.regional(moved.wish())),
            languages.getOrDefault(moved.wish().language(), new TreeSet<>(ORDER)))) {
      each.remove(known);
      each.add(moved);
    }
    return moved;
  }

  @Override
  public @Nullable Choice choice(Seeker known, long nowMs) {
    String deviceId = known.deviceId();
    Seeker self = waiting.get(deviceId);
    if (self == null) {
      return null;
    }
    Set<String> avoids = avoided.getOrDefault(deviceId, Set.of());
    List<MatchRule.Candidate> candidates = new ArrayList<>();
    for (Buckets.Look look : Buckets.looks(rule, self, nowMs)) {
      NavigableSet<Seeker> shelf = shelves.get(look.bucket());
      if (shelf != null) {
        take(self, shelf, look.untilMs(), avoids, nowMs, candidates);
      }
    }
    return new Choice(self, candidates);
  }

  private void take(
      Seeker self,
      NavigableSet<Seeker> shelf,
      long untilMs,
      Set<String> avoids,
      long nowMs,
      List<MatchRule.Candidate> candidates) {
    int taken = 0;
    int again = 0;
    int depth = 0;
    for (Seeker other : shelf) {
      if (taken == RedisQueue.TAKEN || depth++ == RedisQueue.DEEPEST || other.sinceMs() > untilMs) {
        return;
      }
      if (other.deviceId().equals(self.deviceId()) || avoids.contains(other.deviceId())) {
        continue;
      }
      boolean lately =
          haveMetSince(self.deviceId(), other.deviceId(), nowMs - RedisQueue.RECENT.toMillis());
      if (lately && again == RedisQueue.TAKEN) {
        continue;
      }
      candidates.add(new MatchRule.Candidate(other, lately));
      again += lately ? 1 : 0;
      taken += lately ? 0 : 1;
    }
  }

  @Override
  public boolean claim(Pair pair, long nowMs) {
    Seeker a = pair.first();
    Seeker b = pair.second();
    if (a.deviceId().equals(b.deviceId())
        || avoided.getOrDefault(a.deviceId(), Set.of()).contains(b.deviceId())
        || !isAsBefore(a)
        || !isAsBefore(b)) {
      return false;
    }
    for (Seeker each : List.of(a, b)) {
      remove(each.deviceId());
      busy.put(each.deviceId(), new Busy(pair.sessionId(), nowMs + RedisQueue.BUSY.toMillis()));
    }
    meet(a.deviceId(), b.deviceId(), nowMs);
    meet(b.deviceId(), a.deviceId(), nowMs);
    unconfirmed.put(pair.sessionId(), pair);
    return true;
  }

  private boolean isAsBefore(Seeker seeker) {
    Seeker now = waiting.get(seeker.deviceId());
    return now != null
        && now.socketId().equals(seeker.socketId())
        && now.wish().equals(seeker.wish());
  }

  private void meet(String device, String other, long nowMs) {
    Map<String, Long> known = met.computeIfAbsent(device, _ -> new HashMap<>());
    known.values().removeIf(at -> at <= nowMs - RedisQueue.RECENT.toMillis());
    known.put(other, nowMs);
  }

  @Override
  public void confirm(Pair pair) {
    String sessionId = pair.sessionId();
    if (unconfirmed.remove(sessionId) != null) {
      for (Seeker each : List.of(pair.first(), pair.second())) {
        busy.computeIfPresent(
            each.deviceId(), (_, known) -> known.sessionId.equals(sessionId) ? null : known);
      }
    }
  }

  @Override
  public List<Pair> unconfirmed(long beforeMs) {
    return unconfirmed.values().stream()
        .filter(pair -> pair.madeMs() <= beforeMs)
        .limit(RedisQueue.AT_ONCE)
        .toList();
  }

  @Override
  public List<Seeker> due(long nowMs) {
    List<Seeker> seekers = new ArrayList<>();
    while (seekers.size() < RedisQueue.AT_ONCE && !due.isEmpty() && due.first().atMs <= nowMs) {
      String device = due.first().deviceId;
      Seeker seeker = waiting.get(device);
      if (seeker == null) {
        throw new AssertionError(device + " does not wait");
      }
      seekers.add(seeker);
      long sinceMs = seeker.sinceMs();
      long next = nowMs + Math.clamp(nowMs - sinceMs, 1_000, 300_000);
      for (long waited : List.of(rule.remeetAfter().toMillis(), rule.widenAfter().toMillis())) {
        if (sinceMs + waited > nowMs) {
          next = Math.min(next, sinceMs + waited);
        }
      }
      again(device, next);
    }
    return seekers;
  }
}
