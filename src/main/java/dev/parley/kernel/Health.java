package dev.parley.kernel;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether the node can do its work: which stores answer, and whether it takes new work.
public final class Health {

  private static final long PATIENCE_MS = 1_000;
  private static final long FRESH_NS = 500_000_000;

  private final Map<String, Supplier<Future<?>>> probes = new LinkedHashMap<>();
  private volatile boolean accepting;
  private volatile @Nullable Asked asked;

  /// The last answer; without entries until there is one.
  private volatile Map<String, Boolean> known = Map.of();

  private record Asked(long atNs, Future<Map<String, Boolean>> states) {}

  public Health withRedis(Redis redis) {
    probes.put("redis", () -> redis.send(Command.PING));
    return this;
  }

  public Health withPostgres(Postgres postgres) {
    probes.put("postgres", () -> postgres.execute("SELECT 1", Tuple.tuple()));
    return this;
  }

  /// Whether each store the node needs answers, as of half a second ago at most; never fails,
  /// answers within a second.
  public Future<Map<String, Boolean>> stores() {
    Asked last = asked;
    long nowNs = System.nanoTime();
    if (last != null && nowNs - last.atNs < FRESH_NS) {
      return last.states;
    }
    Future<Map<String, Boolean>> states = ask();
    asked = new Asked(nowNs, states);
    return states;
  }

  /// Publishes what the last answer of [#stores] was.
  public void publish(Metrics metrics) {
    metrics.level(Metrics.Level.READY, () -> accepting && !known.containsValue(false) ? 1 : 0);
    for (String store : probes.keySet()) {
      metrics.level(
          Metrics.Level.STORE_UP,
          () -> Boolean.TRUE.equals(known.get(store)) ? 1 : 0,
          "store",
          store);
    }
  }

  private Future<Map<String, Boolean>> ask() {
    Map<String, Boolean> states = new LinkedHashMap<>();
    Future<?> all = Future.succeededFuture();
    for (Map.Entry<String, Supplier<Future<?>>> probe : probes.entrySet()) {
      Future<Boolean> up =
          probe
              .getValue()
              .get()
              .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
              .transform(result -> Future.succeededFuture(result.succeeded()));
      all = all.compose(_ -> up.onSuccess(isUp -> states.put(probe.getKey(), isUp)));
    }
    return all.map(_ -> states).onSuccess(answer -> known = Map.copyOf(answer));
  }

  /// Whether the node takes new work; false while it starts and while it drains.
  public boolean isAccepting() {
    return accepting;
  }

  public void accepting(boolean accepts) {
    accepting = accepts;
  }
}
