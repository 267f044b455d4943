package dev.parley.turn;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Json;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/// Asks a service for ICE servers: one request, bounded in time and in the size of its answer. For
/// `https` the certificate must be one that the JVM trusts, of the host that is asked.
final class ProviderClient {

  private static final int MAX_BODY = 64 << 10;

  private final Vertx vertx;
  private final Features.Turn config;
  private final HttpClient client;
  private final RequestOptions head;
  private final Buffer body;

  ProviderClient(Vertx vertx, Features.Turn config) {
    this.vertx = vertx;
    this.config = config;
    this.client = vertx.createHttpClient(new HttpClientOptions().setVerifyHost(true));
    Features.TurnHttp http = config.http();
    String user = http.username() + ":" + http.password().value();
    this.head =
        new RequestOptions()
            .setAbsoluteURI(http.url())
            .setMethod(isTwilio() ? HttpMethod.POST : HttpMethod.PUT)
            .putHeader(
                HttpHeaders.AUTHORIZATION,
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
            .putHeader(HttpHeaders.ACCEPT, "application/json")
            .putHeader(
                HttpHeaders.CONTENT_TYPE,
                isTwilio() ? "application/x-www-form-urlencoded" : "application/json");
    long ttl = config.credentialTtl().toSeconds();
    this.body =
        Buffer.buffer(
            isTwilio() ? "Ttl=" + ttl : Json.write(Map.of("format", "urls", "expire", ttl)));
  }

  private boolean isTwilio() {
    return config.provider() == Features.TurnProvider.TWILIO;
  }

  /// Its failures tell nothing of a credential.
  Future<ProviderAnswer> ask() {
    Duration ttl = config.credentialTtl();
    return exchange()
        .map(answer ->
            isTwilio()
                ? ProviderAnswer.ofTwilio(answer.getBytes(), ttl)
                : ProviderAnswer.ofXirsys(answer.getBytes(), ttl));
  }

  private Future<Buffer> exchange() {
    Promise<Buffer> answer = Promise.promise();
    long timer =
        vertx.setTimer(
            config.http().timeout().toMillis(),
            _ -> answer.tryFail(Failure.unavailable("no answer in time")));
    client.request(head).onSuccess(request -> send(request, answer)).onFailure(answer::tryFail);
    return answer.future().onComplete(_ -> vertx.cancelTimer(timer));
  }

  private void send(HttpClientRequest request, Promise<Buffer> answer) {
    if (answer.future().isComplete()) {
      request.reset();
      return;
    }
    answer.future().onFailure(_ -> request.reset());
    request.send(body).onSuccess(response -> read(response, answer)).onFailure(answer::tryFail);
  }

  private static void read(HttpClientResponse response, Promise<Buffer> answer) {
    // First of all: a reset is told it as well, and logged as an error when nobody takes it.
    response.exceptionHandler(answer::tryFail);
    if (response.statusCode() / 100 != 2) {
      answer.tryFail(Failure.unavailable("status " + response.statusCode()));
      return;
    }
    Buffer received = Buffer.buffer();
    response.endHandler(_ -> answer.tryComplete(received));
    response.handler(part -> {
      if (received.length() + part.length() > MAX_BODY) {
        answer.tryFail(Failure.unavailable("the answer is larger than " + MAX_BODY + " bytes"));
      } else if (!answer.future().isComplete()) {
        received.appendBuffer(part);
      }
    });
  }
}
