package dev.parley.web;

import dev.parley.kernel.Metrics;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/// Times HTTP requests from their head to the end of their answer, by method, route and status. A
/// route is told by the pattern it was mounted with, so that strangers cannot add to the series.
final class RequestTimes implements Handler<RoutingContext> {

  private static final String UNMATCHED = "unmatched";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");
  private static final double NANOS = 1e9;

  private final Metrics metrics;

  RequestTimes(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void handle(RoutingContext context) {
    long beganNs = System.nanoTime();
    context.addEndHandler(_ -> observe(context, System.nanoTime() - beganNs));
    context.next();
  }

  private void observe(RoutingContext context, long tookNs) {
    String method = context.request().method().name();
    metrics.observe(
        Metrics.Span.VIDEO_REQUEST,
        tookNs / NANOS,
        "method",
        METHODS.contains(method) ? method : "other",
        "route",
        route(context),
        "status_code",
        Integer.toString(context.response().getStatusCode()));
  }

  private static String route(RoutingContext context) {
    Route route = context.currentRoute();
    String pattern = route == null ? null : route.getPath();
    return pattern == null ? UNMATCHED : pattern;
  }
}
