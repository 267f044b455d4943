package dev.parley.bridge;

import dev.parley.kernel.Postgres;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.Iterator;

/// Which node looks after the presence of all calls, table `presence_lease`: one at a time, until
/// it says so no more. By the database's clock. Waits.
///
/// Each holder has an epoch of its own, which what it decides is tied to (`Calls.end`): one that
/// was frozen and does not know that another has taken its place decides nothing.
public final class PresenceLease {

  private final Postgres postgres;
  private final String node;

  /// @param node unique in the cluster, and of this process alone
  public PresenceLease(Postgres postgres, String node) {
    this.postgres = postgres;
    this.node = node;
  }

  /// Takes the lease if it is free, or holds it for longer.
  ///
  /// @return the epoch, from 1; 0 when another has it
  public long hold(Duration lasts) {
    Iterator<Row> rows =
        postgres
            .query(
                """
                INSERT INTO presence_lease AS l (holder, epoch, "until")
                VALUES ($1, 1, now() + $2 * interval '1 ms')
                ON CONFLICT (one) DO UPDATE SET holder = EXCLUDED.holder, "until" = EXCLUDED."until",
                  epoch = l.epoch + CASE WHEN l.holder = EXCLUDED.holder THEN 0 ELSE 1 END
                WHERE l.holder = EXCLUDED.holder OR l."until" < now()
                RETURNING epoch
                """,
                node,
                lasts.toMillis())
            .iterator();
    return rows.hasNext() ? rows.next().getLong("epoch") : 0;
  }

  /// Lets another have it at once.
  public void release() {
    var _ =
        postgres.query(
            "UPDATE presence_lease SET \"until\" = now() WHERE holder = $1 AND \"until\" > now()",
            node);
  }
}
