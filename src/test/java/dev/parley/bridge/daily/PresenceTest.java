package dev.parley.bridge.daily;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.bridge.edge.StrictJson;
import dev.parley.kernel.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceTest {

  private static final String SOUND =
      """
      {"my-room": [
        {"room": "my-room", "id": "aa1", "userId": null, "userName": "Alice",
         "mtgSessionId": "16e9", "joinTime": "2026-03-27T16:37:22.000Z", "duration": 22},
        {"room": "my-room", "id": "aa2", "userId": "u2", "userName": null, "duration": 19}],
       "other": [{"id": "aa3"}], "empty": []}
      """;

  private static Presence read(String json) {
    return Presence.of(StrictJson.object(json.getBytes(UTF_8)));
  }

  @Test
  void theAnswerThatIsDocumentedIsRead() {
    assertEquals(
        new Presence(
            Map.of(
                "my-room",
                List.of(
                    new Presence.Participant("aa1", null, "Alice"),
                    new Presence.Participant("aa2", "u2", null)),
                "other",
                List.of(new Presence.Participant("aa3", null, null)))),
        read(SOUND));
    assertEquals(new Presence(Map.of()), read("{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "0",
        "\"\"",
        "{",
        "{} {}",
        "{}x",
        "{'error': 'rate-limit-error', 'info': 'slow down'}",
        "{'error': []}",
        "{'error': {}}",
        "{'info': 'x'}",
        "{'a': null}",
        "{'a': {}}",
        "{'a': 1}",
        "{'a': [null]}",
        "{'a': ['x']}",
        "{'a': [[]]}",
        "{'a': [{}]}",
        "{'a': [{'id': ''}]}",
        "{'a': [{'id': 7}]}",
        "{'a': [{'id': null}]}",
        "{'a': [{'id': 'x', 'room': 'b'}]}",
        "{'a': [{'id': 'x', 'userId': 7}]}",
        "{'a': [{'id': 'x', 'userName': {}}]}",
        "{'a': [{'id': 'x'}], 'a': []}",
        "{'total_count': 0, 'data': []}",
        "{'a': [{'id': 'x'}"
      })
  void anythingElseIsRefusedAsAWhole(String json) {
    assertThrows(Failure.class, () -> read(json.replace('\'', '"')));
  }

  @Test
  void noDamageMakesAnOccupiedRoomEmpty() {
    Random random = new Random(23);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = SOUND.getBytes(UTF_8);
      int cut = random.nextInt(4) == 0 ? random.nextInt(16, bytes.length) : bytes.length;
      byte[] damaged = Arrays.copyOf(bytes, cut);
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(cut)] = (byte) random.nextInt(256);
      }
      try {
        Presence presence = Presence.of(StrictJson.object(damaged));
        assertEquals(
            3, presence.rooms().values().stream().mapToInt(List::size).sum(), presence.toString());
      } catch (Failure _) {
        refused++;
      }
    }
    assertTrue(refused > 5_000, "refused " + refused);
  }
}
