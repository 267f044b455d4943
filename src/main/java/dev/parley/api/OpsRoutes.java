package dev.parley.api;

import dev.parley.kernel.Config.DialectName;
import dev.parley.kernel.Health;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Now;
import dev.parley.kernel.Version;
import dev.parley.room.PeerRooms;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What those who run a node ask it: `/health`, `/health/live`, `/health/ready`, `/metrics` and
/// `/version`. Liveness depends on no store; readiness says which one is missing.
public final class OpsRoutes {

  /// Where there are none.
  public static final Census NO_ROOMS = () -> Future.failedFuture("no light rooms here");

  static final String MEETING_SERVICE = "meeting-service";

  private final Health health;
  private final Metrics metrics;

  private OpsRoutes(Health health, Metrics metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  /// Counts the light rooms.
  public interface Census {
    Future<PeerRooms.Count> count();
  }

  /// @param dialects of the listener
  /// @param census asked only where the dialect of light rooms is spoken
  public static void mount(
      Router router,
      Health health,
      Metrics metrics,
      boolean withMetrics,
      List<DialectName> dialects,
      Census census) {
    OpsRoutes routes = new OpsRoutes(health, metrics);
    Routes.read(router, "/health").handler(context -> routes.health(context, dialects, census));
    Routes.read(router, "/health/live").handler(routes::live);
    Routes.read(router, "/health/ready").handler(routes::ready);
    Routes.read(router, "/version")
        .handler(context -> Routes.answer(context, 200, Version.current()));
    if (withMetrics) {
      Routes.read(router, "/metrics").handler(routes::metrics);
    }
  }

  /// As the clients of the listener's first dialect know it, with what those of the others look at
  /// beside it.
  private void health(RoutingContext context, List<DialectName> dialects, Census census) {
    Census asked = dialects.contains(DialectName.ROOM) ? census : NO_ROOMS;
    Future<PeerRooms.Count> counted = asked.count();
    health
        .stores()
        .onSuccess(stores ->
            counted.onComplete(result -> {
              Map<String, Object> body = new LinkedHashMap<>();
              DialectName first = dialects.isEmpty() ? DialectName.CONFERENCE : dialects.getFirst();
              boolean isMeeting = first == DialectName.MEETING;
              if (dialects.contains(DialectName.MEETING)) {
                body.put("success", true);
                body.put("service", MEETING_SERVICE);
              }
              body.put("status", isMeeting || first == DialectName.ROOM ? "healthy" : "ok");
              body.put("timestamp", Now.text());
              body.put("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
              if (dialects.contains(DialectName.MATCH)) {
                body.put("memory", MemoryUse.now());
                body.put("version", Version.current().version());
              }
              stores.forEach((store, up) -> body.put(store, up ? "up" : "down"));
              if (isMeeting) {
                body.put("redis", connected(stores));
              }
              PeerRooms.@Nullable Count count = result.result();
              if (count != null) {
                body.put("rooms", count.rooms());
                body.put("users", count.users());
              }
              Routes.answer(context, 200, body);
            }));
  }

  static String connected(Map<String, Boolean> stores) {
    return Boolean.TRUE.equals(stores.get("redis")) ? "connected" : "disconnected";
  }

  private void live(RoutingContext context) {
    Routes.answer(context, 200, Map.of("status", "ok", "timestamp", Now.text()));
  }

  private void ready(RoutingContext context) {
    Future<Map<String, Boolean>> stores = health.stores();
    stores.onSuccess(services -> {
      boolean ready = health.isAccepting() && !services.containsValue(false);
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("status", ready ? "ready" : "not-ready");
      body.put("timestamp", Now.text());
      body.put("services", services);
      Routes.answer(context, ready ? 200 : 503, body);
    });
  }

  /// Asks the stores first, so that their levels are true.
  private void metrics(RoutingContext context) {
    Future<Map<String, Boolean>> stores = health.stores();
    stores.onSuccess(_ -> {
      HttpServerResponse response = context.response();
      if (!response.closed()) {
        response
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
            .end(metrics.scrape());
      }
    });
  }
}
