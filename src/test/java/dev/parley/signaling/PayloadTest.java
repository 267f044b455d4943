package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PayloadTest {

  private static JsonNode tree(String json) {
    try {
      return Json.MAPPER.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Payload payload(String json) {
    return new Payload(tree(json));
  }

  private static void assertInvalid(String message, Executable reading) {
    Failure failure = assertThrows(Failure.class, reading);
    assertEquals(Failure.Code.INVALID, failure.code());
    assertEquals(message, failure.text());
  }

  @Test
  void onlyObjectsArePayloads() {
    for (JsonNode other : List.of(tree("[]"), tree("null"), tree("5"), MissingNode.getInstance())) {
      assertInvalid("payload must be an object", () -> new Payload(other));
    }
  }

  @Test
  void textIsTrimmedAndBounded() {
    assertEquals("a b", payload("{'t': ' a b\\t'}").text("t", 1, 3));
    assertInvalid("t must be a string", () -> payload("{}").text("t", 1, 3));
    assertInvalid("t must be a string", () -> payload("{'t': 5}").text("t", 1, 3));
    assertInvalid("t must be a string", () -> payload("{'t': null}").text("t", 1, 3));
    assertInvalid("t should not be empty", () -> payload("{'t': '  '}").text("t", 1, 3));
    assertInvalid(
        "t must be shorter than or equal to 3 characters",
        () -> payload("{'t': 'abcd'}").text("t", 1, 3));
    assertInvalid(
        "t must not contain control characters",
        () -> payload("{'t': 'a\\u0000b'}").text("t", 1, 3));
  }

  @Test
  void idsHaveUpTo128Characters() {
    String longest = "x".repeat(128);

    assertEquals(longest, payload("{'id': '" + longest + "'}").id("id"));
    assertInvalid(
        "id must be shorter than or equal to 128 characters",
        () -> payload("{'id': '" + longest + "y'}").id("id"));
  }

  @Test
  void numbersAreIntegersWithinBounds() {
    assertEquals(2, payload("{'n': 2}").number("n", 2, 500));
    assertEquals(500, payload("{'n': 500}").number("n", 2, 500));
    assertNull(payload("{'n': null}").numberOrNull("n", 2, 500));
    assertNull(payload("{}").numberOrNull("n", 2, 500));
    for (String wrong : List.of("'2'", "2.5", "99999999999", "1e3", "true")) {
      assertInvalid(
          "n must be an integer number",
          () -> payload("{'n': " + wrong + "}").numberOrNull("n", 2, 500));
    }
    assertInvalid("n must not be less than 2", () -> payload("{'n': 1}").number("n", 2, 500));
    assertInvalid(
        "n must not be greater than 500", () -> payload("{'n': 501}").number("n", 2, 500));
  }

  @Test
  void flagsAreBooleansAlone() {
    assertTrue(payload("{'f': true}").flag("f"));
    assertFalse(payload("{'f': false}").flag("f"));
    assertNull(payload("{}").flagOrNull("f"));
    for (String wrong : List.of("1", "'true'", "null", "{}")) {
      assertInvalid("f must be a boolean value", () -> payload("{'f': " + wrong + "}").flag("f"));
    }
  }

  @Test
  void wordsAreThoseListed() {
    List<String> words = List.of("send", "recv");

    assertEquals("recv", payload("{'w': 'recv'}").word("w", words));
    for (String wrong : List.of("'SEND'", "'both'", "1", "null")) {
      assertInvalid(
          "w must be one of the following values: send, recv",
          () -> payload("{'w': " + wrong + "}").word("w", words));
    }
  }

  @Test
  void whatIsInAnObjectThatDoesNotFitIsNamed() {
    assertInvalid(
        "d must be an object", () -> payload("{'d': []}").record("d", DtlsParameters.class));
    assertInvalid(
        "d.fingerprints[0] is malformed",
        () -> payload("{'d': {'fingerprints': [5]}}").record("d", DtlsParameters.class));
    assertEquals(
        "client",
        payload("{'d': {'role': 'client', 'fingerprints': [], 'more': 1}}")
            .record("d", DtlsParameters.class)
            .role());
  }

  @Test
  void anAbsentObjectIsAnEmptyOne() {
    assertTrue(payload("{}").objectOrEmpty("o").isAbsent("x"));
    assertTrue(payload("{'o': 5}").objectOrEmpty("o").isAbsent("x"));
    assertFalse(payload("{'o': {'x': 1}}").objectOrEmpty("o").isAbsent("x"));
  }
}
