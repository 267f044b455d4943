package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.edge.Outbound;
import dev.parley.bridge.edge.StrictJson;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Daily's REST API. Waits: for virtual threads, any number of them at once.
///
/// Requests keep to Daily's limits of their own accord, of this node alone. What may come right by
/// itself (no answer, 408, 429, 5xx) is tried again a few times, within seconds. What all methods
/// throw is a `Failure`:
///
/// | code | when |
/// |---|---|
/// | UNAVAILABLE | no sound answer for now; `retryAfterMs` where Daily says when |
/// | FORBIDDEN | Daily refuses the API key; never tried again |
/// | INVALID | Daily refuses the request, or it is none that could be sent |
public final class DailyClient {

  private static final Logger log = LoggerFactory.getLogger(DailyClient.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_BODY = 256 << 10;

  /// A thousand rooms of twenty.
  private static final int MAX_PRESENCE = 8 << 20;

  private static final String PRESENCE = "/presence";
  private static final int MAX_TOKEN = 8 << 10;
  private static final int ATTEMPTS = 4;
  private static final long FIRST_PAUSE_MS = 250;

  /// Who is told to wait for longer does not wait.
  private static final long MAX_RETRY_AFTER_MS = 5_000;

  /// From the begin of a call to the begin of its last attempt.
  private static final long PATIENCE_NS = Duration.ofSeconds(20).toNanos();

  private static final long MAX_TURN_NS = Duration.ofSeconds(10).toNanos();

  /// A second, and what the network may bring requests closer together.
  private static final long WINDOW_NS = Duration.ofMillis(1_100).toNanos();

  /// Daily allows 20 requests a second, of which 2 may delete: these have turns of their own, and
  /// so have questions about presence, which no crowd of users shall keep from being asked.
  private static final int DELETES_A_WINDOW = 2;

  private static final int QUESTIONS_A_WINDOW = 4;
  private static final int OTHERS_A_WINDOW = 20 - DELETES_A_WINDOW - QUESTIONS_A_WINDOW;

  private static final Pattern PLAIN = Pattern.compile("[\\w .,:;'`/-]{1,200}");

  private final Outbound http;
  private final String baseUrl;
  private final Map<String, String> headers;
  private final LongSupplier nowMs;
  private final LongSupplier nowNs;
  private final LongConsumer pauseNs;
  private final Budget deletes = new Budget(DELETES_A_WINDOW, WINDOW_NS, MAX_TURN_NS);
  private final Budget questions = new Budget(QUESTIONS_A_WINDOW, WINDOW_NS, MAX_TURN_NS);
  private final Budget others = new Budget(OTHERS_A_WINDOW, WINDOW_NS, MAX_TURN_NS);

  /// @param baseUrl such as `https://api.daily.co/v1`
  /// @param nowMs milliseconds since 1970
  public DailyClient(Vertx vertx, String baseUrl, Config.Secret apiKey, LongSupplier nowMs) {
    this(
        new Outbound(vertx, "Daily", TIMEOUT, nowMs),
        baseUrl,
        apiKey,
        nowMs,
        System::nanoTime,
        ns -> vertx.timer(ns, TimeUnit.NANOSECONDS).await());
  }

  /// @param nowNs measures how long something takes
  /// @param pauseNs waits for so long
  DailyClient(
      Outbound http,
      String baseUrl,
      Config.Secret apiKey,
      LongSupplier nowMs,
      LongSupplier nowNs,
      LongConsumer pauseNs) {
    this.http = http;
    this.baseUrl = baseUrl.replaceFirst("/+$", "");
    this.headers =
        Map.of(
            "Authorization",
            "Bearer " + apiKey.value(),
            "Accept",
            "application/json",
            "Content-Type",
            "application/json");
    this.nowMs = nowMs;
    long startNs = nowNs.getAsLong();
    this.nowNs = () -> nowNs.getAsLong() - startNs;
    this.pauseNs = pauseNs;
  }

  /// The room of that name; empty when Daily says that there is none.
  public Optional<DailyRoom> find(String name) {
    DailyRoom.checkName(name);
    Outbound.Answer answer = exchange(HttpMethod.GET, "/rooms/" + name, null, MAX_BODY);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    return Optional.of(room(answer, name));
  }

  /// Makes a room. When there is one of that name already, that one is returned as it is.
  public DailyRoom create(DailyRoom.Wish wish) {
    Outbound.Answer answer =
        exchange(HttpMethod.POST, "/rooms", wish.body(nowMs.getAsLong() / 1000), MAX_BODY);
    if (answer.status() == 400 && !isKeyRefused(answer)) {
      // Also when an earlier attempt made it, and its answer got lost.
      Optional<DailyRoom> existing = find(wish.name());
      if (existing.isPresent()) {
        return existing.get();
      }
    }
    return room(answer, wish.name());
  }

  private static DailyRoom room(Outbound.Answer answer, String name) {
    ObjectNode told = success(answer);
    try {
      return DailyRoom.of(told, name);
    } catch (Failure failure) {
      throw unsound(failure);
    }
  }

  /// A new meeting token.
  public String token(DailyToken wish) {
    String token =
        success(exchange(HttpMethod.POST, "/meeting-tokens", wish.body(), MAX_BODY))
            .path("token")
            .asText();
    if (token.isEmpty() || token.length() > MAX_TOKEN) {
      throw unsound(Failure.invalid("no token"));
    }
    return token;
  }

  /// Deletes a room, and sends away who is in it. Having none of that name is as good.
  ///
  /// @return whether there was one
  public boolean delete(String name) {
    DailyRoom.checkName(name);
    Outbound.Answer answer = exchange(HttpMethod.DELETE, "/rooms/" + name, null, MAX_BODY);
    if (answer.status() == 404) {
      return false;
    }
    if (!success(answer).path("deleted").asBoolean()) {
      throw unsound(Failure.invalid("nothing deleted"));
    }
    return true;
  }

  /// Who is in which room. An answer that is not sound in all its parts is a failure, never a
  /// presence of nobody.
  public Presence presence() {
    ObjectNode told = success(exchange(HttpMethod.GET, PRESENCE, null, MAX_PRESENCE));
    try {
      return Presence.of(told);
    } catch (Failure failure) {
      throw unsound(failure);
    }
  }

  /// Asks until there is an answer that another attempt would not change.
  private Outbound.Answer exchange(
      HttpMethod method, String path, @Nullable Map<String, Object> body, int maxBody) {
    Buffer bytes = body == null ? null : Buffer.buffer(Json.writeBytes(body));
    long beganNs = nowNs.getAsLong();
    for (int attempt = 1; ; attempt++) {
      waitTurn(method, path);
      Failure failure;
      try {
        Outbound.Answer answer = http.ask(method, baseUrl + path, headers, bytes, maxBody);
        if (!mayComeRight(answer.status())) {
          return answer;
        }
        failure =
            new Failure(
                Failure.Code.UNAVAILABLE,
                "Daily answers " + answer.status(),
                answer.retryAfterMs());
      } catch (Failure e) {
        if (e.code() == Failure.Code.TOO_LARGE) {
          throw Failure.unavailable(e.text());
        }
        failure = e;
      }
      long pauseMs = Math.max(failure.retryAfterMs(), backoffMs(attempt));
      long elapsedNs = nowNs.getAsLong() - beganNs;
      if (attempt == ATTEMPTS
          || failure.retryAfterMs() > MAX_RETRY_AFTER_MS
          || elapsedNs + pauseMs * 1_000_000 > PATIENCE_NS) {
        throw failure;
      }
      log.debug(
          "Daily is asked again method={} attempt={} error={}", method, attempt, failure.text());
      pauseNs.accept(pauseMs * 1_000_000);
    }
  }

  private void waitTurn(HttpMethod method, String path) {
    Budget budget =
        method.equals(HttpMethod.DELETE) ? deletes : path.equals(PRESENCE) ? questions : others;
    long waitNs = budget.take(nowNs.getAsLong());
    if (waitNs > 0) {
      pauseNs.accept(waitNs);
    }
  }

  private static boolean mayComeRight(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  /// Twice as long each time, less up to half of it, so that those who failed together do not come
  /// again together.
  private static long backoffMs(int attempt) {
    long longest = FIRST_PAUSE_MS << attempt;
    return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
  }

  /// What an answer says; fails unless it is a success.
  private static ObjectNode success(Outbound.Answer answer) {
    if (isKeyRefused(answer)) {
      throw Failure.forbidden("Daily refuses the API key");
    }
    if (answer.status() / 100 == 4) {
      throw Failure.invalid("Daily refuses with " + answer.status() + reason(answer));
    }
    if (answer.status() != 200) {
      throw Failure.unavailable("Daily answers " + answer.status());
    }
    try {
      return StrictJson.object(answer.body().getBytes());
    } catch (Failure failure) {
      throw unsound(failure);
    }
  }

  private static boolean isKeyRefused(Outbound.Answer answer) {
    return answer.status() == 401
        || answer.status() == 403
        || (answer.status() == 400 && said(answer, "error").equals("authorization-header-error"));
  }

  /// Daily's words, where they are words.
  private static String reason(Outbound.Answer answer) {
    String reason = said(answer, "error") + ": " + said(answer, "info");
    return PLAIN.matcher(reason).matches() ? " " + reason : "";
  }

  private static String said(Outbound.Answer answer, String property) {
    try {
      return StrictJson.object(answer.body().getBytes()).path(property).asText();
    } catch (Failure _) {
      return "";
    }
  }

  private static Failure unsound(Failure why) {
    return Failure.unavailable("Daily's answer is not sound: " + why.text());
  }
}
