package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScanTest {

  /// Makes a text one of those that are looked through for control characters first.
  private static final String PADDING = " ".repeat(300);

  private static final ObjectMapper JACKSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[ ]",
        " [ 1 , 2 ] ",
        "[0]",
        "[-0]",
        "[1.25e+10]",
        "[1E5]",
        "[true,false,null]",
        "[\"\"]",
        "[\"\\u00e9\\n\\/\"]",
        "[{}]",
        "[{\"a\":{\"b\":[1]},\"c\":\"d\"}]",
        "[[[]]]"
      })
  void acceptsWhatIsAnArray(String json) {
    assertTrue(scan(json).isArray());
    assertTrue(scan(json + PADDING).isArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[01]",
        "[1.]",
        "[.5]",
        "[+1]",
        "[1e]",
        "[-]",
        "[\"]",
        "[\"\\x\"]",
        "[\"\\u12g4\"]",
        "[\"\\u12\"]",
        "[\"\t\"]",
        "[tru]",
        "[nulL]",
        "[NaN]",
        "[{]",
        "[{1:2}]",
        "[{\"a\"}]",
        "[{\"a\":}]",
        "[{\"a\":1,}]",
        "[1]x",
        "[1][2]",
        "{}",
        "1",
        "\"a\"",
        "['a']",
        "[undefined]",
        "[\uFEFF1]",
        "[\u00A01]"
      })
  void refusesWhatIsNone(String json) {
    assertFalse(scan(json).isArray());
    assertFalse(scan(json + PADDING).isArray());
  }

  @Test
  void readsLongStringsToTheirEnd() {
    for (String end : new String[] {"", "\\\\", "\\\"", "\\\\\\\"", "\\u00e9", "\uD83D\uDE00"}) {
      String json = "[\"" + "é\\r\\n".repeat(100) + end + "\",1]";
      JsonScan scan = scan(json);
      assertTrue(scan.isArray(), json);
      assertArrayEquals(
          new int[] {1, json.length() - 3, json.length() - 2, json.length() - 1}, scan.spans());
    }
    for (String end : new String[] {"\\", "\\\\\\", "\\x", "\\u00e", "\n", "\0"}) {
      assertFalse(scan("[\"" + "x".repeat(300) + end + "\"]").isArray());
      assertFalse(scan("[\"" + end + "\",\"" + "x".repeat(300) + "\"]").isArray());
    }
  }

  @Test
  void recordsWhereTheElementsAre() {
    JsonScan scan = scan("[ 12 ,\"a,b\",[1,2] ]");

    assertTrue(scan.isArray());
    assertArrayEquals(new int[] {2, 4, 6, 11, 12, 17}, scan.spans());
  }

  @Test
  void nestsAsDeepAsAllowed() {
    assertTrue(new JsonScan("[[[]]]", 0, 3).isArray());
    assertFalse(new JsonScan("[[[[]]]]", 0, 3).isArray());
    assertTrue(new JsonScan("[{\"a\":[]}]", 0, 3).isArray());
    assertFalse(new JsonScan("[{\"a\":[{}]}]", 0, 3).isArray());
  }

  @Test
  void boundsNumbersAndElements() {
    assertTrue(scan("[" + "1".repeat(400) + "]").isArray());
    assertFalse(scan("[" + "1".repeat(401) + "]").isArray());
    assertTrue(scan("[" + "1,".repeat(1023) + "1]").isArray());
    assertFalse(scan("[" + "1,".repeat(1024) + "1]").isArray());
  }

  @Test
  void tellsObjectsAndStrings() {
    assertTrue(scan(" {\"a\":1} ").isObject());
    assertFalse(scan("[]").isObject());
    assertFalse(scan("{} {}").isObject());
    assertTrue(scan("\"a\"").isString());
    assertFalse(scan("\"a\"\"b\"").isString());
  }

  @Test
  void startsWhereItIsTold() {
    assertTrue(new JsonScan("42[1]", 2, 32).isArray());
  }

  @Test
  void agreesWithJacksonOnMutatedText() {
    Random random = new Random(20);
    String seed = "[\"a\\u0041\\n\",-12.5e+3,{\"k\":[true,false,null,{}],\"z\":\"\"},[[]],0]";
    String alphabet = "[]{}\",:\\u0123456789aeflnrstE+-. \n\t\u0001é";
    int valid = 0;
    for (int round = 0; round < 60_000; round++) {
      StringBuilder text = new StringBuilder(seed);
      for (int edits = random.nextInt(4); edits >= 0; edits--) {
        int at = random.nextInt(text.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.deleteCharAt(at);
        }
      }
      String json = text.toString();
      boolean isArray = scan(json).isArray();
      assertEquals(isJacksonArray(json), isArray, json);
      assertEquals(isArray, scan(json + PADDING).isArray(), json);
      valid += isArray ? 1 : 0;
    }
    assertTrue(valid > 100, "only " + valid + " texts were JSON");
  }

  private static JsonScan scan(String json) {
    return new JsonScan(json, 0, 32);
  }

  private static boolean isJacksonArray(String json) {
    try {
      return JACKSON.readTree(json).isArray();
    } catch (JsonProcessingException _) {
      return false;
    }
  }
}
