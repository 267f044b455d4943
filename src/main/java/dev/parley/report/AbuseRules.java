package dev.parley.report;

import dev.parley.audit.AuditLog;
import dev.parley.contract.Ban;
import dev.parley.kernel.Control;
import dev.parley.kernel.Features;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Redis;
import dev.parley.kernel.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts what a device does that many of is abuse, in fixed windows in Redis, for all nodes
/// together. What goes beyond a threshold is recorded once a window, and shuts the device out where
/// the configuration says so. Nothing here waits or fails: without Redis nothing is counted.
public final class AbuseRules {

  private static final Logger log = LoggerFactory.getLogger(AbuseRules.class);

  private static final Script COUNT = Script.of("abuse-count.lua");
  private static final Script REPORT = Script.of("abuse-report.lua");
  private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  /// What is counted.
  enum Rule {
    /// Joins of the queue.
    JOINS,
    /// Peers skipped.
    SKIPS,
    /// Distinct devices that have reported this one.
    REPORTERS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Control control;
  private final Redis redis;
  private final Bans bans;
  private final Metrics metrics;
  private final AuditLog audit;
  private final Features.AutoBan config;

  public AbuseRules(
      Control control,
      Redis redis,
      Bans bans,
      Metrics metrics,
      AuditLog audit,
      Features.AutoBan config) {
    this.control = control;
    this.redis = redis;
    this.bans = bans;
    this.metrics = metrics;
    this.audit = audit;
    this.config = config;
  }

  /// A device has joined the queue.
  public void joined(String deviceId) {
    count(Rule.JOINS, deviceId);
  }

  /// A device has left its peer for another one.
  public void skipped(String deviceId) {
    count(Rule.SKIPS, deviceId);
  }

  /// A device was reported; each reporter counts once.
  public void reported(String deviceId, String reporterId) {
    watch(
        Rule.REPORTERS,
        deviceId,
        redis.eval(
            REPORT,
            List.of(key(Rule.REPORTERS, deviceId)),
            List.of(Long.toString(DAY_MS), reporterId)));
  }

  private void count(Rule rule, String deviceId) {
    watch(
        rule,
        deviceId,
        redis.eval(COUNT, List.of(key(rule, deviceId)), List.of(Long.toString(MINUTE_MS))));
  }

  private static String key(Rule rule, String deviceId) {
    return "match:abuse:" + rule.word() + ":" + deviceId;
  }

  private void watch(Rule rule, String deviceId, Future<@Nullable Response> counted) {
    counted.onComplete(result -> {
      Response answer = result.result();
      Long count = answer == null ? null : answer.toLong();
      if (count == null) {
        log.debug("abuse not counted rule={} error={}", rule, String.valueOf(result.cause()));
      } else if (isFirstBeyond(rule, count, config)) {
        control.run(() -> detected(rule, deviceId));
      }
    });
  }

  /// Whether a count is the one with which abuse begins: each is reached once a window.
  static boolean isFirstBeyond(Rule rule, long count, Features.AutoBan config) {
    return switch (rule) {
      case JOINS -> count == config.joins() + 1L;
      case SKIPS -> count == config.skips() + 1L;
      case REPORTERS -> count == config.reporters();
    };
  }

  private void detected(Rule rule, String deviceId) {
    metrics.count(Metrics.Total.ABUSE, "rule", rule.word());
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("deviceId", deviceId);
    metadata.put("rule", rule.word());
    metadata.put("banned", config.enabled());
    audit.record(AuditLog.Action.ABUSE_DETECTED, null, null, metadata, null);
    if (!config.enabled()) {
      return;
    }
    try {
      String reason = "Too many " + rule.word();
      bans.ban(Ban.Kind.DEVICE, deviceId, reason, null, null, config.duration());
    } catch (RuntimeException e) {
      log.warn("abuser not shut out rule={} error={}", rule, e.toString());
    }
  }
}
