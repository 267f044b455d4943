package dev.parley.dev;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A Redis and a PostgreSQL that can be stopped and started again one by one, each on its port and
/// with its data.
public final class FaultyStores implements AutoCloseable {

  private final Path directory;
  private final int redisPort;
  private final int postgresPort;
  private @Nullable RedisServer redis;
  private @Nullable PostgresServer postgres;

  private FaultyStores(Path directory, RedisServer redis, PostgresServer postgres) {
    this.directory = directory;
    this.redis = redis;
    this.postgres = postgres;
    this.redisPort = redis.port();
    this.postgresPort = postgres.port();
  }

  public static FaultyStores start(Path directory) throws IOException {
    RedisServer redis = openRedis(directory);
    try {
      return new FaultyStores(directory, redis, openPostgres(directory));
    } catch (IOException | RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  private static RedisServer openRedis(Path directory) throws IOException {
    return RedisServer.start(directory.resolve("redis"), true);
  }

  private static PostgresServer openPostgres(Path directory) throws IOException {
    return PostgresServer.start(directory.resolve("postgres"), Commands.unprivileged());
  }

  public String redisUrl() {
    return "redis://127.0.0.1:" + redisPort;
  }

  public String postgresUrl() {
    return "postgresql://"
        + PostgresServer.USER
        + ":unused@127.0.0.1:"
        + postgresPort
        + "/"
        + PostgresServer.DATABASE;
  }

  public void stopRedis() {
    if (redis != null) {
      redis.close();
      redis = null;
    }
  }

  public void startRedis() throws IOException {
    redis = openRedis(directory);
    if (redis.port() != redisPort) {
      throw new IOException("the port of Redis was taken meanwhile");
    }
  }

  public void stopPostgres() {
    if (postgres != null) {
      postgres.close();
      postgres = null;
    }
  }

  public void startPostgres() throws IOException {
    postgres = openPostgres(directory);
    if (postgres.port() != postgresPort) {
      throw new IOException("the port of PostgreSQL was taken meanwhile");
    }
  }

  @Override
  public void close() {
    stopRedis();
    stopPostgres();
  }
}
