package dev.parley.bridge.edge;

import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Requests to one service of others, each bounded in time and in the size of its answer. Follows
/// no redirect. For `https` the certificate must be one that the JVM trusts, of the host that is
/// asked.
///
/// Waits: for virtual threads, any number of them at once.
public final class Outbound {

  private static final PoolOptions POOL =
      new PoolOptions().setHttp1MaxSize(16).setMaxWaitQueueSize(512);

  /// Shorter than servers keep a connection that is idle, so that none is used which just ends.
  private static final int KEEP_ALIVE_SECONDS = 15;

  /// Of an answer that nobody reads: the connection of a longer one is given up.
  private static final int MAX_IGNORED = 64 << 10;

  private static final long MAX_RETRY_AFTER_MS = Duration.ofDays(1).toMillis();

  /// @param body empty when it was not to be read
  /// @param retryAfterMs as the header Retry-After says (RFC 9110 §10.2.3), at most a day; 0
  ///   without one
  public record Answer(int status, Buffer body, long retryAfterMs) {

    public boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final String service;
  private final HttpClient client;
  private final long timeoutMs;
  private final LongSupplier nowMs;

  /// @param service what failures call it
  /// @param timeout from the begin of a request to the end of its answer
  /// @param nowMs milliseconds since 1970
  public Outbound(Vertx vertx, String service, Duration timeout, LongSupplier nowMs) {
    this.vertx = vertx;
    // One of its own: on a thread of the asker's a response may end before it is listened to.
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.service = service;
    this.timeoutMs = timeout.toMillis();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setVerifyHost(true)
                .setConnectTimeout(Math.toIntExact(timeoutMs))
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
            POOL);
    this.nowMs = nowMs;
  }

  /// Sends a request and returns its whole answer, whatever the status. Waits.
  ///
  /// @throws Failure TOO_LARGE when the answer is larger than `maxBody` bytes; UNAVAILABLE when
  ///   there is none in time, or only a part of one. Neither tells an address
  public Answer ask(
      HttpMethod method,
      String url,
      Map<String, String> headers,
      @Nullable Buffer body,
      int maxBody) {
    return run(new Exchange(body, maxBody, true), method, url, headers);
  }

  /// Sends a request and returns the head of its answer, whatever the status; what comes after the
  /// head changes nothing. Waits.
  ///
  /// @throws Failure UNAVAILABLE when no head came in time
  public Answer tell(
      HttpMethod method, String url, Map<String, String> headers, @Nullable Buffer body) {
    return run(new Exchange(body, MAX_IGNORED, false), method, url, headers);
  }

  private Answer run(
      Exchange exchange, HttpMethod method, String url, Map<String, String> headers) {
    RequestOptions head =
        new RequestOptions().setMethod(method).setAbsoluteURI(url).setFollowRedirects(false);
    headers.forEach(head::putHeader);
    context.runOnContext(_ -> exchange.begin(head));
    return exchange.answer.future().await();
  }

  /// One request and its answer, on the context.
  private final class Exchange {

    private final @Nullable Buffer body;
    private final int maxBody;
    private final boolean isBodyWanted;
    final Promise<Answer> answer = Promise.promise();
    private final Promise<Void> end = Promise.promise();
    private final Buffer received = Buffer.buffer();
    private int length;

    Exchange(@Nullable Buffer body, int maxBody, boolean isBodyWanted) {
      this.body = body;
      this.maxBody = maxBody;
      this.isBodyWanted = isBodyWanted;
    }

    void begin(RequestOptions head) {
      long timer =
          vertx.setTimer(
              timeoutMs, _ -> fail(Failure.unavailable(service + " does not answer in time")));
      end.future().onComplete(_ -> vertx.cancelTimer(timer));
      client.request(head).onSuccess(this::send).onFailure(this::broken);
    }

    private void send(HttpClientRequest request) {
      if (end.future().isComplete()) {
        request.reset();
        return;
      }
      end.future().onFailure(_ -> request.reset());
      (body == null ? request.send() : request.send(body))
          .onSuccess(this::read)
          .onFailure(this::broken);
    }

    private void read(HttpClientResponse response) {
      // First of all: a reset is told it as well, and logged as an error when nobody takes it.
      response.exceptionHandler(this::broken);
      long retryAfterMs = retryAfterMs(response.getHeader("Retry-After"));
      int status = response.statusCode();
      if (!isBodyWanted) {
        answer.tryComplete(new Answer(status, Buffer.buffer(), retryAfterMs));
      }
      response.endHandler(_ -> {
        answer.tryComplete(new Answer(status, received, retryAfterMs));
        end.tryComplete();
      });
      response.handler(this::take);
    }

    private void take(Buffer part) {
      length += part.length();
      if (length > maxBody) {
        fail(
            new Failure(
                Failure.Code.TOO_LARGE, service + " answers more than " + maxBody + " bytes"));
      } else if (isBodyWanted && !end.future().isComplete()) {
        received.appendBuffer(part);
      }
    }

    private void broken(Throwable cause) {
      // Its text would tell an address.
      String kind = cause.getClass().getSimpleName();
      fail(Failure.unavailable(service + " cannot be asked: " + kind));
    }

    private void fail(Failure failure) {
      answer.tryFail(failure);
      end.tryFail(failure);
    }
  }

  private long retryAfterMs(@Nullable String header) {
    if (header == null) {
      return 0;
    }
    long waitMs;
    if (header.matches("\\d{1,9}")) {
      waitMs = Long.parseLong(header) * 1000;
    } else {
      try {
        waitMs =
            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli()
                - nowMs.getAsLong();
      } catch (DateTimeException | ArithmeticException _) {
        return 0;
      }
    }
    return Math.clamp(waitMs, 0, MAX_RETRY_AFTER_MS);
  }
}
