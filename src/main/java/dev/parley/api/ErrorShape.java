package dev.parley.api;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Now;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How a failure is written, as the clients of a dialect expect it; always with the stable `code`.
public enum ErrorShape {
  /// `{statusCode, message, error, code, timestamp, path, method}`.
  CONFERENCE,
  /// `{message, error, statusCode, code}`; `message` is a list when fields of a body are wrong.
  MATCH,
  /// `{success:false, error, code}`.
  MEETING,
  /// `{error, code}`.
  ROOM;

  private static final String KEY = ErrorShape.class.getName();

  /// Makes the failures of a request be written so.
  public void choose(RoutingContext context) {
    context.put(KEY, this);
  }

  /// The one that was chosen.
  public static ErrorShape of(RoutingContext context) {
    return context.get(KEY) instanceof ErrorShape chosen ? chosen : CONFERENCE;
  }

  Map<String, Object> body(RoutingContext context, Failure failure, int status) {
    Map<String, Object> body = new LinkedHashMap<>();
    switch (this) {
      case CONFERENCE -> {
        body.put("statusCode", status);
        body.put("message", failure.text());
        body.put("error", reason(status));
        body.put("code", failure.code().name());
        body.put("timestamp", Now.text());
        body.put("path", context.request().path());
        body.put("method", context.request().method().name());
      }
      case MATCH -> match(body, failure, status);
      case MEETING -> {
        body.put("success", false);
        body.put("error", failure.text());
        body.put("code", failure.code().name());
        if (failure.code() == Failure.Code.UNAUTHENTICATED) {
          body.put("message", failure.text());
        }
      }
      case ROOM -> {
        body.put("error", failure.text());
        body.put("code", failure.code().name());
        if (failure.code() == Failure.Code.UNAUTHENTICATED) {
          body.put("details", "A valid token is needed");
        }
      }
    }
    return body;
  }

  /// As clients know it, one that comes too often is told so without `error`.
  private static void match(Map<String, Object> body, Failure failure, int status) {
    if (failure.code() == Failure.Code.RATE_LIMITED) {
      body.put("statusCode", status);
      body.put("message", "ThrottlerException: Too Many Requests");
    } else {
      List<String> complaints = failure.complaints();
      body.put("message", complaints.isEmpty() ? failure.text() : complaints);
      body.put("error", reason(status));
      body.put("statusCode", status);
    }
    body.put("code", failure.code().name());
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 410 -> "Gone";
      case 413 -> "Payload Too Large";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }
}
