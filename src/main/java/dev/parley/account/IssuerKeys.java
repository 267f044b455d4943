package dev.parley.account;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of one issuer, fetched when they are needed and kept. From any thread.
///
/// They are fetched again when they are an hour old, and when a token is signed by none of them and
/// names none of them; but not soon after the last time, and never twice at once. When that fails,
/// those that are known go on.
final class IssuerKeys {

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  private static final int MAX_BODY = 256_000;

  private static final long MAX_AGE_MS = 3_600_000;

  /// From one fetch to the next, so that tokens of invented keys do not make this node a nuisance.
  private static final long PAUSE_MS = 30_000;

  private static final long PAUSE_AFTER_FAILURE_MS = 5_000;

  /// @param keys the last that could be fetched; null before that
  /// @param fetchedAtMs when they were
  /// @param triedAtMs when the last fetch ended
  /// @param isFailed the last fetch brought nothing
  /// @param running the fetch that is under way, with the state it leads to; null when none is
  private record State(
      @Nullable KeySet keys,
      long fetchedAtMs,
      long triedAtMs,
      boolean isFailed,
      @Nullable Future<State> running) {

    State during(Future<State> fetch) {
      return new State(keys, fetchedAtMs, triedAtMs, isFailed, fetch);
    }

    State failed(long nowMs) {
      return new State(keys, fetchedAtMs, nowMs, true, null);
    }

    boolean isOld(long nowMs) {
      return elapsedMs(fetchedAtMs, nowMs) >= MAX_AGE_MS;
    }

    boolean mayFetch(long nowMs) {
      return elapsedMs(triedAtMs, nowMs) >= (isFailed ? PAUSE_AFTER_FAILURE_MS : PAUSE_MS);
    }

    /// For ever when the clock was set back.
    private static long elapsedMs(long sinceMs, long nowMs) {
      return nowMs < sinceMs ? Long.MAX_VALUE : nowMs - sinceMs;
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final Features.Issuer issuer;
  private final HttpClient http;
  private final RequestOptions request;
  private final long timeoutMs;
  private final LongSupplier clockMs;
  private final AtomicReference<State> state =
      new AtomicReference<>(new State(null, 0, 0, false, null));

  /// @param timeoutMs from the begin of a fetch to the end of the answer
  /// @param clockMs milliseconds since 1970
  IssuerKeys(
      Vertx vertx, Features.Issuer issuer, HttpClient http, long timeoutMs, LongSupplier clockMs) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.issuer = issuer;
    this.http = http;
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(issuer.jwksUrl())
            .setFollowRedirects(false)
            .putHeader("accept", "application/json");
    this.timeoutMs = timeoutMs;
    this.clockMs = clockMs;
  }

  Features.Issuer issuer() {
    return issuer;
  }

  /// Succeeds when one of the issuer's keys has signed the token. Fails with UNAUTHENTICATED when
  /// none has, and with UNAVAILABLE when nobody knows.
  Future<Void> verify(ForeignToken token) {
    State seen = state.get();
    KeySet keys = seen.keys();
    if (keys == null) {
      return refresh().compose(latest -> decide(latest, token));
    }
    if (seen.isOld(clockMs.getAsLong())) {
      Future<State> refreshed = refresh();
      // A server that is away for long does not hold up each token.
      if (!seen.isFailed()) {
        return refreshed.compose(latest -> decide(latest, token));
      }
    }
    return keys.haveSigned(token)
        .compose(signed ->
            signed || keys.names(token.keyId())
                ? verdict(signed)
                : refresh().compose(latest -> decide(latest, token)));
  }

  private static Future<Void> decide(State latest, ForeignToken token) {
    KeySet keys = latest.keys();
    if (keys == null) {
      return unavailable();
    }
    return keys.haveSigned(token)
        .compose(signed ->
            !signed && latest.isFailed() && !keys.names(token.keyId())
                ? unavailable()
                : verdict(signed));
  }

  private static Future<Void> verdict(boolean signed) {
    return signed ? Future.succeededFuture() : Future.failedFuture(Tokens.unauthenticated());
  }

  private static Future<Void> unavailable() {
    return Future.failedFuture(Failure.unavailable("The token cannot be checked now, try again"));
  }

  /// The state after a fetch: the one that is under way, or one that begins now, or the last when
  /// that was just now. Never fails.
  private Future<State> refresh() {
    State seen = state.get();
    if (seen.running() != null) {
      return seen.running();
    }
    // Read after the state, so that it is never before what the state tells of.
    if (!seen.mayFetch(clockMs.getAsLong())) {
      return Future.succeededFuture(seen);
    }
    Promise<State> end = Promise.promise();
    if (!state.compareAndSet(seen, seen.during(end.future()))) {
      return refresh();
    }
    // While it is under way nobody else changes the state.
    fetch()
        .onComplete(result -> {
          long endMs = clockMs.getAsLong();
          State next;
          if (result.succeeded()) {
            next = new State(result.result(), endMs, endMs, false, null);
          } else {
            next = seen.failed(endMs);
            LOG.atWarn()
                .addKeyValue("issuer", issuer.issuer())
                .addKeyValue("reason", String.valueOf(result.cause()))
                .log("Keys of a token issuer not fetched");
          }
          state.set(next);
          end.complete(next);
        });
    return end.future();
  }

  private Future<KeySet> fetch() {
    Promise<KeySet> fetched = Promise.promise();
    // On one context, whoever asks: on another thread a response may end before it is listened to.
    context.runOnContext(_ ->
        Future.succeededFuture(request)
            .compose(http::request)
            .compose(this::ask)
            .timeout(timeoutMs, TimeUnit.MILLISECONDS)
            .map(document -> KeySet.of(vertx, document, issuer.algorithms()))
            .onComplete(fetched));
    return fetched.future();
  }

  private Future<Buffer> ask(HttpClientRequest request) {
    return request
        .send()
        .compose(IssuerKeys::body)
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .onFailure(_ -> request.reset());
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    if (response.statusCode() != 200) {
      whole.tryFail(new IOException("status " + response.statusCode()));
    }
    response
        .handler(chunk -> {
          if (body.length() + chunk.length() <= MAX_BODY) {
            body.appendBuffer(chunk);
          } else {
            whole.tryFail(new IOException("more than " + MAX_BODY + " bytes"));
          }
        })
        .endHandler(_ -> whole.tryComplete(body));
    return whole.future();
  }
}
