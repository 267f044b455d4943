package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.edge.StrictJson;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Webhooks of Daily: whether Daily has sent one, and what it says. Any thread, waits for nothing.
///
/// The signature is `base64(HMAC-SHA256(secret, timestamp + "." + body))`. Daily signs its own text
/// of the JSON, which is what it sends, though nobody promises that: a body that does not verify is
/// looked at once more as `JSON.stringify` would write it.
public final class DailyHook {

  /// From its timestamp to the time at which a webhook is refused.
  public static final Duration WINDOW = Duration.ofMinutes(5);

  private static final int MAX_BODY = 64 << 10;
  private static final int SIGNATURE_BYTES = 32;

  /// Seconds or milliseconds, whole or not.
  private static final Pattern TIMESTAMP = Pattern.compile("(\\d{1,14})(\\.\\d{1,9})?");

  /// What is more than this are milliseconds: seconds will be in 3,000 years, and milliseconds were
  /// in 1973.
  private static final double MAX_SECONDS = 1e11;

  private static final double MAX_MS = 1e14;

  private final SecretKeySpec key;
  private final long windowMs;
  private final LongSupplier nowMs;

  /// @param secret the webhook's `hmac`, base64
  /// @param window how old, or how far ahead, a webhook may be
  /// @param nowMs milliseconds since 1970
  /// @throws IllegalArgumentException for what is not base64, or of nothing; does not quote it
  public DailyHook(Config.Secret secret, Duration window, LongSupplier nowMs) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(secret.value().strip());
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("the secret of Daily's webhooks is not base64");
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("the secret of Daily's webhooks is empty");
    }
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
    this.windowMs = window.toMillis();
    this.nowMs = nowMs;
  }

  /// Verifies and reads a webhook.
  ///
  /// @param timestamp header X-Webhook-Timestamp
  /// @param signature header X-Webhook-Signature
  /// @param body as it came
  /// @throws Failure TOO_LARGE; UNAUTHENTICATED when Daily has not signed it; FORBIDDEN when it
  ///   has, but outside the window; INVALID when what it has signed is malformed
  public DailyEvent read(@Nullable String timestamp, @Nullable String signature, byte[] body) {
    if (body.length > MAX_BODY) {
      throw new Failure(Failure.Code.TOO_LARGE, "a webhook of more than " + MAX_BODY + " bytes");
    }
    Matcher time = TIMESTAMP.matcher(timestamp == null ? "" : timestamp);
    if (signature == null || !time.matches() || !isSigned(time.group(), signature, body)) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "a webhook that Daily has not signed");
    }
    long sentAtMs = toMs(Double.parseDouble(time.group()));
    if (Math.abs(nowMs.getAsLong() - sentAtMs) > windowMs) {
      throw Failure.forbidden("a webhook of another time");
    }
    return event(StrictJson.object(body), sentAtMs);
  }

  private boolean isSigned(String timestamp, String signature, byte[] body) {
    byte[] given;
    try {
      given = Base64.getDecoder().decode(signature);
    } catch (IllegalArgumentException _) {
      return false;
    }
    if (given.length != SIGNATURE_BYTES) {
      return false;
    }
    if (MessageDigest.isEqual(given, sign(timestamp, body))) {
      return true;
    }
    byte[] minified = MinifiedJson.of(body);
    return minified != null && MessageDigest.isEqual(given, sign(timestamp, minified));
  }

  private byte[] sign(String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static DailyEvent event(ObjectNode told, long sentAtMs) {
    if (told.size() == 1 && told.path("test").isTextual()) {
      return new DailyEvent.Probe();
    }
    String type = told.path("type").textValue();
    if (type == null) {
      throw Failure.invalid("a webhook of no type");
    }
    return switch (type) {
      case "meeting.started" ->
          new DailyEvent.Occupied(room(told), time(told, "start_ts", sentAtMs));
      case "participant.joined" ->
          new DailyEvent.Occupied(room(told), time(told, "joined_at", sentAtMs));
      case "participant.left" -> new DailyEvent.Left(room(told), leftAtMs(told, sentAtMs));
      case "meeting.ended" ->
          new DailyEvent.Vacated(room(told), startedAtMs(told), time(told, "end_ts", sentAtMs));
      default -> new DailyEvent.Ignored(type);
    };
  }

  private static String room(ObjectNode told) {
    String room = told.path("payload").path("room").textValue();
    if (room == null || !DailyRoom.isName(room)) {
      throw Failure.invalid("a webhook of no room");
    }
    return room;
  }

  private static long startedAtMs(ObjectNode told) {
    JsonNode started = told.path("payload").path("start_ts");
    return isAbsent(started) ? 0 : number(started);
  }

  private static long leftAtMs(ObjectNode told, long sentAtMs) {
    JsonNode joined = told.path("payload").path("joined_at");
    JsonNode duration = told.path("payload").path("duration");
    if (isAbsent(joined) || isAbsent(duration)) {
      return eventAtMs(told, sentAtMs);
    }
    if (!duration.isNumber()) {
      throw Failure.invalid("a webhook with a duration that is no number");
    }
    return number(joined) + Math.round(checked(duration.asDouble()) * 1000);
  }

  /// A time in the payload, or else that of the event, or else that of the webhook.
  private static long time(ObjectNode told, String name, long sentAtMs) {
    JsonNode value = told.path("payload").path(name);
    return isAbsent(value) ? eventAtMs(told, sentAtMs) : number(value);
  }

  private static long eventAtMs(ObjectNode told, long sentAtMs) {
    JsonNode value = told.path("event_ts");
    return isAbsent(value) ? sentAtMs : number(value);
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static long number(JsonNode value) {
    if (!value.isNumber()) {
      throw Failure.invalid("a webhook with a time that is no number");
    }
    return toMs(checked(value.asDouble()));
  }

  private static double checked(double time) {
    if (!(time >= 0 && time <= MAX_MS)) {
      throw Failure.invalid("a webhook with a time that is none");
    }
    return time;
  }

  private static long toMs(double time) {
    return Math.round(time > MAX_SECONDS ? time : time * 1000);
  }
}
