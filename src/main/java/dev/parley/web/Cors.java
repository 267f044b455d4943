package dev.parley.web;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/// Cross-origin resource sharing (Fetch standard): allowed origins are echoed with credentials,
/// others get no permission and, when they preflight, a refusal.
final class Cors implements Handler<RoutingContext> {

  static final String METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";
  private static final String MAX_AGE_SECONDS = "600";

  private final Origins origins;
  private final ClientAddress addresses;

  Cors(Origins origins, ClientAddress addresses) {
    this.origins = origins;
    this.addresses = addresses;
  }

  @Override
  public void handle(RoutingContext context) {
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin == null
        || context.response().headers().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      context.next();
      return;
    }
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.VARY, "Origin");
    boolean allowed =
        origins.allows(
            origin, addresses.host(context.request()), addresses.isHttps(context.request()));
    if (allowed) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
          .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "x-request-id,retry-after");
    }
    if (context.request().method().equals(HttpMethod.OPTIONS)
        && context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null) {
      preflight(context, allowed);
    } else {
      context.next();
    }
  }

  private static void preflight(RoutingContext context, boolean allowed) {
    HttpServerResponse response = context.response();
    if (!allowed) {
      response.setStatusCode(403).end();
      return;
    }
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    String headers = context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (headers != null) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
    response
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS)
        .setStatusCode(204)
        .end();
  }
}
