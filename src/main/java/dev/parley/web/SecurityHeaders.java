package dev.parley.web;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/// Headers that make browsers careful with what we answer. The page uses its own scripts and styles
/// only, and connects to this origin; pages of some others may show it in a frame.
final class SecurityHeaders implements Handler<RoutingContext> {

  private static final String CONTENT_POLICY =
      String.join(
          "; ",
          "default-src 'self'",
          "connect-src 'self' ws: wss:",
          "img-src 'self' data: blob:",
          "media-src 'self' blob: mediastream:",
          "style-src 'self' 'unsafe-inline'",
          "worker-src 'self' blob:",
          "object-src 'none'",
          "base-uri 'self'",
          "form-action 'self'",
          "frame-ancestors 'self'");

  private final String contentPolicy;
  private final boolean isFramed;

  /// @param framedBy origins whose pages may show ours
  SecurityHeaders(List<String> framedBy) {
    this.isFramed = !framedBy.isEmpty();
    this.contentPolicy =
        isFramed ? CONTENT_POLICY + " " + String.join(" ", framedBy) : CONTENT_POLICY;
  }

  @Override
  public void handle(RoutingContext context) {
    MultiMap headers = context.response().headers();
    headers.set("content-security-policy", contentPolicy);
    headers.set("x-content-type-options", "nosniff");
    if (!isFramed) {
      // It knows no list of origins.
      headers.set("x-frame-options", "SAMEORIGIN");
    }
    headers.set("referrer-policy", "no-referrer");
    headers.set("cross-origin-opener-policy", "same-origin");
    headers.set("x-dns-prefetch-control", "off");
    if ("https".equals(context.request().getHeader("x-forwarded-proto"))
        || context.request().isSSL()) {
      headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    context.next();
  }
}
