package dev.parley.it;

import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Looks into the stores behind the back of the nodes.
final class StoreProbe implements AutoCloseable {

  private final Redis redis;
  private final Pool postgres;

  StoreProbe(Vertx vertx, Stores stores) {
    redis = Redis.createClient(vertx, stores.redisUrl());
    postgres = PgBuilder.pool().connectingTo(stores.postgresUrl()).using(vertx).build();
  }

  @Nullable Response redis(Command command, String... args) {
    Request request = Request.cmd(command);
    for (String arg : args) {
      request.arg(arg);
    }
    return SocketClient.await(redis.send(request));
  }

  /// One command's answer as text, `"null"` for nil.
  String text(Command command, String... args) {
    return String.valueOf(redis(command, args));
  }

  /// All keys that match, in order.
  List<String> keys(String pattern) {
    Response found = redis(Command.KEYS, pattern);
    TreeSet<String> keys = new TreeSet<>();
    if (found != null) {
      found.forEach(key -> keys.add(key.toString()));
    }
    return List.copyOf(keys);
  }

  /// Seconds that a key has to live.
  long ttl(String key) {
    return Long.parseLong(text(Command.TTL, key));
  }

  /// The rows of a query.
  List<Row> rows(String sql, Object... values) {
    List<Row> rows = new ArrayList<>();
    SocketClient.await(postgres.preparedQuery(sql).execute(Tuple.from(values))).forEach(rows::add);
    return rows;
  }

  /// The first column of a query, as text.
  List<String> column(String sql, Object... values) {
    return rows(sql, values).stream().map(row -> String.valueOf(row.getValue(0))).toList();
  }

  @Override
  public void close() {
    redis.close();
    SocketClient.await(postgres.close());
  }
}
