package dev.parley.match;

import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Redis;
import dev.parley.kernel.Script;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The queue in Redis (`docs/redis.md`): one script a step. All its keys share one slot, because a
/// device must wait once in all of it, and a pair be made in one step.
public final class RedisQueue implements MatchQueue {

  /// What all its keys begin with.
  public static final String PREFIX = "match:{q}:";

  private static final String PRELUDE = "match-prelude.lua";
  private static final Script JOIN = Script.of(PRELUDE, "match-join.lua");
  private static final Script LEAVE = Script.of(PRELUDE, "match-leave.lua");
  private static final Script MOVE = Script.of(PRELUDE, "match-move.lua");
  private static final Script CHOICE = Script.of(PRELUDE, "match-choice.lua");
  private static final Script CLAIM = Script.of(PRELUDE, "match-claim.lua");
  private static final Script CONFIRM = Script.of(PRELUDE, "match-confirm.lua");
  private static final Script UNCONFIRMED = Script.of(PRELUDE, "match-unconfirmed.lua");
  private static final Script DUE = Script.of(PRELUDE, "match-due.lua");
  private static final Script PLACES = Script.of(PRELUDE, "match-places.lua");

  private static final List<String> KEYS = List.of(PREFIX);

  /// Pairs that meet again within that time count as having met lately.
  static final Duration RECENT = Duration.ofMinutes(10);

  /// Longer than it takes to bring a pair together.
  static final Duration BUSY = Duration.ofSeconds(10);

  /// Candidates that are read of one shelf.
  static final int TAKEN = 8;

  /// How far a shelf is gone through past those who are blocked.
  static final int DEEPEST = 512;

  static final int AT_ONCE = 100;

  private final Redis redis;
  private final MatchRule rule;
  private final Config.RateLimit joins;
  private final Runnable restoreBlocks;

  /// @param joins that one device may ask for
  /// @param restoreBlocks brings back who has blocked whom when Redis has lost it, and sets
  ///   `match:{q}:avoided`; waits
  public RedisQueue(Redis redis, MatchRule rule, Config.RateLimit joins, Runnable restoreBlocks) {
    this.redis = redis;
    this.rule = rule;
    this.joins = joins;
    this.restoreBlocks = restoreBlocks;
  }

  private Response run(Script script, String... args) {
    return run(script, List.of(args));
  }

  private Response run(Script script, List<String> args) {
    return Objects.requireNonNull(redis.run(script, KEYS, args));
  }

  private void addLooks(List<String> args, Seeker seeker, long nowMs) {
    for (Buckets.Look look : Buckets.looks(rule, seeker, nowMs)) {
      args.add(look.bucket());
      args.add(look.untilMs() == Long.MAX_VALUE ? "+inf" : Long.toString(look.untilMs()));
    }
  }

  private static int number(Response answer) {
    return Integer.parseInt(answer.toString());
  }

  @Override
  public Entry join(Seeker seeker, String over, long nowMs) {
    return join(seeker, over, nowMs, "");
  }

  @Override
  public void restore(Seeker seeker, String over, long nowMs) {
    var _ = join(seeker, over, nowMs, "1");
  }

  private Entry join(Seeker seeker, String over, long nowMs, String again) {
    List<String> args = new ArrayList<>();
    args.add(seeker.deviceId());
    args.add(Json.write(seeker));
    args.add(Long.toString(seeker.sinceMs()));
    args.add(seeker.socketId());
    args.add(Json.write(seeker.wish()));
    args.add(Buckets.everywhere(seeker.wish()));
    args.add(Buckets.regional(seeker.wish()));
    args.add(seeker.wish().language());
    args.add(Long.toString(nowMs));
    args.add(over);
    args.add(Integer.toString(joins.events()));
    args.add(Long.toString(joins.window().toMillis()));
    args.add(again);
    addLooks(args, seeker, nowMs);
    Response answer = run(JOIN, args);
    return switch (answer.get(0).toString()) {
      case "queued" ->
          new Queued(number(answer.get(1)), number(answer.get(2)), number(answer.get(3)) == 1);
      case "unchanged" -> new Unchanged();
      case "taken" -> new Taken();
      case "limited" -> new Limited(Math.max(1, Long.parseLong(answer.get(1).toString())));
      default -> throw new IllegalStateException("queue: " + answer);
    };
  }

  @Override
  public boolean leave(String deviceId, String socketId) {
    return number(run(LEAVE, deviceId, socketId)) == 1;
  }

  @Override
  public @Nullable Seeker move(String deviceId, String socketId, String node, String standby) {
    Response answer = run(MOVE, deviceId, socketId, node, standby);
    return answer.size() == 0 ? null : seeker(answer.get(0), answer.get(1));
  }

  private static Seeker seeker(Response json, Response since) {
    return Json.read(json.toString(), Seeker.class).since(Long.parseLong(since.toString()));
  }

  @Override
  public @Nullable Choice choice(Seeker seeker, long nowMs) {
    Choice choice = choose(seeker, nowMs);
    // He may wait otherwise than was heard of him, and look elsewhere.
    return choice == null || isAlike(seeker, choice.seeker())
        ? choice
        : choose(choice.seeker(), nowMs);
  }

  private static boolean isAlike(Seeker known, Seeker now) {
    return known.sinceMs() == now.sinceMs() && known.wish().equals(now.wish());
  }

  private @Nullable Choice choose(Seeker seeker, long nowMs) {
    List<String> args = new ArrayList<>();
    args.add(seeker.deviceId());
    args.add(Long.toString(nowMs));
    args.add(Long.toString(nowMs - RECENT.toMillis()));
    args.add(Integer.toString(TAKEN));
    args.add(Integer.toString(DEEPEST));
    addLooks(args, seeker, nowMs);
    Response answer = run(CHOICE, args);
    if (answer.get(0).toString().equals("cold")) {
      restoreBlocks.run();
      answer = run(CHOICE, args);
    }
    return switch (answer.get(0).toString()) {
      case "gone" -> null;
      case "cold" -> throw Failure.unavailable("it is not known who has blocked whom");
      default -> choice(answer);
    };
  }

  private static Choice choice(Response answer) {
    List<MatchRule.Candidate> candidates = new ArrayList<>();
    for (int i = 2; i < answer.size(); i += 3) {
      candidates.add(
          new MatchRule.Candidate(
              seeker(answer.get(i), answer.get(i + 1)), !answer.get(i + 2).toString().isEmpty()));
    }
    return new Choice(seeker(answer.get(0), answer.get(1)), candidates);
  }

  @Override
  public boolean claim(Pair pair, long nowMs) {
    Seeker first = pair.first();
    Seeker second = pair.second();
    return number(
            run(
                CLAIM,
                first.deviceId(),
                first.socketId(),
                Json.write(first.wish()),
                second.deviceId(),
                second.socketId(),
                Json.write(second.wish()),
                pair.sessionId(),
                Json.write(pair),
                Long.toString(nowMs),
                Long.toString(RECENT.toMillis()),
                Long.toString(BUSY.toMillis())))
        == 1;
  }

  @Override
  public void confirm(Pair pair) {
    var _ = run(CONFIRM, pair.sessionId(), pair.first().deviceId(), pair.second().deviceId());
  }

  @Override
  public List<Pair> unconfirmed(long beforeMs) {
    List<Pair> pairs = new ArrayList<>();
    run(UNCONFIRMED, Long.toString(beforeMs), Integer.toString(AT_ONCE))
        .forEach(pair -> pairs.add(Json.read(pair.toString(), Pair.class)));
    return pairs;
  }

  @Override
  public List<Seeker> due(long nowMs) {
    List<Seeker> due = new ArrayList<>();
    Response answer =
        run(
            DUE,
            Long.toString(nowMs),
            Integer.toString(AT_ONCE),
            Long.toString(rule.remeetAfter().toMillis()),
            Long.toString(rule.widenAfter().toMillis()));
    for (int i = 0; i < answer.size(); i += 2) {
      due.add(seeker(answer.get(i), answer.get(i + 1)));
    }
    return due;
  }

  /// How many wait. Waits.
  public int length() {
    Response length = redis.call(Command.ZCARD, PREFIX + "all");
    return length == null ? 0 : number(length);
  }

  /// Where somebody stands.
  ///
  /// @param position from 1; 0 when he does not wait
  /// @param pairsLastMinute made in his language
  public record Standing(int position, int pairsLastMinute) {}

  /// One who waits, and in which queue.
  public record Place(String deviceId, String language) {}

  /// Where some of those who wait stand, in the order asked. Waits.
  public List<Standing> standings(List<Place> places, long nowMs) {
    List<String> args = new ArrayList<>();
    args.add(Long.toString(nowMs));
    for (Place place : places) {
      args.add(place.deviceId());
      args.add(place.language());
    }
    Response answer = run(PLACES, args.toArray(String[]::new));
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < answer.size(); i += 2) {
      standings.add(new Standing(number(answer.get(i)), number(answer.get(i + 1))));
    }
    return standings;
  }
}
