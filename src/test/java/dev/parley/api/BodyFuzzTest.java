package dev.parley.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever bytes come as a body become checked fields or an INVALID failure.
class BodyFuzzTest {

  private static final int ROUNDS = 50_000;
  private static final List<String> KNOWN = List.of("email", "password", "displayName");
  private static final String SOUND =
      "{\"email\":\"ann@example.org\",\"password\":\"password1\",\"displayName\":\"Ann\"}";

  private static final String SOUND_REPORT =
      "{\"reportedPeerId\":\"d\",\"sessionId\":\"s\",\"reason\":\"spam\",\"comment\":\"He shouts\","
          + "\"blockIp\":true}";

  private final Random random = new Random(31_337);

  @Test
  void everyBodyBecomesFieldsOrAnInvalidFailure() {
    int accepted = 0;
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      try {
        Map<String, String> fields =
            Fields.of(Routes.body(mutated()), KNOWN)
                .email("email")
                .text("password", 8, 128)
                .text("displayName", 1, 100)
                .checked();
        assertEquals(3, fields.size());
        accepted++;
      } catch (Failure failure) {
        assertEquals(Failure.Code.INVALID, failure.code());
        assertTrue(failure.text().length() < 5_000);
        refused++;
      }
    }

    assertTrue(accepted > ROUNDS / 50, "accepted " + accepted);
    assertTrue(refused > ROUNDS / 50, "refused " + refused);
  }

  @Test
  void everyReportBecomesFieldsOrComplaints() {
    int accepted = 0;
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      try {
        Map<String, String> fields =
            Fields.of(
                    Routes.body(mutated(SOUND_REPORT)),
                    List.of("reportedPeerId", "sessionId", "reason", "comment", "blockIp"))
                .filled("reportedPeerId", 128)
                .filled("sessionId", 100)
                .oneOf("reason", List.of("spam", "other"))
                .maybe("comment", 20)
                .flag("blockIp")
                .checked();
        assertTrue(List.of("spam", "other").contains(fields.get("reason")));
        assertTrue(fields.getOrDefault("comment", "").length() <= 20);
        accepted++;
      } catch (Failure failure) {
        assertEquals(Failure.Code.INVALID, failure.code());
        assertTrue(failure.text().length() < 5_000);
        refused++;
      }
    }

    assertTrue(accepted > ROUNDS / 50, "accepted " + accepted);
    assertTrue(refused > ROUNDS / 50, "refused " + refused);
  }

  private byte[] mutated() {
    return mutated(SOUND);
  }

  /// Bytes of a sound body, some of them changed, doubled, cut off, or wrapped in brackets.
  private byte[] mutated(String sound) {
    String text = sound;
    if (random.nextInt(10) == 0) {
      int deep = random.nextInt(2_000);
      text = "{\"email\":" + "[".repeat(deep) + "]".repeat(random.nextInt(deep + 1)) + "}";
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "{}[]\",:\\u0001".charAt(random.nextInt(13));
        default -> bytes = java.util.Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }
}
