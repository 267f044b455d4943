package dev.parley.report;

import dev.parley.audit.AuditLog;
import dev.parley.contract.Ban;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.match.Encounters;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reports of devices about those they have met, table `reports`: filed once a session by each of
/// the two, looked at by one moderator at a time, decided once. All waits.
public final class Reports {

  /// A session that another node has begun just now may not be written yet.
  private static final long SETTLE_MS = 250;

  private static final int SETTLE_TIMES = 4;

  private static final String COLUMNS =
      """
      id, "reporterId", "reportedId", "sessionId", reason::text AS reason, comment, evidence,
        "createdAt", status::text AS status, "moderatorId", "moderatedAt"
      """;

  private final Vertx vertx;
  private final Postgres postgres;
  private final Encounters encounters;
  private final Bans bans;
  private final AbuseRules abuse;
  private final Metrics metrics;
  private final AuditLog audit;
  private final Duration banDuration;

  /// @param banDuration of the device that an accepted report is about; zero for good
  public Reports(
      Vertx vertx,
      Postgres postgres,
      Encounters encounters,
      Bans bans,
      AbuseRules abuse,
      Metrics metrics,
      AuditLog audit,
      Duration banDuration) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.encounters = encounters;
    this.bans = bans;
    this.abuse = abuse;
    this.metrics = metrics;
    this.audit = audit;
    this.banDuration = banDuration;
  }

  /// What is to be filed.
  ///
  /// @param sessionId as the reporter wrote it
  public record Complaint(
      String reporterId,
      String reportedId,
      String sessionId,
      Report.Reason reason,
      @Nullable String comment,
      @Nullable String evidence) {}

  /// How many there are.
  public record Stats(
      long total, long pending, long accepted, long rejected, Map<Report.Reason, Long> byReason) {}

  /// Files a report; returns its id, that of the first one when this session was reported by the
  /// same device before.
  ///
  /// @throws Failure NOT_FOUND when the reporter was in no such session, INVALID when the reported
  ///   was not the other one of it
  public String file(Complaint complaint) {
    UUID sessionId = uuid(complaint.sessionId, "Session not found");
    Encounters.Encounter encounter = encounter(sessionId);
    String peerId = encounter == null ? null : encounter.peerOf(complaint.reporterId);
    if (encounter == null || peerId == null) {
      throw Failure.notFound("Session not found");
    }
    if (!peerId.equals(complaint.reportedId)) {
      throw Failure.invalid("reportedPeerId is not the peer of that session");
    }
    String sql =
        """
        INSERT INTO reports (id, "reporterId", "reportedId", "reportedAddress", "sessionId", reason,
          comment, evidence)
        VALUES ($1, $2, $3, ($4::text)::inet, $5, ($6::text)::report_reason, $7, $8)
        ON CONFLICT ("reporterId", "sessionId") DO NOTHING
        """;
    UUID id = UUID.randomUUID();
    int filed =
        postgres
            .query(
                sql,
                id,
                complaint.reporterId,
                complaint.reportedId,
                encounter.addressOf(complaint.reportedId),
                sessionId,
                complaint.reason.word(),
                complaint.comment,
                complaint.evidence)
            .rowCount();
    if (filed == 0) {
      return before(complaint.reporterId, sessionId);
    }
    metrics.count(Metrics.Total.VIDEO_REPORTS, "reason", complaint.reason.word());
    abuse.reported(complaint.reportedId, complaint.reporterId);
    return id.toString();
  }

  private String before(String reporterId, UUID sessionId) {
    String sql = "SELECT id FROM reports WHERE \"reporterId\" = $1 AND \"sessionId\" = $2";
    return postgres.query(sql, reporterId, sessionId).iterator().next().getUUID("id").toString();
  }

  /// Waits a moment for a session that is not written yet.
  private Encounters.@Nullable Encounter encounter(UUID sessionId) {
    Encounters.Encounter found = encounters.find(sessionId);
    for (int i = 0; found == null && i < SETTLE_TIMES; i++) {
      vertx.timer(SETTLE_MS, TimeUnit.MILLISECONDS).await();
      found = encounters.find(sessionId);
    }
    return found;
  }

  /// The newest first.
  ///
  /// @param status to have; null for any
  public List<Report> list(Report.@Nullable Status status, int limit) {
    String sql =
        "SELECT "
            + COLUMNS
            + """
            FROM reports WHERE $1::text IS NULL OR status = ($1::text)::report_status
            ORDER BY "createdAt" DESC, id LIMIT $2
            """;
    List<Report> list = new ArrayList<>();
    postgres
        .query(sql, status == null ? null : status.word(), limit)
        .forEach(row -> list.add(report(row)));
    return list;
  }

  /// The oldest pending one that no moderator has, which this one has from now on for ten minutes;
  /// null when there is none.
  public @Nullable Report next(String moderatorId) {
    String sql =
        """
        UPDATE reports SET "claimedBy" = $1, "claimedUntil" = now() + interval '10 minutes'
        WHERE id = (
          SELECT id FROM reports
          WHERE status = 'pending' AND ("claimedUntil" IS NULL OR "claimedUntil" < now())
          ORDER BY "createdAt", id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING
        """
            + COLUMNS;
    RowSet<Row> rows = postgres.query(sql, moderatorId);
    if (rows.size() == 0) {
      return null;
    }
    Report report = report(rows.iterator().next());
    record(AuditLog.Action.REPORT_CLAIMED, report, moderatorId);
    return report;
  }

  public Stats stats() {
    String sql =
        """
        SELECT status::text AS status, reason::text AS reason, count(*) AS number
        FROM reports GROUP BY status, reason
        """;
    Map<Report.Status, Long> byStatus = new HashMap<>();
    Map<Report.Reason, Long> byReason = new HashMap<>();
    long total = 0;
    for (Row row : postgres.query(sql)) {
      long number = row.getLong("number");
      total += number;
      byStatus.merge(Report.Status.of(row.getString("status")), number, Long::sum);
      byReason.merge(Report.Reason.of(row.getString("reason")), number, Long::sum);
    }
    return new Stats(
        total,
        byStatus.getOrDefault(Report.Status.PENDING, 0L),
        byStatus.getOrDefault(Report.Status.ACCEPTED, 0L),
        byStatus.getOrDefault(Report.Status.REJECTED, 0L),
        byReason);
  }

  /// Decides a report, for good. The device that an accepted one is about is shut out by the same
  /// statement, so that there is no decision without its effect.
  ///
  /// @param status ACCEPTED or REJECTED
  /// @param alsoAddress whether to shut out too where the reported came from in that session
  /// @throws Failure NOT_FOUND "Report not found", CONFLICT when it is decided already
  public void decide(
      String reportId, Report.Status status, boolean alsoAddress, String moderatorId) {
    UUID id = uuid(reportId, "Report not found");
    String sql =
        """
        WITH decided AS (
          UPDATE reports SET status = ($2::text)::report_status, "moderatorId" = $3::text,
            "moderatedAt" = now()
          WHERE id = $1 AND status = 'pending'
          RETURNING id, "reportedId", reason, status)
        , banned AS (
          INSERT INTO bans (id, kind, value, reason, "reportId", "createdBy", "expiresAt")
          SELECT $4::uuid, 'device'::ban_kind, "reportedId", 'Reported for: ' || reason::text, id,
            $3::text, $5::timestamptz
          FROM decided WHERE status = 'accepted'
        """
            + Bans.PROLONG
            + "  RETURNING "
            + Bans.COLUMNS
            + ") "
            + """
            SELECT decided."reportedId", banned.*
            FROM decided LEFT JOIN banned ON true
            """;
    OffsetDateTime until =
        banDuration.isZero() ? null : OffsetDateTime.now(ZoneOffset.UTC).plus(banDuration);
    RowSet<Row> rows =
        postgres.query(sql, id, status.word(), moderatorId, UUID.randomUUID(), until);
    if (rows.size() == 0) {
      throw undecidable(id);
    }
    Row row = rows.iterator().next();
    decided(id, status, moderatorId, row.getString("reportedId"));
    if (status == Report.Status.ACCEPTED) {
      bans.made(Bans.entry(row));
      if (alsoAddress) {
        banAddress(id, row.getString("reason"), moderatorId);
      }
    }
  }

  private void decided(UUID id, Report.Status status, String moderatorId, String reportedId) {
    metrics.count(Metrics.Total.VIDEO_REPORTS_MODERATED, "decision", status.word());
    AuditLog.Action action =
        status == Report.Status.ACCEPTED
            ? AuditLog.Action.REPORT_ACCEPTED
            : AuditLog.Action.REPORT_REJECTED;
    record(action, id.toString(), reportedId, moderatorId);
  }

  private void banAddress(UUID reportId, String reason, String moderatorId) {
    String sql = "SELECT host(\"reportedAddress\") AS address FROM reports WHERE id = $1";
    String address = postgres.query(sql, reportId).iterator().next().getString("address");
    if (address != null) {
      bans.ban(
          Ban.Kind.IP,
          address,
          reason,
          reportId,
          moderatorId,
          banDuration.isZero() ? null : banDuration);
    }
  }

  private Failure undecidable(UUID id) {
    return postgres.query("SELECT 1 FROM reports WHERE id = $1", id).size() == 0
        ? Failure.notFound("Report not found")
        : new Failure(Failure.Code.CONFLICT, "Report is decided already");
  }

  private void record(AuditLog.Action action, Report report, String moderatorId) {
    record(action, report.id(), report.reportedId(), moderatorId);
  }

  private void record(
      AuditLog.Action action, String reportId, String reportedId, String moderatorId) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("reportId", reportId);
    metadata.put("reportedPeerId", reportedId);
    metadata.put("moderatorId", moderatorId);
    audit.record(action, null, null, metadata, null);
  }

  private static UUID uuid(String text, String refusal) {
    try {
      UUID uuid = UUID.fromString(text);
      if (uuid.toString().equalsIgnoreCase(text)) {
        return uuid;
      }
    } catch (IllegalArgumentException _) {
      // No such thing either.
    }
    throw Failure.notFound(refusal);
  }

  private static Report report(Row row) {
    OffsetDateTime moderatedAt = row.getOffsetDateTime("moderatedAt");
    return new Report(
        row.getUUID("id").toString(),
        row.getString("reporterId"),
        row.getString("reportedId"),
        row.getUUID("sessionId").toString(),
        Report.Reason.of(row.getString("reason")),
        row.getString("comment"),
        row.getString("evidence"),
        row.getOffsetDateTime("createdAt").toInstant(),
        Report.Status.of(row.getString("status")),
        row.getString("moderatorId"),
        moderatedAt == null ? null : moderatedAt.toInstant());
  }
}
