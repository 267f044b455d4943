package dev.parley.web;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/// Headers that make browsers careful with what we answer. The page uses its own scripts and styles
/// only, and connects to this origin.
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

  @Override
  public void handle(RoutingContext context) {
    MultiMap headers = context.response().headers();
    headers.set("content-security-policy", CONTENT_POLICY);
    headers.set("x-content-type-options", "nosniff");
    headers.set("x-frame-options", "SAMEORIGIN");
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
