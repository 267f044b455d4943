package dev.parley.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all routes share: handlers that may wait, JSON in and out, and the one place where a
/// failure becomes an HTTP answer.
public final class Routes {

  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  /// Nesting of a body deeper than this is refused by the JSON reader's own limit of 1000 anyway;
  /// ours is what any honest body needs.
  private static final int MAX_DEPTH = 32;

  private Routes() {}

  /// A route for GET, and for HEAD, which is answered alike but for the body (RFC 9110 §9.3.2).
  public static Route read(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  /// A handler that runs where it may wait; what it throws is answered.
  static io.vertx.core.Handler<RoutingContext> waiting(
      Control control, Consumer<RoutingContext> handler) {
    return context ->
        control.run(() -> {
          try {
            handler.accept(context);
          } catch (Throwable t) {
            fail(context, t);
          }
        });
  }

  /// The request's body, which must be a JSON object.
  static JsonNode body(RoutingContext context) {
    Buffer body = context.body().buffer();
    return body(body == null ? new byte[0] : body.getBytes());
  }

  /// The request's body, which may be missing; then an object without fields.
  static JsonNode bodyOrEmpty(RoutingContext context) {
    Buffer body = context.body().buffer();
    return body == null || body.length() == 0
        ? Json.MAPPER.createObjectNode()
        : body(body.getBytes());
  }

  /// The same of a body's bytes.
  static JsonNode body(byte[] bytes) {
    try {
      JsonNode tree = Json.MAPPER.readTree(bytes);
      if (tree == null || !tree.isObject() || depth(tree, 0) > MAX_DEPTH) {
        throw Failure.invalid("body must be a JSON object");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw Failure.invalid("body is not valid JSON");
    } catch (IOException e) {
      throw Failure.invalid("body is not readable");
    }
  }

  private static int depth(JsonNode node, int above) {
    if (above > MAX_DEPTH || !node.isContainerNode()) {
      return above;
    }
    int deepest = above + 1;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depth(child, above + 1));
    }
    return deepest;
  }

  static void answer(RoutingContext context, int status, Object body) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(Buffer.buffer(Json.writeBytes(body)));
  }

  /// Answers a failure in the `ErrorShape` of the route. What is not a `Failure` is logged and
  /// shown as INTERNAL.
  public static void fail(RoutingContext context, Throwable cause) {
    HttpServerResponse response = context.response();
    if (response.headWritten() || response.closed()) {
      // Too late to say anything: the client is gone, or has half of another answer.
      return;
    }
    Failure failure = failureOf(context, cause);
    int status = failure.code().status();
    if (failure.retryAfterMs() > 0) {
      long seconds = (failure.retryAfterMs() + 999) / 1000;
      context.response().putHeader("retry-after", Long.toString(seconds));
    } else if (failure.code() == Failure.Code.UNAVAILABLE) {
      context.response().putHeader("retry-after", "2");
    }
    answer(context, status, ErrorShape.of(context).body(context, failure, status));
  }

  private static Failure failureOf(RoutingContext context, Throwable cause) {
    return switch (cause) {
      // The client went away while it was answered.
      case IOException _, HttpClosedException _ -> Failure.unavailable("Connection closed");
      case Failure failure -> failure;
      case HttpException http -> failureOf(http.getStatusCode());
      default -> {
        log.error("request failed path={}", context.request().path(), cause);
        yield new Failure(Failure.Code.INTERNAL, "Internal server error");
      }
    };
  }

  /// The failure that stands for a status the router answered by itself.
  public static Failure failureOf(int status) {
    return switch (status) {
      case 404 -> Failure.notFound("Not found");
      case 405 -> new Failure(Failure.Code.NOT_FOUND, "Method not allowed");
      case 413 -> new Failure(Failure.Code.TOO_LARGE, "Body is too large");
      case 429 -> new Failure(Failure.Code.RATE_LIMITED, "Too many requests");
      default ->
          status < 500
              ? Failure.invalid("Bad request")
              : new Failure(Failure.Code.INTERNAL, "Internal server error");
    };
  }
}
