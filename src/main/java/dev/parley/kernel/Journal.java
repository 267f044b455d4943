package dev.parley.kernel;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Statements that are written to PostgreSQL behind the caller's back, in order: history that must
/// not hold up what it records. While PostgreSQL is away they wait, up to a bound; beyond it the
/// oldest is dropped and counted. Safe to use from any thread.
public final class Journal {

  private static final Logger log = LoggerFactory.getLogger(Journal.class);

  private static final int CAPACITY = 50_000;
  private static final long RETRY_MS = 500;

  private record Entry(String sql, Tuple values) {}

  private final Vertx vertx;
  private final Postgres postgres;
  private final Consumer<String> onDrop;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final List<Promise<Void>> drains = new ArrayList<>();
  private boolean isWriting;

  /// @param onDrop told why an entry was given up: `overflow` or `refused`
  public Journal(Vertx vertx, Postgres postgres, Consumer<String> onDrop) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.onDrop = onDrop;
  }

  /// Takes one statement; it may be run again when the answer to it got lost.
  public void append(String sql, @Nullable Object... values) {
    synchronized (waiting) {
      if (waiting.size() == CAPACITY) {
        waiting.removeFirst();
        onDrop.accept("overflow");
      }
      waiting.addLast(new Entry(sql, Tuple.from(values)));
      if (isWriting) {
        return;
      }
      isWriting = true;
    }
    writeNext();
  }

  /// Succeeds when nothing waits any more.
  public Future<Void> drained() {
    synchronized (waiting) {
      if (!isWriting) {
        return Future.succeededFuture();
      }
      Promise<Void> drained = Promise.promise();
      drains.add(drained);
      return drained.future();
    }
  }

  /// Statements that have not been written yet.
  public int pending() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private void writeNext() {
    Entry entry;
    List<Promise<Void>> drained = List.of();
    synchronized (waiting) {
      entry = waiting.peekFirst();
      if (entry == null) {
        isWriting = false;
        drained = List.copyOf(drains);
        drains.clear();
      }
    }
    if (entry == null) {
      drained.forEach(Promise::complete);
      return;
    }
    postgres
        .execute(entry.sql(), entry.values())
        .onComplete(result -> {
          if (result.succeeded()) {
            done(entry);
          } else if (result.cause() instanceof PgException refused) {
            log.warn("journal entry refused sqlstate={}", refused.getSqlState());
            onDrop.accept("refused");
            done(entry);
          } else {
            vertx.setTimer(RETRY_MS, _ -> writeNext());
          }
        });
  }

  private void done(Entry entry) {
    synchronized (waiting) {
      // It is the first, unless it was dropped for room meanwhile.
      waiting.removeFirstOccurrence(entry);
    }
    writeNext();
  }
}
