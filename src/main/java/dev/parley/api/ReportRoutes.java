package dev.parley.api;

import dev.parley.account.DeviceTokens;
import dev.parley.account.Principal;
import dev.parley.audit.AuditLog;
import dev.parley.contract.Ban;
import dev.parley.kernel.Durations;
import dev.parley.kernel.Failure;
import dev.parley.report.Bans;
import dev.parley.report.Report;
import dev.parley.report.Reports;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reports of strangers, `/reports`: filed by devices, all else for moderators, as is
/// `/moderation`: who is shut out, and what moderators have done.
public final class ReportRoutes {

  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final int MAX_COMMENT = 1_000;
  private static final int MAX_EVIDENCE = 500;
  private static final int MAX_REASON = 500;
  private static final int MAX_ID = 100;

  private static final List<AuditLog.Action> SHOWN =
      List.of(
          AuditLog.Action.REPORT_CLAIMED,
          AuditLog.Action.REPORT_ACCEPTED,
          AuditLog.Action.REPORT_REJECTED,
          AuditLog.Action.BAN_CREATED,
          AuditLog.Action.BAN_LIFTED,
          AuditLog.Action.ABUSE_DETECTED);

  private final DeviceTokens tokens;
  private final Reports reports;
  private final Bans bans;
  private final AuditLog audit;

  private ReportRoutes(ApiServices services) {
    this.tokens = services.deviceTokens();
    this.reports = services.moderation().reports();
    this.bans = services.moderation().bans();
    this.audit = services.moderation().audit();
  }

  public static void mount(Router router, ApiServices services) {
    ReportRoutes routes = new ReportRoutes(services);
    var control = services.control();
    router.post("/reports").handler(Routes.waiting(control, routes::file));
    Routes.read(router, "/reports").handler(Routes.waiting(control, routes::list));
    Routes.read(router, "/reports/next").handler(Routes.waiting(control, routes::next));
    Routes.read(router, "/reports/stats").handler(Routes.waiting(control, routes::stats));
    router.post("/reports/moderate").handler(Routes.waiting(control, routes::moderate));
    Routes.read(router, "/moderation/bans").handler(Routes.waiting(control, routes::bans));
    router.post("/moderation/bans").handler(Routes.waiting(control, routes::ban));
    router.delete("/moderation/bans/:id").handler(Routes.waiting(control, routes::lift));
    Routes.read(router, "/moderation/audit").handler(Routes.waiting(control, routes::audit));
  }

  private Principal.Device moderator(RoutingContext context) {
    return DeviceCaller.moderator(context, tokens);
  }

  private void file(RoutingContext context) {
    String reporterId = DeviceCaller.of(context, tokens).id();
    Map<String, String> fields =
        Fields.of(
                Routes.bodyOrEmpty(context),
                List.of("reportedPeerId", "sessionId", "reason", "comment", "evidence"))
            .filled("reportedPeerId", DeviceTokens.MAX_DEVICE_ID)
            .filled("sessionId", MAX_ID)
            .oneOf("reason", Report.Reason.words())
            .maybe("comment", MAX_COMMENT)
            .maybe("evidence", MAX_EVIDENCE)
            .checked();
    String reportId =
        reports.file(
            new Reports.Complaint(
                reporterId,
                fields.getOrDefault("reportedPeerId", ""),
                fields.getOrDefault("sessionId", ""),
                Report.Reason.of(fields.getOrDefault("reason", "other")),
                fields.get("comment"),
                fields.get("evidence")));
    Routes.answer(context, 201, Map.of("reportId", reportId));
  }

  private void list(RoutingContext context) {
    var _ = moderator(context);
    String status = context.request().getParam("status");
    if (status != null && !Report.Status.words().contains(status)) {
      throw Failure.invalid(
          List.of(
              "status must be one of the following values: "
                  + String.join(", ", Report.Status.words())));
    }
    List<Map<String, Object>> list = new ArrayList<>();
    reports
        .list(status == null ? null : Report.Status.of(status), limit(context))
        .forEach(report -> list.add(json(report)));
    Routes.answer(context, 200, list);
  }

  private static int limit(RoutingContext context) {
    return Input.number(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
  }

  /// Nothing in the queue is an answer without a body.
  private void next(RoutingContext context) {
    Report report = reports.next(moderator(context).id());
    if (report != null) {
      Routes.answer(context, 200, json(report));
    } else if (!context.response().closed()) {
      context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store").end();
    }
  }

  private void stats(RoutingContext context) {
    var _ = moderator(context);
    Reports.Stats stats = reports.stats();
    Map<String, Object> byReason = new LinkedHashMap<>();
    for (Report.Reason reason : Report.Reason.values()) {
      byReason.put(reason.word(), stats.byReason().getOrDefault(reason, 0L));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("totalReports", stats.total());
    fields.put("pendingReports", stats.pending());
    fields.put("acceptedReports", stats.accepted());
    fields.put("rejectedReports", stats.rejected());
    fields.put("reportsByReason", byReason);
    Routes.answer(context, 200, fields);
  }

  private void moderate(RoutingContext context) {
    String moderatorId = moderator(context).id();
    Map<String, String> fields =
        Fields.of(Routes.bodyOrEmpty(context), List.of("reportId", "decision", "blockIp"))
            .filled("reportId", MAX_ID)
            .oneOf("decision", List.of("accepted", "rejected"))
            .flag("blockIp")
            .checked();
    reports.decide(
        fields.getOrDefault("reportId", ""),
        Report.Status.of(fields.getOrDefault("decision", "")),
        "true".equals(fields.get("blockIp")),
        moderatorId);
    Routes.answer(context, 201, Map.of("success", true));
  }

  private void bans(RoutingContext context) {
    var _ = moderator(context);
    boolean isActive = !"false".equals(context.request().getParam("active"));
    List<Map<String, Object>> list = new ArrayList<>();
    bans.list(isActive, limit(context)).forEach(entry -> list.add(json(entry)));
    Routes.answer(context, 200, list);
  }

  private void ban(RoutingContext context) {
    String moderatorId = moderator(context).id();
    Map<String, String> fields =
        Fields.of(Routes.bodyOrEmpty(context), List.of("kind", "value", "reason", "duration"))
            .oneOf("kind", List.of("device", "ip"))
            .filled("value", DeviceTokens.MAX_DEVICE_ID)
            .maybe("reason", MAX_REASON)
            .maybe("duration", MAX_ID)
            .checked();
    Bans.Entry entry =
        bans.ban(
            Ban.Kind.valueOf(fields.getOrDefault("kind", "").toUpperCase(Locale.ROOT)),
            fields.getOrDefault("value", ""),
            fields.getOrDefault("reason", ""),
            null,
            moderatorId,
            duration(fields.get("duration")));
    Routes.answer(context, 201, json(entry));
  }

  /// Null for good: no text, or one that means no time at all.
  private static @Nullable Duration duration(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      Duration duration = Durations.parse(text);
      if (duration.compareTo(Duration.ofDays(36_600)) <= 0) {
        return duration.isZero() ? null : duration;
      }
    } catch (IllegalArgumentException _) {
      // Refused like one that is too long.
    }
    throw Failure.invalid(List.of("duration must be a duration such as 30m, 1d"));
  }

  private void lift(RoutingContext context) {
    String moderatorId = moderator(context).id();
    UUID id;
    try {
      id = UUID.fromString(String.valueOf(context.pathParam("id")));
    } catch (IllegalArgumentException _) {
      throw Failure.notFound("Ban not found");
    }
    Routes.answer(context, 200, json(bans.lift(id, moderatorId)));
  }

  private void audit(RoutingContext context) {
    var _ = moderator(context);
    List<Map<String, Object>> list = new ArrayList<>();
    for (AuditLog.Recorded recorded : audit.recent(SHOWN, limit(context))) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", recorded.id());
      fields.put("action", recorded.action());
      fields.put("timestamp", recorded.createdAt().toEpochMilli());
      fields.put("metadata", recorded.metadata());
      list.add(fields);
    }
    Routes.answer(context, 200, list);
  }

  private static Map<String, Object> json(Report report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", report.id());
    fields.put("reporterId", report.reporterId());
    fields.put("reportedPeerId", report.reportedId());
    fields.put("sessionId", report.sessionId());
    fields.put("reason", report.reason().word());
    put(fields, "comment", report.comment());
    put(fields, "evidence", report.evidence());
    fields.put("timestamp", report.createdAt().toEpochMilli());
    fields.put("status", report.status().word());
    put(fields, "moderatorId", report.moderatorId());
    put(fields, "moderatedAt", ms(report.moderatedAt()));
    return fields;
  }

  private static Map<String, Object> json(Bans.Entry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", entry.id());
    fields.put("kind", Bans.word(entry.kind()));
    fields.put("value", entry.value());
    fields.put("reason", entry.reason());
    put(fields, "reportId", entry.reportId());
    put(fields, "createdBy", entry.createdBy());
    fields.put("createdAt", entry.createdAt().toEpochMilli());
    put(fields, "expiresAt", ms(entry.expiresAt()));
    put(fields, "liftedBy", entry.liftedBy());
    put(fields, "liftedAt", ms(entry.liftedAt()));
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  private static @Nullable Long ms(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }
}
