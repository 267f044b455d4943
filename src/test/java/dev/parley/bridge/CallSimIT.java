package dev.parley.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.it.StoresExtension;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Postgres;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// One start and one end of each call, whatever happens: many calls in virtual time, on a database
/// of their own. `-Dparley.sim.calls=…` says how many, `-Dparley.sim.seed=…` replays a run.
@ExtendWith(StoresExtension.class)
class CallSimIT {

  private static final String DATABASE = "call_sim";

  private static Vertx vertx;
  private static Postgres postgres;

  @BeforeAll
  static void open(Stores stores) {
    vertx = Vertx.vertx();
    Map<String, String> env = new HashMap<>(stores.env());
    Postgres main = postgres(env);
    main.execute("DROP DATABASE IF EXISTS " + DATABASE, io.vertx.sqlclient.Tuple.tuple()).await();
    main.execute("CREATE DATABASE " + DATABASE, io.vertx.sqlclient.Tuple.tuple()).await();
    main.close().await();
    env.put("POSTGRES_DB", DATABASE);
    postgres = postgres(env);
    postgres.migrate().await();
  }

  private static Postgres postgres(Map<String, String> env) {
    Config config = ConfigFile.of("{ \"mode\": \"development\" }", env);
    return new Postgres(vertx, config.postgres());
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @Test
  void eachCallStartsOnceAndEndsOnce() {
    long seed = Long.getLong("parley.sim.seed", new Random().nextLong());
    int wanted = Integer.getInteger("parley.sim.calls", 2_000);
    Control control = Control.create(vertx).await();
    CallSim sim = new CallSim(seed, postgres, new Bus(vertx));
    CompletableFuture<Integer> ran = new CompletableFuture<>();
    control.run(() -> {
      try {
        ran.complete(sim.run(wanted));
      } catch (Throwable t) {
        ran.completeExceptionally(t);
      }
    });

    int calls = ran.join();

    assertEquals(List.of(), sim.faults(), "replay with -Dparley.sim.seed=" + seed);
    assertTrue(calls >= wanted);
    assertTrue(sim.deaths() > 0);
  }
}
