package dev.parley.api;

import dev.parley.kernel.Health;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Version;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// What those who run a node ask it: `/health`, `/health/live`, `/health/ready`, `/metrics` and
/// `/version`. Liveness depends on no store; readiness says which one is missing.
public final class OpsRoutes {

  private final Health health;
  private final Metrics metrics;

  private OpsRoutes(Health health, Metrics metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  public static void mount(Router router, Health health, Metrics metrics, boolean withMetrics) {
    OpsRoutes routes = new OpsRoutes(health, metrics);
    Routes.read(router, "/health").handler(routes::health);
    Routes.read(router, "/health/live").handler(routes::live);
    Routes.read(router, "/health/ready").handler(routes::ready);
    Routes.read(router, "/version")
        .handler(context -> Routes.answer(context, 200, Version.current()));
    if (withMetrics) {
      Routes.read(router, "/metrics").handler(routes::metrics);
    }
  }

  private void health(RoutingContext context) {
    health
        .stores()
        .onSuccess(stores -> {
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("status", "ok");
          body.put("timestamp", now());
          body.put("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
          stores.forEach((store, up) -> body.put(store, up ? "up" : "down"));
          Routes.answer(context, 200, body);
        });
  }

  private void live(RoutingContext context) {
    Routes.answer(context, 200, Map.of("status", "ok", "timestamp", now()));
  }

  private void ready(RoutingContext context) {
    Future<Map<String, Boolean>> stores = health.stores();
    stores.onSuccess(services -> {
      boolean ready = health.isAccepting() && !services.containsValue(false);
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("status", ready ? "ready" : "not-ready");
      body.put("timestamp", now());
      body.put("services", services);
      Routes.answer(context, ready ? 200 : 503, body);
    });
  }

  private void metrics(RoutingContext context) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .end(metrics.scrape());
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
