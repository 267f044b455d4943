package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.kernel.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// An HTTP server in the place of daily.co: its API as documented, as far as the bridge could use
/// it, in a time that the test gives. Who is in a room is up to the test, by `rooms()`; how
/// webhooks come, by `hooks()`; and what goes wrong, by `fail`.
///
/// Its limits are 20 requests in any second, and 2 deletions.
public final class DailyStandIn implements AutoCloseable {

  private static final int REQUESTS_A_SECOND = 20;
  private static final int DELETES_A_SECOND = 2;

  /// What may go wrong with a request.
  public enum Fault {
    /// 401: the key is refused.
    UNAUTHENTICATED,
    /// 403.
    FORBIDDEN,
    /// 429, with Retry-After (see `retryAfter`).
    RATE_LIMITED,
    /// 500.
    BROKEN,
    /// 200, and JSON that ends too early.
    MALFORMED,
    /// 200, and a page that is no JSON.
    PAGE,
    /// 200, and `{"error": ...}`.
    ERROR_BODY,
    /// 200, and a body that ends before its length.
    TRUNCATED,
    /// 200, and a body without an end.
    ENDLESS,
    /// No answer until `release`; done only then.
    SLOW,
    /// Nothing is done, and the connection ends.
    HANGS_UP,
    /// It is done, and the connection ends without an answer.
    ANSWER_LOST,
    /// 302 to another place.
    REDIRECT
  }

  /// One that it got.
  ///
  /// @param route such as `GET /rooms/GgAAAAAAQABYBAQ`
  /// @param body missing when there was none, or no JSON
  public record Request(String route, JsonNode body, long atMs) {}

  private static final class Trouble {
    final String route;
    final Fault fault;
    int times;

    Trouble(String route, Fault fault, int times) {
      this.route = route;
      this.fault = fault;
      this.times = times;
    }
  }

  private final Vertx vertx;
  private final String apiKey;
  private final LongSupplier nowMs;
  private final StandInHooks hooks;
  private final StandInRooms rooms;
  private final List<Request> requests = new ArrayList<>();
  private final List<Trouble> troubles = new ArrayList<>();
  private final List<Runnable> slow = new ArrayList<>();
  private final Deque<Long> requestTimes = new ArrayDeque<>();
  private final Deque<Long> deleteTimes = new ArrayDeque<>();
  private final int port;
  private HttpServer server;
  private String retryAfter = "1";
  private boolean isLimited = true;

  /// @param nowMs milliseconds since 1970
  public DailyStandIn(Vertx vertx, String apiKey, LongSupplier nowMs) throws TimeoutException {
    this.vertx = vertx;
    this.apiKey = apiKey;
    this.nowMs = nowMs;
    this.hooks = new StandInHooks(vertx, nowMs);
    this.rooms = new StandInRooms(nowMs, hooks::happened);
    this.server = open(0);
    this.port = server.actualPort();
  }

  private HttpServer open(int wanted) throws TimeoutException {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.body().onSuccess(body -> got(request, body)))
        .listen(wanted, "127.0.0.1")
        .await(20, TimeUnit.SECONDS);
  }

  /// What to configure instead of `https://api.daily.co/v1`.
  public String url() {
    return "http://127.0.0.1:" + port + "/v1";
  }

  public StandInRooms rooms() {
    return rooms;
  }

  public StandInHooks hooks() {
    return hooks;
  }

  /// All that it got, also what it did not do.
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /// Routes of all that it got.
  public List<String> routes() {
    return requests().stream().map(Request::route).toList();
  }

  /// Fails the next requests whose route begins so.
  ///
  /// @param route such as `GET /presence`, empty for all
  /// @param times how often
  public synchronized void fail(String route, Fault fault, int times) {
    troubles.add(new Trouble(route, fault, times));
  }

  /// Fails all requests whose route begins so, until it recovers.
  public void fail(String route, Fault fault) {
    fail(route, fault, Integer.MAX_VALUE);
  }

  /// What Retry-After says from now on.
  public synchronized void retryAfter(String header) {
    retryAfter = header;
  }

  /// Nothing fails any more.
  public synchronized void recover() {
    troubles.clear();
  }

  /// Does and answers what it was slow with. Returns how many that were.
  public int release() {
    List<Runnable> waiting;
    synchronized (this) {
      waiting = List.copyOf(slow);
      slow.clear();
    }
    waiting.forEach(Runnable::run);
    return waiting.size();
  }

  /// Keeps no limits: for a test whose time stands still.
  public synchronized void unlimited() {
    isLimited = false;
  }

  /// Refuses connections.
  public void goesDown() throws TimeoutException {
    server.close().await(20, TimeUnit.SECONDS);
  }

  /// Is at the same port again.
  public void comesBack() throws TimeoutException {
    server = open(port);
  }

  @Override
  public void close() throws TimeoutException {
    goesDown();
  }

  private void got(HttpServerRequest request, Buffer body) {
    String route = request.method() + " " + path(request).replaceFirst("^/v1", "");
    Fault fault;
    synchronized (this) {
      requests.add(new Request(route, json(body), nowMs.getAsLong()));
      fault = nextFault(route);
    }
    HttpServerResponse response = request.response();
    switch (fault) {
      case null -> serve(request, route, body);
      case UNAUTHENTICATED -> refuse(response, 401, "authentication-error");
      case FORBIDDEN -> refuse(response, 403, "forbidden-error");
      case RATE_LIMITED -> tooMany(response);
      case BROKEN -> refuse(response, 500, "server-error");
      case MALFORMED -> response.end("{\"" + "G".repeat(15) + "\": [{\"id\": \"1\"");
      case PAGE -> response.end("<html>The service is being maintained</html>");
      case ERROR_BODY -> refuse(response, 200, "server-error");
      case TRUNCATED ->
          response
              .putHeader("Content-Length", "100")
              .write("{}")
              .onComplete(_ -> request.connection().close());
      case ENDLESS -> endlessly(response.setChunked(true));
      case SLOW -> {
        Context context = vertx.getOrCreateContext();
        synchronized (this) {
          slow.add(() -> context.runOnContext(_ -> serve(request, route, body)));
        }
      }
      case HANGS_UP -> request.connection().close();
      case ANSWER_LOST ->
          answer(request, route, body).onComplete(_ -> request.connection().close());
      case REDIRECT -> response.setStatusCode(302).putHeader("Location", url() + "/else").end();
    }
  }

  private synchronized @Nullable Fault nextFault(String route) {
    for (Trouble trouble : troubles) {
      if (trouble.times > 0 && route.startsWith(trouble.route)) {
        trouble.times--;
        return trouble.fault;
      }
    }
    return null;
  }

  private static void endlessly(HttpServerResponse response) {
    response.write(" ".repeat(50_000)).onSuccess(_ -> endlessly(response));
  }

  private void tooMany(HttpServerResponse response) {
    synchronized (this) {
      response.putHeader("Retry-After", retryAfter);
    }
    refuse(response, 429, "rate-limit-error");
  }

  private static void refuse(HttpServerResponse response, int status, String code) {
    write(response, status, new StandInRefusal(status, code, "this is the stand-in").body());
  }

  private static void write(HttpServerResponse response, int status, JsonNode body) {
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toString());
  }

  private void serve(HttpServerRequest request, String route, Buffer body) {
    HttpServerResponse response = request.response();
    if (isBeyondLimits(route)) {
      tooMany(response);
      return;
    }
    answer(request, route, body)
        .onSuccess(told -> write(response, 200, told))
        .onFailure(failure -> {
          if (failure instanceof StandInRefusal refusal) {
            write(response, refusal.status(), refusal.body());
          } else {
            refuse(response, 500, "server-error");
          }
        });
  }

  private synchronized boolean isBeyondLimits(String route) {
    if (!isLimited) {
      return false;
    }
    long now = nowMs.getAsLong();
    return (route.startsWith("DELETE /rooms/") && isBeyond(deleteTimes, DELETES_A_SECOND, now))
        || isBeyond(requestTimes, REQUESTS_A_SECOND, now);
  }

  private static boolean isBeyond(Deque<Long> times, int limit, long now) {
    while (!times.isEmpty() && times.getFirst() <= now - 1000) {
      times.removeFirst();
    }
    if (times.size() >= limit) {
      return true;
    }
    times.addLast(now);
    return false;
  }

  private Future<JsonNode> answer(HttpServerRequest request, String route, Buffer body) {
    try {
      String authorization = request.getHeader("Authorization");
      if (authorization == null || !authorization.startsWith("Bearer ")) {
        throw new StandInRefusal(400, "authorization-header-error", "no bearer");
      }
      if (!authorization.equals("Bearer " + apiKey)) {
        throw new StandInRefusal(401, "authentication-error", "");
      }
      String[] parts = route.split("[ /]+", -1);
      String what = parts[0] + " " + (parts.length > 1 ? parts[1] : "") + " " + (parts.length - 2);
      return switch (what) {
        case "POST rooms 0" -> Future.succeededFuture(rooms.create(parsed(body)));
        case "GET rooms 1" -> Future.succeededFuture(rooms.find(parts[2]));
        case "DELETE rooms 1" -> Future.succeededFuture(rooms.delete(parts[2]));
        case "GET rooms 2" -> Future.succeededFuture(roomPresence(request, parts[2]));
        case "POST meeting-tokens 0" -> Future.succeededFuture(rooms.token(parsed(body)));
        case "GET presence 0" -> Future.succeededFuture(rooms.presence());
        case "POST webhooks 0" -> hooks.create(parsed(body)).map(told -> told);
        case "GET webhooks 0" -> Future.succeededFuture(hooks.list());
        case "GET webhooks 1" -> Future.succeededFuture(hooks.find(parts[2]));
        case "POST webhooks 1" -> hooks.reactivate(parts[2]).map(told -> told);
        case "DELETE webhooks 1" -> Future.succeededFuture(hooks.delete(parts[2]));
        default -> throw StandInRefusal.notFound(route);
      };
    } catch (StandInRefusal refusal) {
      return Future.failedFuture(refusal);
    }
  }

  private JsonNode roomPresence(HttpServerRequest request, String room) {
    if (!path(request).endsWith("/presence")) {
      throw StandInRefusal.notFound(path(request));
    }
    return rooms.presence(
        room, request.getParam("limit"), request.getParam("userId"), request.getParam("userName"));
  }

  private static String path(HttpServerRequest request) {
    return String.valueOf(request.path());
  }

  private static JsonNode parsed(Buffer body) {
    JsonNode tree = json(body);
    if (!tree.isObject()) {
      throw new StandInRefusal(400, "json-parsing-error", "no JSON");
    }
    return tree;
  }

  private static JsonNode json(Buffer body) {
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (IOException _) {
      return MissingNode.getInstance();
    }
  }
}
