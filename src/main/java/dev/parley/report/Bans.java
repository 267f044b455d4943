package dev.parley.report;

import dev.parley.audit.AuditLog;
import dev.parley.contract.Ban;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is shut out: devices and IP addresses, table `bans`, for a time or for good. There is at
/// most one ban of each that is not lifted; another one makes it last longer, never shorter.
///
/// Each node has them in memory, from PostgreSQL when it opens and every minute, and from the bus
/// at once. Addresses are written as `InetAddress` writes them.
public final class Bans {

  private static final Logger log = LoggerFactory.getLogger(Bans.class);

  /// After which a message that got lost does not matter any more.
  private static final long REREAD_MS = 60_000;

  private static final int PAGE = 5_000;
  private static final long FOR_GOOD = Long.MAX_VALUE;

  static final String COLUMNS =
      """
      id, kind::text AS kind, value, reason, "reportId", "createdBy", "createdAt", "expiresAt",
        "liftedBy", "liftedAt"
      """;

  /// What happens when the same is shut out already.
  static final String PROLONG =
      """
      ON CONFLICT (kind, value) WHERE "liftedAt" IS NULL DO UPDATE SET
        reason = EXCLUDED.reason, "reportId" = EXCLUDED."reportId",
        "createdBy" = EXCLUDED."createdBy", "createdAt" = EXCLUDED."createdAt",
        "expiresAt" = CASE WHEN bans."expiresAt" IS NULL OR EXCLUDED."expiresAt" IS NULL THEN NULL
          ELSE GREATEST(bans."expiresAt", EXCLUDED."expiresAt") END
      """;

  private record Subject(Ban.Kind kind, String value) {}

  /// @param untilMs 0 when it is lifted
  /// @param atNs when we learned of it
  private record Known(long untilMs, long atNs) {}

  private final Vertx vertx;
  private final Control control;
  private final Postgres postgres;
  private final Bus bus;
  private final Metrics metrics;
  private final AuditLog audit;
  private final Map<Subject, Known> known = new ConcurrentHashMap<>();

  public Bans(
      Vertx vertx, Control control, Postgres postgres, Bus bus, Metrics metrics, AuditLog audit) {
    this.vertx = vertx;
    this.control = control;
    this.postgres = postgres;
    this.bus = bus;
    this.metrics = metrics;
    this.audit = audit;
  }

  /// A ban as it is kept.
  ///
  /// @param reportId the report for which it was made, if any
  /// @param createdBy device id of the moderator; null when it was a rule
  /// @param expiresAt null for good
  public record Entry(
      String id,
      Ban.Kind kind,
      String value,
      String reason,
      @Nullable String reportId,
      @Nullable String createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable String liftedBy,
      @Nullable Instant liftedAt) {}

  /// Begins to listen and to read; succeeds when the bans are known. When PostgreSQL does not
  /// answer it is asked again within a minute.
  public Future<?> open() {
    vertx.setPeriodic(REREAD_MS, _ -> control.run(this::reread));
    return bus.listen(Ban.ADDRESS, Ban.class, this::learn)
        .completion()
        .compose(_ ->
            Future.future(read ->
                control.run(() -> {
                  reread();
                  read.complete();
                })));
  }

  /// Whether a device or the address it comes from is shut out now. Asks no store; any thread.
  ///
  /// @param address null when it is not known
  public boolean isBanned(String deviceId, @Nullable String address) {
    if (known.isEmpty()) {
      return false;
    }
    long nowMs = System.currentTimeMillis();
    return isIn(new Subject(Ban.Kind.DEVICE, deviceId), nowMs)
        || (address != null && isIn(new Subject(Ban.Kind.IP, canonical(address)), nowMs));
  }

  private boolean isIn(Subject subject, long nowMs) {
    Known found = known.get(subject);
    return found != null && nowMs < found.untilMs;
  }

  /// Shuts somebody out, and says so on the bus. Waits.
  ///
  /// @param value device id or IP address
  /// @param reportId the report for which it is, if any
  /// @param moderatorId null when it is a rule
  /// @param duration null for good
  /// @throws Failure INVALID for what is no IP address
  public Entry ban(
      Ban.Kind kind,
      String value,
      String reason,
      @Nullable UUID reportId,
      @Nullable String moderatorId,
      @Nullable Duration duration) {
    String subject = kind == Ban.Kind.IP ? canonical(value) : value;
    if (kind == Ban.Kind.IP && !isAddress(value)) {
      throw Failure.invalid("value must be an IP address");
    }
    Instant now = Instant.now();
    String sql =
        """
        INSERT INTO bans (id, kind, value, reason, "reportId", "createdBy", "createdAt",
          "expiresAt")
        VALUES ($1, ($2::text)::ban_kind, $3, $4, $5, $6, $7, $8)
        """
            + PROLONG
            + "RETURNING "
            + COLUMNS;
    Entry entry =
        entry(
            postgres
                .query(
                    sql,
                    UUID.randomUUID(),
                    word(kind),
                    subject,
                    reason,
                    reportId,
                    moderatorId,
                    time(now),
                    duration == null ? null : time(now.plus(duration)))
                .iterator()
                .next());
    made(entry);
    return entry;
  }

  /// Lets everybody know of a ban that was written.
  void made(Entry entry) {
    Instant expiresAt = entry.expiresAt();
    tell(
        new Ban(
            entry.kind(), entry.value(), expiresAt == null ? 0 : expiresAt.toEpochMilli(), false));
    metrics.count(Metrics.Total.VIDEO_BLOCKED, "block_type", word(entry.kind()));
    Map<String, Object> metadata = metadata(entry);
    metadata.put("reason", entry.reason());
    metadata.put("until", expiresAt == null ? "for good" : expiresAt.toString());
    String moderatorId = entry.createdBy();
    if (moderatorId != null) {
      metadata.put("moderatorId", moderatorId);
    }
    audit.record(AuditLog.Action.BAN_CREATED, null, null, metadata, null);
  }

  /// Lets somebody in again, and says so on the bus. Waits.
  ///
  /// @throws Failure NOT_FOUND when there is no such ban, or it is lifted
  public Entry lift(UUID id, String moderatorId) {
    String sql =
        """
        UPDATE bans SET "liftedBy" = $2, "liftedAt" = now() WHERE id = $1 AND "liftedAt" IS NULL
        RETURNING
        """
            + COLUMNS;
    RowSet<Row> rows = postgres.query(sql, id, moderatorId);
    if (rows.size() == 0) {
      throw Failure.notFound("Ban not found");
    }
    Entry entry = entry(rows.iterator().next());
    tell(new Ban(entry.kind(), entry.value(), 0, true));
    Map<String, Object> metadata = metadata(entry);
    metadata.put("moderatorId", moderatorId);
    audit.record(AuditLog.Action.BAN_LIFTED, null, null, metadata, null);
    return entry;
  }

  /// The newest first. Waits.
  ///
  /// @param isActive whether to leave out those that are lifted or over
  public List<Entry> list(boolean isActive, int limit) {
    String sql =
        "SELECT "
            + COLUMNS
            + """
            FROM bans
            WHERE NOT $1::boolean
              OR ("liftedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now()))
            ORDER BY "createdAt" DESC, id LIMIT $2
            """;
    List<Entry> list = new ArrayList<>();
    postgres.query(sql, isActive, limit).forEach(row -> list.add(entry(row)));
    return list;
  }

  private void tell(Ban ban) {
    learn(ban);
    bus.publish(Ban.ADDRESS, ban);
  }

  private void learn(Ban ban) {
    long untilMs = ban.isLifted() ? 0 : ban.until() == 0 ? FOR_GOOD : ban.until();
    known.put(new Subject(ban.kind(), ban.value()), new Known(untilMs, System.nanoTime()));
  }

  /// Makes what is known what is written, but for what was learned since the reading began. Waits,
  /// and leaves what is known as it is when PostgreSQL does not answer.
  public void reread() {
    long beganNs = System.nanoTime();
    Set<Subject> written = new HashSet<>();
    try {
      Subject last = null;
      do {
        last = readPage(last, beganNs, written);
      } while (last != null);
    } catch (RuntimeException e) {
      log.warn("bans cannot be read, those known stay error={}", e.toString());
      return;
    }
    for (Subject subject : known.keySet()) {
      if (!written.contains(subject)) {
        known.computeIfPresent(subject, (_, before) -> before.atNs - beganNs >= 0 ? before : null);
      }
    }
  }

  /// Returns the last of a page, null when there are no more.
  private @Nullable Subject readPage(@Nullable Subject after, long beganNs, Set<Subject> written) {
    String sql =
        """
        SELECT kind::text AS kind, value, "expiresAt" FROM bans
        WHERE "liftedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())
          AND ($1::text IS NULL OR (kind, value) > (($1::text)::ban_kind, $2::text))
        ORDER BY kind, value LIMIT $3
        """;
    RowSet<Row> rows =
        postgres.query(
            sql, after == null ? null : word(after.kind), after == null ? null : after.value, PAGE);
    Subject last = null;
    for (Row row : rows) {
      last = new Subject(kind(row), row.getString("value"));
      written.add(last);
      OffsetDateTime expiresAt = row.getOffsetDateTime("expiresAt");
      long untilMs = expiresAt == null ? FOR_GOOD : expiresAt.toInstant().toEpochMilli();
      known.compute(
          last,
          (_, before) ->
              before != null && before.atNs - beganNs >= 0 ? before : new Known(untilMs, beganNs));
    }
    return rows.size() < PAGE ? null : last;
  }

  private static boolean isAddress(String text) {
    try {
      return InetAddress.ofLiteral(text) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// The one form of an IP address; what is none stays as it is.
  private static String canonical(String address) {
    try {
      String text = InetAddress.ofLiteral(address).getHostAddress();
      int zone = text.indexOf('%');
      return zone < 0 ? text : text.substring(0, zone);
    } catch (IllegalArgumentException _) {
      return address;
    }
  }

  private static Map<String, Object> metadata(Entry entry) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("banId", entry.id());
    metadata.put("kind", word(entry.kind()));
    metadata.put("value", entry.value());
    return metadata;
  }

  /// How a kind is written.
  public static String word(Ban.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Ban.Kind kind(Row row) {
    return Ban.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  static Entry entry(Row row) {
    UUID reportId = row.getUUID("reportId");
    return new Entry(
        row.getUUID("id").toString(),
        kind(row),
        row.getString("value"),
        row.getString("reason"),
        reportId == null ? null : reportId.toString(),
        row.getString("createdBy"),
        row.getOffsetDateTime("createdAt").toInstant(),
        instant(row.getOffsetDateTime("expiresAt")),
        row.getString("liftedBy"),
        instant(row.getOffsetDateTime("liftedAt")));
  }
}
