package dev.parley.kernel;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Redis, the live truth. Commands and Lua scripts; whatever keeps Redis from answering is an
/// UNAVAILABLE `Failure`, within a bounded time.
public final class Redis {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  /// Error replies that say that Redis cannot serve now; the first one is the client's own, for
  /// commands whose connection ended before their answer came.
  private static final List<String> OUTAGES =
      List.of(
          "CONNECTION_CLOSED",
          "LOADING",
          "BUSY",
          "READONLY",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "OOM",
          "NOAUTH");

  private final io.vertx.redis.client.Redis client;
  private final long timeoutMs;

  public Redis(Vertx vertx, Config.Redis config) {
    RedisOptions options =
        new RedisOptions()
            .setType(type(config.mode()))
            .setEndpoints(config.connectionStrings())
            .setMaxPoolSize(config.poolSize())
            .setMaxPoolWaiting(config.maxWaiting())
            .setMaxWaitingHandlers(config.maxWaiting());
    if (config.password().isSet()) {
      options.setPassword(config.password().value());
    }
    if (config.mode() == Config.RedisMode.SENTINEL) {
      options.setMasterName(config.masterName());
    }
    options.getNetClientOptions().setConnectTimeout((int) config.connectTimeout().toMillis());
    this.client = io.vertx.redis.client.Redis.createClient(vertx, options);
    this.timeoutMs = config.commandTimeout().toMillis();
  }

  private static RedisClientType type(Config.RedisMode mode) {
    return switch (mode) {
      case STANDALONE -> RedisClientType.STANDALONE;
      case SENTINEL -> RedisClientType.SENTINEL;
      case CLUSTER -> RedisClientType.CLUSTER;
    };
  }

  /// Sends one command; the answer is null for Redis' nil.
  public Future<@Nullable Response> send(Command command, String... args) {
    Request request = Request.cmd(command);
    for (String arg : args) {
      request.arg(arg);
    }
    return send(request);
  }

  /// Sends one command and waits. On a virtual thread only.
  ///
  /// @throws Failure UNAVAILABLE
  public @Nullable Response call(Command command, String... args) {
    return send(command, args).await();
  }

  /// Runs a script and waits. On a virtual thread only.
  ///
  /// @throws Failure UNAVAILABLE
  public @Nullable Response run(Script script, List<String> keys, List<String> args) {
    return eval(script, keys, args).await();
  }

  /// Runs a script by its hash, and by its text when this Redis has not seen it (any more).
  public Future<@Nullable Response> eval(Script script, List<String> keys, List<String> args) {
    return raw(request(Command.EVALSHA, script.sha1(), keys, args))
        .recover(error ->
            isNoScript(error)
                ? raw(request(Command.EVAL, script.text(), keys, args))
                : Future.failedFuture(error))
        .recover(error -> Future.failedFuture(failure(script.name(), error)));
  }

  private static Request request(
      Command command, String script, List<String> keys, List<String> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    args.forEach(request::arg);
    return request;
  }

  private static boolean isNoScript(Throwable error) {
    return error instanceof ErrorType type && type.is("NOSCRIPT");
  }

  private Future<@Nullable Response> send(Request request) {
    return raw(request)
        .recover(error -> Future.failedFuture(failure(request.command().toString(), error)));
  }

  private Future<@Nullable Response> raw(Request request) {
    return client.send(request).timeout(timeoutMs, TimeUnit.MILLISECONDS);
  }

  private static Throwable failure(String what, Throwable error) {
    if (error instanceof ErrorType type) {
      // An error reply means that we sent something wrong, unless Redis says it cannot serve now.
      String message = String.valueOf(type.getMessage());
      for (String prefix : OUTAGES) {
        if (type.is(prefix)) {
          return Failure.unavailable("Redis cannot serve now (" + prefix + ")");
        }
      }
      return new IllegalStateException(what + " refused by Redis: " + message);
    }
    if (!(error instanceof TimeoutException)) {
      log.debug("redis failed what={} error={}", what, error.toString());
    }
    return Failure.unavailable("Redis does not answer");
  }

  public Future<Void> close() {
    client.close();
    return Future.succeededFuture();
  }
}
