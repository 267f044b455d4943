package dev.parley.signaling.socketio;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/// The heads of answers, and whole ones that need no session: refusals and preflights. Every answer
/// says which pages may read it.
final class EngineResponses {

  private final EngineSettings settings;
  private final SocketCounters counters;

  EngineResponses(EngineSettings settings, SocketCounters counters) {
    this.settings = settings;
    this.counters = counters;
  }

  void refuse(HttpServerRequest request, Admission rules, EngineError error) {
    refuse(request, rules, error, error.message());
  }

  void refuse(HttpServerRequest request, Admission rules, EngineError error, String message) {
    counters.countRefused(error);
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    allowOrigin(request, rules)
        .setStatusCode(error.status())
        .putHeader("Content-Type", "application/json")
        .end("{\"code\":" + error.code() + ",\"message\":" + JsonText.quote(message) + "}");
  }

  /// Tells a browser that it may send what it asks about.
  void answerPreflight(HttpServerRequest request, Admission rules) {
    HttpServerResponse response = allowOrigin(request, rules).setStatusCode(204);
    response.putHeader("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
    String wanted = request.getHeader("Access-Control-Request-Headers");
    if (wanted != null && isHeaderText(wanted)) {
      response.putHeader("Access-Control-Allow-Headers", wanted);
    }
    response.end();
  }

  /// The request's response, open to the page that asks if that is allowed.
  HttpServerResponse allowOrigin(HttpServerRequest request, Admission rules) {
    HttpServerResponse response = request.response();
    MultiMap headers = response.headers();
    if (settings.isForAnyOrigin()) {
      headers.set("Access-Control-Allow-Origin", "*");
      return response;
    }
    String origin = request.getHeader("Origin");
    if (origin != null && isHeaderText(origin) && rules.isOriginAllowed().test(origin)) {
      headers
          .set("Access-Control-Allow-Origin", origin)
          .set("Access-Control-Allow-Credentials", "true")
          .set("Vary", "Origin");
    }
    return response;
  }

  /// Whether all characters may stand in a header (RFC 9110 §5.5).
  static boolean isHeaderText(@Nullable String value) {
    return value == null
        || value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f));
  }
}
