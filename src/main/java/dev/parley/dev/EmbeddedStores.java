package dev.parley.dev;

import dev.parley.kernel.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A Redis and a PostgreSQL of one data directory, which one process at a time holds.
///
/// Both listen on free ports of 127.0.0.1 and take no password. Servers that a killed process left
/// behind are taken over. Blocking; not for event loops.
public final class EmbeddedStores implements AutoCloseable {

  private final FileChannel lock;
  private final @Nullable RedisServer redis;
  private final @Nullable PostgresServer postgres;

  private EmbeddedStores(
      FileChannel lock, @Nullable RedisServer redis, @Nullable PostgresServer postgres) {
    this.lock = lock;
    this.redis = redis;
    this.postgres = postgres;
  }

  /// Starts both.
  ///
  /// @param persistent Redis keeps its data over restarts; PostgreSQL always does
  public static EmbeddedStores start(Path dataDir, boolean persistent) {
    return start(dataDir, persistent, true, true);
  }

  /// Starts those of the two that the configuration does not seek on another machine.
  public static EmbeddedStores startFor(Config config) {
    boolean ownRedis =
        config.redis().mode() == Config.RedisMode.STANDALONE
            && config.redis().url().isEmpty()
            && isLocal(config.redis().host());
    return start(
        Path.of(config.development().dataDir()), true, ownRedis, isLocal(config.postgres().host()));
  }

  private static EmbeddedStores start(
      Path dataDir, boolean persistent, boolean withRedis, boolean withPostgres) {
    FileChannel lock = lock(dataDir);
    RedisServer redis = null;
    try {
      redis = withRedis ? RedisServer.start(dataDir.resolve("redis"), persistent) : null;
      PostgresServer postgres =
          withPostgres
              ? PostgresServer.start(dataDir.resolve("postgres"), Commands.unprivileged())
              : null;
      return new EmbeddedStores(lock, redis, postgres);
    } catch (IOException | RuntimeException e) {
      if (redis != null) {
        redis.close();
      }
      release(lock);
      throw e instanceof IOException io
          ? new UncheckedIOException(io)
          : new IllegalStateException("the stores did not start: " + e.getMessage(), e);
    }
  }

  /// The configuration with these stores in the place of its own.
  public Config applyTo(Config config) {
    Config.Redis newRedis =
        redis == null ? config.redis() : config.redis().at("127.0.0.1", redis.port());
    Config.Postgres newPostgres =
        postgres == null
            ? config.postgres()
            : config
                .postgres()
                .at(
                    "127.0.0.1",
                    postgres.port(),
                    PostgresServer.USER,
                    new Config.Secret("unused"),
                    PostgresServer.DATABASE);
    return config.withStores(newRedis, newPostgres);
  }

  /// `redis://…` of the Redis; throws when it was not started.
  public String redisUrl() {
    if (redis == null) {
      throw new IllegalStateException("no Redis was started");
    }
    return "redis://127.0.0.1:" + redis.port();
  }

  /// `postgresql://…` of the PostgreSQL; throws when it was not started.
  public String postgresUrl() {
    if (postgres == null) {
      throw new IllegalStateException("no PostgreSQL was started");
    }
    return "postgresql://"
        + PostgresServer.USER
        + ":unused@127.0.0.1:"
        + postgres.port()
        + "/"
        + PostgresServer.DATABASE;
  }

  /// Ends both; what is persistent is on the disk afterwards.
  @Override
  public void close() {
    try {
      if (redis != null) {
        redis.close();
      }
    } finally {
      if (postgres != null) {
        postgres.close();
      }
      release(lock);
    }
  }

  private static FileChannel lock(Path dataDir) {
    try {
      Files.createDirectories(dataDir);
      FileChannel channel =
          FileChannel.open(
              dataDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = null;
      try {
        held = channel.tryLock();
      } catch (OverlappingFileLockException _) {
        // Held by this process.
      }
      if (held == null) {
        channel.close();
        throw new IllegalStateException(dataDir + " is in use by another process");
      }
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1");
  }
}
