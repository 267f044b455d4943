package dev.parley.web;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/// Cross-origin resource sharing (Fetch standard) of what pages of any origin may ask for, without
/// credentials: what is asked is proven by a token in a header.
final class OpenCors implements Handler<RoutingContext> {

  @Override
  public void handle(RoutingContext context) {
    var response = context.response();
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    boolean isPreflight =
        context.request().method().equals(HttpMethod.OPTIONS)
            && context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
    if (!isPreflight) {
      context.next();
      return;
    }
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, Cors.METHODS);
    String headers = context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (headers != null) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers)
          .putHeader(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    }
    response.setStatusCode(204).end();
  }
}
