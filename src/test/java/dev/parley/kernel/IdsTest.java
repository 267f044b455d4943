package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void aUuidIsOfVersionFour() {
    assertEquals(4, UUID.fromString(Ids.uuid()).version());
  }

  @Test
  void shortIdsAreTwentyUrlSafeCharactersAndDiffer() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String id = Ids.shortId();
      assertTrue(id.matches("[A-Za-z0-9_-]{20}"), id);
      seen.add(id);
    }

    assertEquals(10_000, seen.size());
  }

  @Test
  void aCodeHasGroupsOfItsAlphabetAndUsesAllOfIt() {
    Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      String code = Ids.code("ABC9", 3, 4);
      assertTrue(code.matches("[ABC9]{4}-[ABC9]{4}-[ABC9]{4}"), code);
      code.chars().filter(c -> c != '-').forEach(used::add);
    }

    assertEquals(4, used.size());
  }

  @Test
  void aCodeWithoutChoiceIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Ids.code("A", 3, 4));
    assertThrows(IllegalArgumentException.class, () -> Ids.code("AB", 0, 4));
  }
}
