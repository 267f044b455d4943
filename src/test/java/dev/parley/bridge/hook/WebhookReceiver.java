package dev.parley.bridge.hook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A chat app that receives signed webhooks: verifies them as Standard Webhooks 1.0 has it, takes
/// each once, and counts those it has already.
public final class WebhookReceiver implements AutoCloseable {

  private static final long TOLERANCE_S = 300;

  /// What the receiver does with a webhook that verifies; one that does not is answered 401.
  public enum Manner {
    /// Takes it: 200.
    TAKES,
    /// 500; takes nothing.
    BROKEN,
    /// 410; takes nothing.
    GONE,
    /// 429 with Retry-After (see `retryAfter`); takes nothing.
    RATE_LIMITED,
    /// 302 to another place; takes nothing.
    REDIRECTS,
    /// Takes it and answers only when it is released.
    SLOW,
    /// Takes it, and the connection ends without an answer.
    ANSWER_LOST,
    /// Takes it, and answers with a head whose body never ends.
    ENDLESS
  }

  /// A webhook that was taken.
  public record Taken(String id, long timestampS, String body) {
    public JsonNode json() {
      try {
        return Json.MAPPER.readTree(body);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    public String type() {
      return json().path("type").asText();
    }
  }

  private final Vertx vertx;
  private final HttpServerOptions options;
  private final byte[] key;
  private final LongSupplier nowMs;
  private final Map<String, Taken> taken = new LinkedHashMap<>();
  private final List<Runnable> slow = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final int port;
  private HttpServer server;
  private Manner manner = Manner.TAKES;
  private String retryAfter = "1";
  private int duplicates;
  private int forged;

  /// @param secret `whsec_...`
  /// @param nowMs milliseconds since 1970
  public WebhookReceiver(Vertx vertx, String secret, LongSupplier nowMs) throws TimeoutException {
    this(vertx, secret, nowMs, new HttpServerOptions());
  }

  WebhookReceiver(Vertx vertx, String secret, LongSupplier nowMs, HttpServerOptions options)
      throws TimeoutException {
    this.vertx = vertx;
    this.options = options;
    this.key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
    this.nowMs = nowMs;
    this.server = open(0);
    this.port = server.actualPort();
  }

  private HttpServer open(int wanted) throws TimeoutException {
    return vertx
        .createHttpServer(options)
        .requestHandler(request -> request.body().onSuccess(body -> got(request, body)))
        .listen(wanted, "localhost")
        .await(20, TimeUnit.SECONDS);
  }

  public String url() {
    return (options.isSsl() ? "https" : "http") + "://localhost:" + port + "/calls?app=1";
  }

  /// Does so from now on.
  public synchronized void does(Manner next) {
    manner = next;
  }

  /// What Retry-After says from now on.
  public synchronized void retryAfter(String header) {
    retryAfter = header;
  }

  /// What was taken, each once, in the order in which it came.
  public synchronized List<Taken> taken() {
    return List.copyOf(taken.values());
  }

  /// How often something came that was taken before.
  public synchronized int duplicates() {
    return duplicates;
  }

  /// How often something came that did not verify.
  public synchronized int forged() {
    return forged;
  }

  /// Ids of all that verified, also of what was not taken.
  public synchronized List<String> ids() {
    return List.copyOf(ids);
  }

  /// Answers what it was slow with. Returns how many that were.
  public int release() {
    List<Runnable> waiting;
    synchronized (this) {
      waiting = List.copyOf(slow);
      slow.clear();
    }
    waiting.forEach(Runnable::run);
    return waiting.size();
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

  private synchronized void got(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    String id = String.valueOf(request.getHeader("webhook-id"));
    String timestamp = String.valueOf(request.getHeader("webhook-timestamp"));
    String signatures = String.valueOf(request.getHeader("webhook-signature"));
    if (!isGenuine(id, timestamp, signatures, body.getBytes())) {
      forged++;
      response.setStatusCode(401).end();
      return;
    }
    ids.add(id);
    switch (manner) {
      case BROKEN -> response.setStatusCode(500).end("{\"error\": \"broken\"}");
      case GONE -> response.setStatusCode(410).end();
      case RATE_LIMITED -> response.setStatusCode(429).putHeader("Retry-After", retryAfter).end();
      case REDIRECTS -> response.setStatusCode(302).putHeader("Location", url() + "&else=1").end();
      case TAKES -> {
        take(id, timestamp, body);
        response.end("thanks");
      }
      case SLOW -> {
        take(id, timestamp, body);
        Context context = vertx.getOrCreateContext();
        slow.add(() -> context.runOnContext(_ -> response.end()));
      }
      case ANSWER_LOST -> {
        take(id, timestamp, body);
        request.connection().close();
      }
      case ENDLESS -> {
        take(id, timestamp, body);
        response.setChunked(true).write("thanks");
      }
    }
  }

  private void take(String id, String timestamp, Buffer body) {
    Taken message = new Taken(id, Long.parseLong(timestamp), body.toString(UTF_8));
    Taken before = taken.putIfAbsent(id, message);
    if (before != null) {
      duplicates++;
      if (!before.body.equals(message.body)) {
        throw new AssertionError("the same id with another body: " + id);
      }
    }
  }

  private boolean isGenuine(String id, String timestamp, String signatures, byte[] body) {
    if (!timestamp.matches("\\d{1,12}")
        || Math.abs(Long.parseLong(timestamp) - nowMs.getAsLong() / 1000) > TOLERANCE_S) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
      String own = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      for (String given : List.of(signatures.split(" ", -1))) {
        if (MessageDigest.isEqual(own.getBytes(UTF_8), given.getBytes(UTF_8))) {
          return true;
        }
      }
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
