package dev.parley.bridge.daily;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever comes as a webhook, it is an event or a failure of one of four codes; and without the
/// secret it is never an event.
class DailyHookFuzzTest {

  private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);
  private static final long NOW_MS = 1_790_000_000_000L;
  private static final List<String> SOUND =
      List.of(
          "{\"test\":\"test\"}",
          "{\"type\":\"meeting.started\",\"payload\":{\"room\":\"G1\",\"start_ts\":1789999990.5}}",
          "{\"type\":\"meeting.ended\",\"payload\":{\"room\":\"G1\",\"end_ts\":1789999990}}",
          "{\"type\":\"participant.left\",\"payload\":{\"room\":\"G1\",\"joined_at\":1789999990,"
              + "\"duration\":2},\"event_ts\":1789999992.5}");
  private static final List<String> SPLINTERS =
      List.of("{", "}", "[", "]", "\"", ",", ":", "null", "1e308", "-1", "\\ud800", "\\u0000", "7");

  private final Random random = new Random(99);
  private final DailyHook hook =
      new DailyHook(new Config.Secret(SECRET), DailyHook.WINDOW, () -> NOW_MS);

  private byte[] damaged(String text) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(damaged.length() + 1);
      int end = Math.min(damaged.length(), at + random.nextInt(6));
      damaged.replace(at, end, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
    }
    byte[] bytes = damaged.toString().getBytes(UTF_8);
    if (bytes.length > 0 && random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private String sign(String timestamp, byte[] body) {
    // What is no UTF-8 cannot be signed by way of a text.
    return StandInHooks.sign(SECRET, timestamp, new String(body, UTF_8));
  }

  @Test
  void whatIsSignedIsReadOrRefused() {
    Map<Failure.Code, Integer> refused = new EnumMap<>(Failure.Code.class);
    int read = 0;
    for (int round = 0; round < 15_000; round++) {
      byte[] body = damaged(SOUND.get(random.nextInt(SOUND.size())));
      String timestamp =
          random.nextInt(10) == 0 ? Long.toString(random.nextLong(1L << 50)) : "1790000000000";
      try {
        hook.read(timestamp, sign(timestamp, body), body);
        read++;
      } catch (Failure failure) {
        refused.merge(failure.code(), 1, Integer::sum);
      }
    }

    assertTrue(read > 2_000, "read " + read);
    assertEquals(
        List.of(Failure.Code.INVALID, Failure.Code.UNAUTHENTICATED, Failure.Code.FORBIDDEN),
        List.copyOf(refused.keySet()));
  }

  @Test
  void whatIsNotSignedIsNeverRead() {
    for (int round = 0; round < 10_000; round++) {
      byte[] sound = SOUND.get(random.nextInt(SOUND.size())).getBytes(UTF_8);
      String signature = sign("1790000000000", sound);
      byte[] body = damaged(new String(sound, UTF_8));
      String given = random.nextBoolean() ? signature : new String(damaged(signature), UTF_8);
      boolean isSame = Arrays.equals(body, sound) && given.equals(signature);
      try {
        hook.read("1790000000000", given, body);
        assertTrue(isSame, new String(body, UTF_8));
      } catch (Failure failure) {
        assertEquals(Failure.Code.UNAUTHENTICATED, failure.code());
      }
    }
  }
}
