package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlicesTest {

  private static final String ALPHABET = "ab\"\\{}[],: \né\uD83D\uDE00";

  private final Random random = new Random(9);

  @Test
  void findsEachFieldThatJacksonFinds() {
    for (int round = 0; round < 20_000; round++) {
      ObjectNode object = Json.MAPPER.createObjectNode();
      for (int fields = random.nextInt(6); fields > 0; fields--) {
        object.set("k" + fields, value(3));
      }
      Slices slices = Slices.of(random.nextBoolean() ? object.toString() : object.toPrettyString());
      object
          .properties()
          .forEach(field ->
              assertEquals(
                  field.getValue(),
                  Json.read(String.valueOf(slices.raw(field.getKey())), JsonNode.class)));
      assertNull(slices.raw("none"));
    }
  }

  private JsonNode value(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> Json.MAPPER.getNodeFactory().textNode(text());
      case 1 -> Json.MAPPER.getNodeFactory().numberNode(random.nextInt());
      case 2 -> Json.MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
      case 3 -> Json.MAPPER.getNodeFactory().nullNode();
      case 4 -> {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (int elements = random.nextInt(3); elements > 0; elements--) {
          array.add(value(depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = Json.MAPPER.createObjectNode();
        for (int fields = random.nextInt(3); fields > 0; fields--) {
          object.set(text() + fields, value(depth - 1));
        }
        yield object;
      }
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length() - 2)));
    }
    return text.append(random.nextInt(4) == 0 ? "\\" : "").toString();
  }

  @Test
  void takesTheLastOfTwoFieldsOfOneName() {
    assertEquals("2", Slices.of("{\"a\":1,\"a\":2}").raw("a"));
  }

  @Test
  void refusesWhatIsNoObjectAndSurvivesWhatIsNoJson() {
    for (String text :
        new String[] {"", "[]", "1", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"\\"}) {
      assertThrows(Failure.class, () -> Slices.of(text), text);
    }
  }
}
