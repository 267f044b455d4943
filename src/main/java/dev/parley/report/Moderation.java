package dev.parley.report;

import dev.parley.audit.AuditLog;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Control;
import dev.parley.kernel.Features;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.match.Encounters;
import io.vertx.core.Vertx;

/// All of a node that keeps strangers from harm, in one place.
public record Moderation(
    AuditLog audit,
    Encounters encounters,
    Reports reports,
    Bans bans,
    Blocks blocks,
    AbuseRules abuse) {

  /// @param control where what happens in the background may wait
  public static Moderation of(
      Vertx vertx,
      Control control,
      Redis redis,
      Postgres postgres,
      Bus bus,
      Metrics metrics,
      AuditLog audit,
      Encounters encounters,
      Features.Match config) {
    Bans bans = new Bans(vertx, control, postgres, bus, metrics, audit);
    AbuseRules abuse = new AbuseRules(control, redis, bans, metrics, audit, config.autoBan());
    Reports reports =
        new Reports(vertx, postgres, encounters, bans, abuse, metrics, audit, config.banDuration());
    return new Moderation(
        audit, encounters, reports, bans, new Blocks(redis, postgres, metrics), abuse);
  }
}
