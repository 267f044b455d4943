package dev.parley.matchmaking;

import dev.parley.contract.MatchRequest;
import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Lane;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Peers;
import dev.parley.match.Attempt;
import dev.parley.match.Encounters;
import dev.parley.match.MatchRule;
import dev.parley.match.RedisQueue;
import dev.parley.room.PairRooms;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for a partner for each who begins to wait, and once a second for those whom time lets meet
/// more people, of whom nobody has heard, or whose pair somebody else has left unfinished.
///
/// Of one language this node matches one after the other: all would choose the one who has waited
/// longest. Other nodes may be faster; so each language is some node's, as long as it lives.
public final class Matchmaker {

  private static final Logger log = LoggerFactory.getLogger(Matchmaker.class);

  private static final long SWEEP_MS = 1_000;

  private static final int LANES = 64;
  private static final int MAX_WAITING = 20_000;

  /// A pair that is younger is being brought together.
  private static final long UNFINISHED_MS = 3_000;

  private final Vertx vertx;
  private final String node;
  private final Control control;
  private final Bus bus;
  private final RedisQueue queue;
  private final Metrics metrics;
  private final Encounters encounters;
  private final Attempt.Tools tools;
  private final Lane[] lanes = new Lane[LANES];

  /// Devices whose turn has yet to come.
  private final Set<String> sought = ConcurrentHashMap.newKeySet();

  private boolean isSweeping;
  private volatile boolean isClosed;
  private volatile int waiting;

  /// @param node this node
  public Matchmaker(
      Vertx vertx,
      String node,
      Control control,
      Bus bus,
      Peers peers,
      RedisQueue queue,
      MatchRule rule,
      PairRooms rooms,
      Encounters encounters,
      Metrics metrics) {
    this.vertx = vertx;
    this.node = node;
    this.control = control;
    this.bus = bus.register(MatchRequest.class);
    this.queue = queue;
    this.metrics = metrics;
    this.encounters = encounters;
    this.tools =
        new Attempt.Tools(
            queue,
            new Usher(bus, peers, rooms, this::opened),
            rule,
            System::currentTimeMillis,
            Ids::uuid);
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new Lane(control.context(), MAX_WAITING);
    }
  }

  /// Publishes how many wait, where that concerns anybody.
  public void publish() {
    metrics.level(Metrics.Level.VIDEO_QUEUE, () -> waiting);
  }

  /// Begins to listen; complete when all nodes know.
  public Future<?> open() {
    Promise<@Nullable Void> opened = Promise.promise();
    control.run(() -> {
      vertx.setPeriodic(SWEEP_MS, _ -> control.run(this::sweep));
      bus.listen(MatchRequest.matchmaker(node), MatchRequest.Wanted.class, this::wanted)
          .completion()
          .<@Nullable Void>mapEmpty()
          .onComplete(opened);
    });
    return opened.future();
  }

  /// Begins nothing new.
  public Future<?> close() {
    isClosed = true;
    return Future.succeededFuture();
  }

  private void wanted(MatchRequest.Wanted wanted) {
    match(wanted.seeker());
  }

  /// Chooses and claims after the others of the language; whoever is too many is found later.
  private void match(Seeker seeker) {
    if (!sought.add(seeker.deviceId())) {
      return;
    }
    Attempt attempt = Attempt.toMatch(tools, seeker);
    lanes[Math.floorMod(seeker.wish().language().hashCode(), LANES)]
        .run(() -> {
          sought.remove(seeker.deviceId());
          return claims(attempt);
        })
        .onFailure(_ -> sought.remove(seeker.deviceId()))
        .onSuccess(isClaimed -> {
          if (isClaimed) {
            control.run(() -> drive(attempt));
          }
        });
  }

  private boolean claims(Attempt attempt) {
    try {
      boolean goesOn = !isClosed;
      while (goesOn && attempt.pair() == null) {
        goesOn = attempt.advance();
      }
      return goesOn;
    } catch (Failure failure) {
      log.debug("not matched error={}", failure.text());
      return false;
    }
  }

  private void sweep() {
    if (isSweeping || isClosed) {
      return;
    }
    isSweeping = true;
    try {
      long nowMs = System.currentTimeMillis();
      waiting = queue.length();
      queue.due(nowMs).forEach(this::match);
      for (Pair pair : queue.unconfirmed(nowMs - UNFINISHED_MS)) {
        drive(Attempt.toFinish(tools, pair));
      }
    } catch (Failure failure) {
      log.debug("queue not looked through error={}", failure.text());
    } finally {
      isSweeping = false;
    }
  }

  private void drive(Attempt attempt) {
    try {
      boolean goesOn = !isClosed;
      while (goesOn) {
        goesOn = attempt.advance();
      }
    } catch (Failure failure) {
      log.debug("not matched error={}", failure.text());
    } catch (Throwable t) {
      log.error("matching failed", t);
    }
  }

  /// A session has been made, once in the cluster.
  private void opened(Pair pair) {
    long nowMs = System.currentTimeMillis();
    metrics.count(Metrics.Total.VIDEO_MATCHES);
    metrics.count(
        Metrics.Total.VIDEO_SESSIONS_CREATED,
        "region",
        pair.first().wish().region(),
        "language",
        pair.first().wish().language());
    metrics.observe(Metrics.Span.VIDEO_MATCH, (nowMs - pair.first().sinceMs()) / 1_000.0);
    metrics.observe(Metrics.Span.VIDEO_MATCH, (nowMs - pair.second().sinceMs()) / 1_000.0);
    encounters.began(
        new Encounters.Encounter(
            pair.sessionId(),
            pair.first().deviceId(),
            pair.second().deviceId(),
            addressOrNull(pair.first().address()),
            addressOrNull(pair.second().address()),
            pair.first().wish().region(),
            pair.first().wish().language(),
            Instant.ofEpochMilli(pair.madeMs())));
  }

  private static @Nullable String addressOrNull(String address) {
    return address.isEmpty() ? null : address;
  }
}
