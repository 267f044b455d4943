package dev.parley.kernel;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL, the history. Statements are awaited on virtual threads; whatever keeps the database
/// from answering is an UNAVAILABLE `Failure` within a bounded time, while errors of a statement
/// arrive as `PgException` with their SQLSTATE.
public final class Postgres {

  private static final Logger log = LoggerFactory.getLogger(Postgres.class);

  /// SQLSTATE of a unique violation.
  public static final String UNIQUE_VIOLATION = "23505";

  /// Key of the advisory lock under which the schema changes; any fixed number.
  private static final long MIGRATION_LOCK = 0x7061726c6579L;

  /// A statement that takes longer is taken for lost.
  private static final long TIMEOUT_MS = 5_000;

  private final Pool pool;

  public Postgres(Vertx vertx, Config.Postgres config) {
    PgConnectOptions connect =
        new PgConnectOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setUser(config.user())
            .setPassword(config.password().value())
            .setDatabase(config.database())
            .setCachePreparedStatements(true)
            .setReconnectAttempts(0)
            .addProperty("client_min_messages", "warning")
            .addProperty("application_name", "parley");
    PoolOptions options =
        new PoolOptions()
            .setMaxSize(config.poolSize())
            .setMaxWaitQueueSize(10_000)
            .setConnectionTimeout((int) config.connectTimeout().toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    this.pool = PgBuilder.pool().with(options).connectingTo(connect).using(vertx).build();
  }

  /// Runs one prepared statement and waits. On a virtual thread only.
  ///
  /// @throws Failure UNAVAILABLE when the database does not answer
  /// @throws PgException when it refuses the statement
  public RowSet<Row> query(String sql, @Nullable Object... values) {
    return execute(sql, Tuple.from(values)).await();
  }

  /// Runs one prepared statement.
  public Future<RowSet<Row>> execute(String sql, Tuple values) {
    return guard(pool.preparedQuery(sql).execute(values));
  }

  /// Applies the migrations this database has not seen, all or none, one node at a time.
  public Future<@Nullable Void> migrate() {
    List<Migration> all = Migration.all();
    return pool.withTransaction(connection -> migrate(connection, all));
  }

  private static Future<@Nullable Void> migrate(SqlConnection connection, List<Migration> all) {
    return connection
        .query("SELECT pg_advisory_xact_lock(" + MIGRATION_LOCK + ")")
        .execute()
        .compose(_ ->
            connection
                .query(
                    """
                    CREATE TABLE IF NOT EXISTS schema_migrations (
                      name text PRIMARY KEY,
                      "appliedAt" timestamptz NOT NULL DEFAULT now())
                    """)
                .execute())
        .compose(_ -> connection.query("SELECT name FROM schema_migrations").execute())
        .compose(rows -> {
          Set<String> applied = new HashSet<>();
          rows.forEach(row -> applied.add(row.getString(0)));
          Future<@Nullable Void> done = Future.succeededFuture();
          for (Migration migration : all) {
            if (!applied.contains(migration.name())) {
              done = done.compose(_ -> apply(connection, migration));
            }
          }
          return done;
        });
  }

  private static Future<@Nullable Void> apply(SqlClient connection, Migration migration) {
    log.info("schema change name={}", migration.name());
    return connection
        .query(migration.sql())
        .execute()
        .compose(_ ->
            connection
                .preparedQuery("INSERT INTO schema_migrations (name) VALUES ($1)")
                .execute(Tuple.of(migration.name())))
        .mapEmpty();
  }

  private <T> Future<T> guard(Future<T> result) {
    return result
        .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .recover(error -> Future.failedFuture(failure(error)));
  }

  private static Throwable failure(Throwable error) {
    if (error instanceof PgException refused && !isOutage(refused)) {
      return refused;
    }
    log.debug("postgres failed error={}", error.toString());
    return Failure.unavailable("PostgreSQL does not answer");
  }

  /// Classes 08 (connection), 53 (resources), 57P (operator intervention): the server cannot serve
  /// now.
  private static boolean isOutage(PgException error) {
    String state = String.valueOf(error.getSqlState());
    return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
  }

  public Future<Void> close() {
    return pool.close();
  }
}
