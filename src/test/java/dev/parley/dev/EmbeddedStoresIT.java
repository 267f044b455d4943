package dev.parley.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoresIT {

  private static Vertx vertx;

  @TempDir Path dir;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() throws Exception {
    await(vertx.close());
  }

  private static <T extends @Nullable Object> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private static String redis(String url, String command, String... args) throws Exception {
    Redis client = Redis.createClient(vertx, url);
    try {
      RedisAPI api = RedisAPI.api(client);
      if (command.equals("SET")) {
        return String.valueOf(await(api.set(List.of(args))));
      }
      return String.valueOf(await(api.get(args[0])));
    } finally {
      client.close();
    }
  }

  private static long sql(String url, String statement) throws Exception {
    PgConnection connection = await(PgConnection.connect(vertx, url));
    try {
      var rows = await(connection.query(statement).execute());
      return rows.size() == 0 ? rows.rowCount() : rows.iterator().next().getLong(0);
    } finally {
      await(connection.close());
    }
  }

  @Test
  void dataOutlivesARestart() throws Exception {
    try (EmbeddedStores stores = EmbeddedStores.start(dir, true)) {
      redis(stores.redisUrl(), "SET", "k", "v");
      sql(stores.postgresUrl(), "CREATE TABLE t AS SELECT 42::bigint AS n");
    }

    try (EmbeddedStores stores = EmbeddedStores.start(dir, true)) {
      assertEquals("v", redis(stores.redisUrl(), "GET", "k"));
      assertEquals(42, sql(stores.postgresUrl(), "SELECT n FROM t"));
    }
  }

  @Test
  void twoPairsRunSideBySideButOnlyOneOnADirectory() throws Exception {
    try (EmbeddedStores one = EmbeddedStores.start(dir.resolve("one"), true);
        EmbeddedStores two = EmbeddedStores.start(dir.resolve("two"), false)) {
      redis(one.redisUrl(), "SET", "k", "one");

      assertNotEquals(one.redisUrl(), two.redisUrl());
      assertNotEquals(one.postgresUrl(), two.postgresUrl());
      assertEquals("null", redis(two.redisUrl(), "GET", "k"));
      assertThrows(
          IllegalStateException.class, () -> EmbeddedStores.start(dir.resolve("one"), true));
    }
  }

  @Test
  void serversOfAKilledProcessAreTakenOverAndEnded() throws Exception {
    Process probe =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StoresProbe.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String[] urls = probe.inputReader().readLine().split(" ", -1);
    redis(urls[0], "SET", "k", "orphan");
    probe.destroyForcibly().waitFor();

    try (EmbeddedStores stores = EmbeddedStores.start(dir, true)) {
      assertEquals(urls[0], stores.redisUrl());
      assertEquals(urls[1], stores.postgresUrl());
      assertEquals("orphan", redis(stores.redisUrl(), "GET", "k"));
      assertEquals(1, sql(stores.postgresUrl(), "SELECT 1::bigint"));
    }

    assertThrows(Exception.class, () -> redis(urls[0], "GET", "k"));
    assertThrows(Exception.class, () -> sql(urls[1], "SELECT 1::bigint"));
  }

  @Test
  void aStrangerOnTheRememberedPortIsLeftAlone() throws Exception {
    try (EmbeddedStores stranger = EmbeddedStores.start(dir.resolve("a"), false)) {
      int taken = URI.create(stranger.redisUrl()).getPort();
      Path mine = Files.createDirectories(dir.resolve("b/redis"));
      Ports.record(mine.resolve("redis.port"), taken);

      try (RedisServer own = RedisServer.start(mine, false)) {
        assertNotEquals(taken, own.port());
      }
      assertEquals("null", redis(stranger.redisUrl(), "GET", "k"));
    }
  }

  @Test
  void rootWithoutUserNamespacesRunsPostgresAsNobody() throws Exception {
    assumeTrue(Commands.isRoot(), "only root can become nobody");
    Commands nobody = Commands.asNobody();
    Path open = Files.createTempDirectory(Path.of("/var/tmp"), "parley-test");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      try (PostgresServer server = PostgresServer.start(open, nobody)) {
        String url = "postgresql://videoconf:x@127.0.0.1:" + server.port() + "/videoconf";
        assertEquals(7, sql(url, "SELECT 7::bigint"));
        assertTrue(nobody.isOtherUser());
      }
    } finally {
      PostgresBinaries.delete(open);
    }
  }

  @Test
  void theConfigurationIsLedToTheStoresUnlessItNamesOthers() {
    String file =
        """
        {"mode": "test", "accounts": {"jwtSecret": "a-secret-of-some-length"},
         "postgres": {"host": "db.example.com"}, "development": {"dataDir": "%s"}}
        """
            .formatted(dir);
    Config config = ConfigFile.of(file, Map.of());

    try (EmbeddedStores stores = EmbeddedStores.startFor(config)) {
      Config led = stores.applyTo(config);

      assertEquals("db.example.com", led.postgres().host());
      assertEquals(List.of(stores.redisUrl() + "/0"), led.redis().connectionStrings());
      assertFalse(Files.exists(dir.resolve("postgres")));
    }
  }
}
