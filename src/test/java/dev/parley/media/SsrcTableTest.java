package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SsrcTableTest {

  @Test
  void agreesWithAMapUnderRandomChanges() {
    Random random = new Random(3);
    SsrcTable<String> table = new SsrcTable<>();
    Map<Long, String> map = new HashMap<>();

    for (int i = 0; i < 20_000; i++) {
      long ssrc = random.nextInt(300) * 0x0101_0101L;
      if (random.nextInt(3) > 0) {
        String value = "v" + i;
        assertEquals(!map.containsKey(ssrc), table.put(ssrc, value));
        map.putIfAbsent(ssrc, value);
      } else {
        table.remove(ssrc);
        map.remove(ssrc);
      }
      assertEquals(map.get(ssrc), table.get(ssrc));
      assertEquals(map.size(), table.size());
    }
    map.forEach((ssrc, value) -> assertEquals(value, table.get(ssrc)));
  }

  @Test
  void refusesMoreThanItsLimit() {
    SsrcTable<String> table = new SsrcTable<>();
    for (int i = 0; i < SsrcTable.MAX_ENTRIES; i++) {
      assertTrue(table.put(i, "x"));
    }

    assertFalse(table.put(-1, "x"));
  }
}
