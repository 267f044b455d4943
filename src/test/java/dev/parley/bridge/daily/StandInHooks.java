package dev.parley.bridge.daily;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The webhooks of the stand-in for Daily. From any thread.
///
/// What happens is delivered at once and in order, until a test holds it: then it is delivered when
/// the test says so, as often and in such an order as the test wants, or never.
public final class StandInHooks {

  private static final int TIMEOUT_SECONDS = 8;
  private static final int MAX_FAILURES = 3;
  private static final int MAX_TRIES = 5;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// Something that webhooks tell.
  public record Event(String id, String type, String body) {}

  private static final class Hook {
    final ObjectNode told;
    int failures;

    Hook(ObjectNode told) {
      this.told = told;
    }

    String text(String property) {
      return told.get(property).asText();
    }

    boolean isActive() {
      return text("state").equals("ACTIVE");
    }

    boolean wants(String type) {
      for (JsonNode wanted : told.get("eventTypes")) {
        if (wanted.asText().equals(type)) {
          return true;
        }
      }
      return false;
    }
  }

  private final HttpClient client;
  private final LongSupplier nowMs;
  private final Map<String, Hook> hooks = new LinkedHashMap<>();
  private final List<Event> held = new ArrayList<>();
  private Future<?> last = Future.succeededFuture();
  private boolean isHolding;
  private boolean isInSeconds;
  private boolean isSpaced;

  StandInHooks(Vertx vertx, LongSupplier nowMs) {
    this.client = vertx.createHttpClient();
    this.nowMs = nowMs;
  }

  // What the API does.

  Future<ObjectNode> create(JsonNode body) {
    String url = body.path("url").asText();
    JsonNode types = body.path("eventTypes");
    if (!url.startsWith("http") || !types.isArray() || types.isEmpty()) {
      throw StandInRefusal.invalid("url and eventTypes are needed");
    }
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String now = Instant.ofEpochMilli(nowMs.getAsLong()).toString();
    ObjectNode told =
        JSON.objectNode()
            .put("uuid", UUID.randomUUID().toString())
            .put("url", url)
            .put("hmac", body.path("hmac").asText(Base64.getEncoder().encodeToString(random)))
            .put("basicAuth", body.path("basicAuth").textValue())
            .put("retryType", body.path("retryType").asText("circuit-breaker"))
            .put("state", "ACTIVE")
            .put("failedCount", 0)
            .put("domainId", "stand-in")
            .put("createdAt", now)
            .put("updatedAt", now);
    told.set("eventTypes", types.deepCopy());
    return probe(new Hook(told));
  }

  private Future<ObjectNode> probe(Hook hook) {
    return post(hook, "{\"test\":\"test\"}")
        .map(status -> {
          if (status != 200) {
            throw StandInRefusal.invalid("non-200 status code returned from webhook endpoint");
          }
          synchronized (this) {
            hook.failures = 0;
            hook.told.put("state", "ACTIVE").put("failedCount", 0);
            hooks.put(hook.text("uuid"), hook);
          }
          return hook.told.deepCopy();
        });
  }

  Future<ObjectNode> reactivate(String uuid) {
    return probe(hook(uuid));
  }

  synchronized ArrayNode list() {
    ArrayNode list = JSON.arrayNode();
    hooks.values().forEach(hook -> list.add(hook.told.deepCopy()));
    return list;
  }

  synchronized ObjectNode find(String uuid) {
    return hook(uuid).told.deepCopy();
  }

  synchronized ObjectNode delete(String uuid) {
    hook(uuid);
    hooks.remove(uuid);
    return JSON.objectNode().put("deleted", true).put("uuid", uuid);
  }

  private synchronized Hook hook(String uuid) {
    Hook hook = hooks.get(uuid);
    if (hook == null) {
      throw StandInRefusal.notFound("webhook " + uuid + " not found");
    }
    return hook;
  }

  synchronized void happened(String type, ObjectNode payload, long atMs) {
    String id = UUID.randomUUID().toString();
    ObjectNode body = JSON.objectNode().put("version", "1.0.0").put("type", type).put("id", id);
    body.set("payload", payload);
    body.put("event_ts", atMs / 1000.0);
    Event event = new Event(id, type, Json.write(body));
    if (isHolding) {
      held.add(event);
    } else {
      last = last.transform(_ -> send(event));
    }
  }

  /// Sends an event to whom it concerns; tells the status that each answered, 0 for none.
  private Future<List<Integer>> send(Event event) {
    List<Future<Integer>> sent = new ArrayList<>();
    synchronized (this) {
      for (Hook hook : hooks.values()) {
        if (hook.isActive() && hook.wants(event.type)) {
          sent.add(send(hook, event, 1));
        }
      }
    }
    return Future.all(sent).map(_ -> sent.stream().map(Future::result).toList());
  }

  private Future<Integer> send(Hook hook, Event event, int attempt) {
    return post(hook, event.body)
        .compose(status -> {
          boolean isRetried = hook.text("retryType").equals("exponential");
          if (status != 200 && isRetried && attempt < MAX_TRIES) {
            return send(hook, event, attempt + 1);
          }
          count(hook, status == 200);
          return Future.succeededFuture(status);
        });
  }

  private synchronized void count(Hook hook, boolean isTaken) {
    hook.failures = isTaken ? 0 : hook.failures + 1;
    hook.told.put("failedCount", hook.failures);
    if (hook.failures >= MAX_FAILURES && hook.text("retryType").equals("circuit-breaker")) {
      hook.told.put("state", "FAILED");
    }
  }

  private Future<Integer> post(Hook hook, String compact) {
    long ms = nowMs.getAsLong();
    String timestamp = Long.toString(isInSeconds() ? ms / 1000 : ms);
    String signature = sign(hook.text("hmac"), timestamp, compact);
    String body = isSpaced() ? spaced(compact) : compact;
    RequestOptions head =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(hook.text("url"))
            .putHeader("Content-Type", "application/json")
            .putHeader("X-Webhook-Timestamp", timestamp)
            .putHeader("X-Webhook-Signature", signature);
    return client
        .request(head)
        .compose(request -> request.send(Buffer.buffer(body)))
        .map(HttpClientResponse::statusCode)
        .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .otherwise(0);
  }

  private synchronized boolean isInSeconds() {
    return isInSeconds;
  }

  private synchronized boolean isSpaced() {
    return isSpaced;
  }

  private static String spaced(String compact) {
    try {
      return Json.MAPPER.readTree(compact).toPrettyString();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /// The signature of a webhook.
  ///
  /// @param hmac the webhook's secret, base64
  public static String sign(String hmac, String timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(hmac), "HmacSHA256"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal((timestamp + "." + body).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  // What tests do.

  /// Registers a webhook for all that the bridge needs, as an operator would. Waits.
  ///
  /// @return its uuid
  /// @throws StandInRefusal when the probe is not answered 200
  public String register(String url, String hmac) throws TimeoutException {
    ObjectNode body = JSON.objectNode().put("url", url).put("hmac", hmac);
    body.putArray("eventTypes")
        .add("meeting.started")
        .add("meeting.ended")
        .add("participant.joined")
        .add("participant.left");
    return create(body).await(TIMEOUT_SECONDS + 2, TimeUnit.SECONDS).get("uuid").asText();
  }

  /// ACTIVE or FAILED.
  public synchronized String state(String uuid) {
    return hook(uuid).text("state");
  }

  /// Delivers nothing more by itself.
  public synchronized void hold() {
    isHolding = true;
  }

  /// Delivers by itself again; what is held stays so.
  public synchronized void flow() {
    isHolding = false;
  }

  /// What is held, in the order in which it happened.
  public synchronized List<Event> held() {
    return List.copyOf(held);
  }

  /// The last event of a type that is held.
  public synchronized Event held(String type) {
    return held.reversed().stream()
        .filter(event -> event.type.equals(type))
        .findFirst()
        .orElseThrow();
  }

  /// Delivers an event, whether it was delivered or not. Waits.
  ///
  /// @return the statuses it was answered, 0 for no answer
  public List<Integer> deliver(Event event) throws TimeoutException {
    return send(event).await(TIMEOUT_SECONDS * (MAX_TRIES + 1), TimeUnit.SECONDS);
  }

  /// Waits until all that is delivered by itself is.
  public void settle() throws TimeoutException {
    Future<?> sent;
    synchronized (this) {
      sent = last;
    }
    sent.await(60, TimeUnit.SECONDS);
  }

  /// Sends timestamps of seconds instead of milliseconds.
  public synchronized void countsSeconds() {
    isInSeconds = true;
  }

  /// Sends JSON with spaces in it, though it signs that without.
  public synchronized void sendsSpaces() {
    isSpaced = true;
  }

  /// The body of an event of any type.
  public Event event(String type, String room) {
    ObjectNode body = JSON.objectNode().put("version", "1.0.0").put("type", type);
    body.put("id", UUID.randomUUID().toString());
    body.putObject("payload").put("room", room);
    body.put("event_ts", nowMs.getAsLong() / 1000.0);
    return new Event(body.get("id").asText(), type, body.toString());
  }
}
