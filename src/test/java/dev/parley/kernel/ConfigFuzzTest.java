package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a file or the environment holds, it is decoded or refused with reasons.
class ConfigFuzzTest {

  private static final long SEED = 20_261_101;
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ",",
          ":",
          "${",
          "$${",
          "}",
          "${PORT:",
          "null",
          "-1",
          "1e9",
          "true",
          "\\u0000",
          "//",
          "/*",
          "99999999999999999999",
          "\"media\"",
          "\n");

  @Test
  void mutatedReferencesNeverThrowAnythingElse() {
    var random = new Random(SEED);
    String reference = ConfigFile.reference();
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      if (!decodes(mutate(reference, random, 1 + random.nextInt(6)), Map.of())) {
        refused++;
      }
    }

    assertFalse(refused == 0);
  }

  @Test
  void randomVariablesNeverThrowAnythingElse() {
    var random = new Random(SEED);
    for (int i = 0; i < 1000; i++) {
      var value = new StringBuilder();
      for (int j = random.nextInt(8); j >= 0; j--) {
        value.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      String text = value.toString();
      decodes(
          "{}",
          Map.of(
              "NODE_ENV",
              "test",
              "JWT_SECRET",
              text,
              "PORT",
              text,
              "CORS_ORIGINS",
              text,
              "JWT_EXPIRATION",
              text,
              "STUN_SERVERS",
              text,
              "REDIS_URL",
              text));
    }
  }

  private static boolean decodes(String jsonc, Map<String, String> env) {
    try {
      ConfigFile.of(jsonc, env);
      return true;
    } catch (ConfigException e) {
      assertFalse(e.problems().isEmpty());
      return false;
    }
  }

  private static String mutate(String text, Random random, int times) {
    var mutated = new StringBuilder(text);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(mutated.length());
      switch (random.nextInt(3)) {
        case 0 -> mutated.setCharAt(at, (char) random.nextInt(256));
        case 1 -> mutated.delete(at, Math.min(mutated.length(), at + random.nextInt(40)));
        default -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return mutated.toString();
  }
}
