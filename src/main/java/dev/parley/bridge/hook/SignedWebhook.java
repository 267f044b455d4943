package dev.parley.bridge.hook;

import dev.parley.bridge.edge.Outbound;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The receiver of webhooks at one URL. Waits: for virtual threads, any number of them at once.
///
/// A message is a POST of `{"type", "timestamp", "data"}` with these headers:
///
/// | header | what it holds |
/// |---|---|
/// | `webhook-id` | the message's id, the same whenever it is sent again: by it the receiver knows what it has already |
/// | `webhook-timestamp` | when it is sent, seconds since 1970 |
/// | `webhook-signature` | for each secret `v1,` and base64 of HMAC-SHA256 of `id.timestamp.body`, with spaces between |
public final class SignedWebhook {

  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final String PREFIX = "whsec_";

  /// Of a secret, in bytes.
  private static final int MIN_SECRET = 24;

  private static final int MAX_SECRET = 64;
  private static final int MAX_BODY = 64 << 10;

  /// What a receiver answers who understands and does not want it.
  private static final Set<Integer> NEVER = Set.of(400, 410, 413);

  /// Without the full stop that stands between the parts of what is signed.
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /// What a message is about.
  public enum Type {
    CALL_STARTED("call.started"),
    CALL_ENDED("call.ended");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /// One thing to tell. Sent again, it has the same id and the same body to the byte.
  ///
  /// @param id letters, digits, `_` and `-`, at most 128
  /// @param at when it happened
  /// @param data what the receiver is told of it, in this order; writable as JSON
  public record Message(String id, Type type, Instant at, Map<String, Object> data) {
    public Message {
      if (!ID.matcher(id).matches()) {
        throw Failure.invalid("not the id of a webhook");
      }
      data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    byte[] body() {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("type", type.text);
      body.put("timestamp", at.toString());
      body.put("data", data);
      return Json.writeBytes(body);
    }
  }

  private final Outbound http;
  private final String url;
  private final List<SecretKeySpec> keys;
  private final LongSupplier nowMs;

  /// @param secret `whsec_` and base64 of 24 to 64 bytes; several of them with spaces between while
  ///   they are changed
  /// @param nowMs milliseconds since 1970
  /// @throws IllegalArgumentException for what is no secret; does not quote it
  public SignedWebhook(Vertx vertx, String url, Config.Secret secret, LongSupplier nowMs) {
    this(new Outbound(vertx, "the webhook's receiver", TIMEOUT, nowMs), url, secret, nowMs);
  }

  SignedWebhook(Outbound http, String url, Config.Secret secret, LongSupplier nowMs) {
    this.http = http;
    this.url = url;
    this.keys = Stream.of(secret.value().strip().split("\\s+")).map(SignedWebhook::key).toList();
    this.nowMs = nowMs;
  }

  private static SecretKeySpec key(String secret) {
    if (secret.startsWith(PREFIX)) {
      try {
        byte[] bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        if (bytes.length >= MIN_SECRET && bytes.length <= MAX_SECRET) {
          return new SecretKeySpec(bytes, "HmacSHA256");
        }
      } catch (IllegalArgumentException _) {
        // Not base64: told below.
      }
    }
    throw new IllegalArgumentException(
        "a webhook's secret must be %s and base64 of %d to %d bytes"
            .formatted(PREFIX, MIN_SECRET, MAX_SECRET));
  }

  /// Sends a message once, and returns when the receiver has taken it (2xx). Waits.
  ///
  /// @throws Failure UNAVAILABLE when the same may be taken later (no answer in time, or one that
  ///   is not 2xx: a receiver that is being changed says many things), with `retryAfterMs` where
  ///   the receiver says when; INVALID when the receiver will not have it (400, 410, 413);
  ///   TOO_LARGE when it is larger than 64 KiB, and is not sent
  public void deliver(Message message) {
    byte[] body = message.body();
    if (body.length > MAX_BODY) {
      throw new Failure(Failure.Code.TOO_LARGE, "a webhook of " + body.length + " bytes");
    }
    String timestamp = Long.toString(Math.floorDiv(nowMs.getAsLong(), 1000));
    Outbound.Answer answer =
        http.tell(
            HttpMethod.POST,
            url,
            Map.of(
                "content-type",
                "application/json",
                "webhook-id",
                message.id(),
                "webhook-timestamp",
                timestamp,
                "webhook-signature",
                signatures(message.id(), timestamp, body)),
            Buffer.buffer(body));
    if (!answer.isSuccess()) {
      throw refused(answer);
    }
  }

  private static Failure refused(Outbound.Answer answer) {
    int status = answer.status();
    String text = "the webhook's receiver answers " + status;
    return NEVER.contains(status)
        ? Failure.invalid(text)
        : new Failure(Failure.Code.UNAVAILABLE, text, answer.retryAfterMs());
  }

  String signatures(String id, String timestamp, byte[] body) {
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII);
    return keys.stream()
        .map(key -> "v1," + signature(key, head, body))
        .collect(Collectors.joining(" "));
  }

  private static String signature(SecretKeySpec key, byte[] head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(head);
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
