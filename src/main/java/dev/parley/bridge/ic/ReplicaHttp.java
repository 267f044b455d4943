package dev.parley.bridge.ic;

import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests to a replica, each bounded in time and in the size of its answer. Waits on the caller's
/// thread; any but an event loop.
final class ReplicaHttp {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaHttp.class);

  private static final int MAX_BODY = 1 << 20;

  /// What it answered.
  ///
  /// @param status HTTP
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int status, byte[] body) {}

  private final Context context;
  private final HttpClient client;
  private final String url;
  private final long timeoutMs;

  /// @param url with any path that stands before `/api`
  /// @param timeout of one request, from its begin to the end of the answer
  ReplicaHttp(Vertx vertx, URI url, Duration timeout) {
    this.context = vertx.getOrCreateContext();
    this.client = vertx.createHttpClient(new HttpClientOptions().setVerifyHost(true));
    this.url = url.toString().replaceAll("/+$", "");
    this.timeoutMs = timeout.toMillis();
  }

  /// @throws Failure UNAVAILABLE when there is no answer, or one that is too large
  Answer get(String path) {
    return exchange(HttpMethod.GET, path, null);
  }

  /// @param cbor the body
  /// @throws Failure UNAVAILABLE when there is no answer, or one that is too large
  Answer post(String path, byte[] cbor) {
    return exchange(HttpMethod.POST, path, cbor);
  }

  private Answer exchange(HttpMethod method, String path, byte @Nullable [] cbor) {
    RequestOptions head =
        new RequestOptions()
            .setMethod(method)
            .setAbsoluteURI(url + path)
            .setFollowRedirects(false)
            .putHeader(HttpHeaders.ACCEPT, "application/cbor");
    if (cbor != null) {
      head.putHeader(HttpHeaders.CONTENT_TYPE, "application/cbor");
    }
    Buffer body = cbor == null ? Buffer.buffer() : Buffer.buffer(cbor);
    Promise<Answer> answer = Promise.promise();
    // On one context, whoever asks: on another thread a response may end before it is listened to.
    context.runOnContext(_ ->
        client
            .request(head)
            .compose(request -> ask(request, body))
            .timeout(timeoutMs, TimeUnit.MILLISECONDS)
            .onComplete(answer));
    return answer.future().recover(ReplicaHttp::unavailable).await();
  }

  private Future<Answer> ask(HttpClientRequest request, Buffer body) {
    return request
        .send(body)
        .compose(ReplicaHttp::read)
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .onFailure(_ -> request.reset());
  }

  private static Future<Answer> read(HttpClientResponse response) {
    Promise<Answer> whole = Promise.promise();
    Buffer received = Buffer.buffer();
    // First of all: a reset is told it as well, and logged as an error when nobody takes it.
    response.exceptionHandler(whole::tryFail);
    response.handler(part -> {
      if (received.length() + part.length() <= MAX_BODY) {
        received.appendBuffer(part);
      } else {
        whole.tryFail(Failure.unavailable("a replica answers more than " + MAX_BODY + " bytes"));
      }
    });
    response.endHandler(
        _ -> whole.tryComplete(new Answer(response.statusCode(), received.getBytes())));
    return whole.future();
  }

  private static Future<Answer> unavailable(Throwable cause) {
    if (cause instanceof Failure) {
      return Future.failedFuture(cause);
    }
    LOG.atDebug().addKeyValue("reason", cause.toString()).log("A replica does not answer");
    return Future.failedFuture(Failure.unavailable("a replica does not answer"));
  }

  /// Ends its connections.
  void close() {
    client.close();
  }
}
