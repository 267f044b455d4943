package dev.parley.report;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whom a device does not want to meet again, table `personal_blocks`. The matcher finds in Redis,
/// for each device, whom it avoids: those whom it has blocked and those who have blocked it.
public final class Blocks {

  /// Blocks of one device.
  static final int MAX_BLOCKS = 1_000;

  private static final String AVOID = "match:{q}:avoid:";

  /// Is there while the sets are whole.
  private static final String MARKER = "match:{q}:avoided";

  private static final int PAGE = 500;

  private final Redis redis;
  private final Postgres postgres;
  private final Metrics metrics;

  public Blocks(Redis redis, Postgres postgres, Metrics metrics) {
    this.redis = redis;
    this.postgres = postgres;
    this.metrics = metrics;
  }

  /// One of a device's blocks.
  public record Entry(String id, String blockedId, @Nullable String reason, Instant createdAt) {}

  private record Pair(String deviceId, String blockedId) {}

  /// Keeps two devices from meeting; the same again changes the reason. Waits.
  ///
  /// @param sessionId in which they met, as the device says
  /// @throws Failure INVALID for a device that blocks itself, CONFLICT when it has blocked as many
  ///   as it may
  public void block(
      String deviceId, String blockedId, @Nullable String reason, @Nullable String sessionId) {
    if (deviceId.equals(blockedId)) {
      throw Failure.invalid("You cannot block yourself");
    }
    String sql =
        """
        INSERT INTO personal_blocks ("deviceId", "blockedId", reason, "sessionId")
        SELECT $1::text, $2::text, $3::text, $4::text
        WHERE (SELECT count(*) FROM personal_blocks WHERE "deviceId" = $1::text) < $5::int
          OR EXISTS (SELECT FROM personal_blocks
            WHERE "deviceId" = $1::text AND "blockedId" = $2::text)
        ON CONFLICT ("deviceId", "blockedId") DO UPDATE SET
          reason = EXCLUDED.reason, "sessionId" = EXCLUDED."sessionId"
        """;
    int written =
        postgres.query(sql, deviceId, blockedId, reason, sessionId, MAX_BLOCKS).rowCount();
    if (written == 0) {
      throw new Failure(
          Failure.Code.CONFLICT, "You cannot block more than " + MAX_BLOCKS + " users");
    }
    avoid(deviceId, blockedId);
    metrics.count(Metrics.Total.VIDEO_BLOCKED, "block_type", "personal");
  }

  /// Lets two devices meet again, unless the other one has blocked this one. Waits.
  ///
  /// @throws Failure NOT_FOUND when there is no such block
  public void unblock(String deviceId, String blockedId) {
    String sql = "DELETE FROM personal_blocks WHERE \"deviceId\" = $1 AND \"blockedId\" = $2";
    int deleted = postgres.query(sql, deviceId, blockedId).rowCount();
    // Also when there was none: Redis may have been away when it was deleted.
    meet(deviceId, blockedId);
    if (deleted == 0) {
      throw Failure.notFound("Block not found");
    }
  }

  /// The newest first. Waits.
  public List<Entry> list(String deviceId) {
    String sql =
        """
        SELECT id, "blockedId", reason, "createdAt" FROM personal_blocks
        WHERE "deviceId" = $1 ORDER BY "createdAt" DESC, id
        """;
    List<Entry> list = new ArrayList<>();
    for (Row row : postgres.query(sql, deviceId)) {
      list.add(
          new Entry(
              row.getUUID("id").toString(),
              row.getString("blockedId"),
              row.getString("reason"),
              row.getOffsetDateTime("createdAt").toInstant()));
    }
    return list;
  }

  /// Number of a device's blocks. Waits.
  public int count(String deviceId) {
    String sql = "SELECT count(*)::int FROM personal_blocks WHERE \"deviceId\" = $1";
    return postgres.query(sql, deviceId).iterator().next().getInteger(0);
  }

  /// Makes the sets in Redis anew from PostgreSQL and marks them as whole: after Redis was lost.
  /// Waits, the longer the more blocks there are.
  ///
  /// @throws Failure UNAVAILABLE when a store does not answer; then the mark is not set
  public void restore() {
    Pair last = new Pair("", "");
    List<Pair> page;
    do {
      page = page(last);
      restore(page);
      last = page.isEmpty() ? last : page.getLast();
    } while (page.size() == PAGE);
    redis.call(Command.SET, MARKER, "1");
  }

  private List<Pair> page(Pair after) {
    String sql =
        """
        SELECT "deviceId", "blockedId" FROM personal_blocks
        WHERE ("deviceId", "blockedId") > ($1, $2) ORDER BY "deviceId", "blockedId" LIMIT $3
        """;
    List<Pair> page = new ArrayList<>();
    for (Row row : postgres.query(sql, after.deviceId, after.blockedId, PAGE)) {
      page.add(new Pair(row.getString("deviceId"), row.getString("blockedId")));
    }
    return page;
  }

  private void restore(List<Pair> page) {
    Map<String, Set<String>> avoided = new LinkedHashMap<>();
    for (Pair pair : page) {
      avoided.computeIfAbsent(pair.deviceId, _ -> new LinkedHashSet<>()).add(pair.blockedId);
      avoided.computeIfAbsent(pair.blockedId, _ -> new LinkedHashSet<>()).add(pair.deviceId);
    }
    List<Future<?>> added = new ArrayList<>();
    avoided.forEach((deviceId, others) -> {
      List<String> command = new ArrayList<>(others);
      command.addFirst(AVOID + deviceId);
      added.add(redis.send(Command.SADD, command.toArray(String[]::new)));
    });
    Future.join(added).await();
    // Those that were lifted between the reading and the writing.
    for (Pair pair : lifted(page)) {
      meet(pair.deviceId, pair.blockedId);
    }
  }

  private List<Pair> lifted(List<Pair> page) {
    String sql =
        """
        SELECT p.a, p.b FROM unnest($1::text[], $2::text[]) AS p(a, b)
        WHERE NOT EXISTS (SELECT FROM personal_blocks
          WHERE "deviceId" = p.a AND "blockedId" = p.b)
        """;
    String[] devices = page.stream().map(Pair::deviceId).toArray(String[]::new);
    String[] blocked = page.stream().map(Pair::blockedId).toArray(String[]::new);
    List<Pair> lifted = new ArrayList<>();
    for (Row row : postgres.query(sql, devices, blocked)) {
      lifted.add(new Pair(row.getString("a"), row.getString("b")));
    }
    return lifted;
  }

  private void avoid(String a, String b) {
    Future.join(redis.send(Command.SADD, AVOID + a, b), redis.send(Command.SADD, AVOID + b, a))
        .await();
  }

  /// Takes two devices out of each other's sets when neither blocks the other. Looks again
  /// afterwards: a block that came meanwhile may have been written before the two were taken out.
  private void meet(String a, String b) {
    if (isBlocked(a, b)) {
      return;
    }
    Future.join(redis.send(Command.SREM, AVOID + a, b), redis.send(Command.SREM, AVOID + b, a))
        .await();
    if (isBlocked(a, b)) {
      avoid(a, b);
    }
  }

  private boolean isBlocked(String a, String b) {
    String sql =
        """
        SELECT 1 FROM personal_blocks
        WHERE ("deviceId" = $1 AND "blockedId" = $2) OR ("deviceId" = $2 AND "blockedId" = $1)
        """;
    RowSet<Row> rows = postgres.query(sql, a, b);
    return rows.size() > 0;
  }
}
