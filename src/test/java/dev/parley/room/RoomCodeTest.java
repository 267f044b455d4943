package dev.parley.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomCodeTest {

  @Test
  void codesHaveTheFormAndDiffer() {
    Set<String> codes = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String code = RoomCode.random();
      assertTrue(RoomCode.isCode(code), code);
      codes.add(code);
    }
    assertEquals(1_000, codes.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ABCD-EFGH",
        "ABCD-EFGH-JKL0",
        "ABCD-EFGH-JKLI",
        "abcd-efgh-jklm",
        "ABCDEFGHJKLM"
      })
  void whatIsMisreadIsNoCode(String text) {
    assertFalse(RoomCode.isCode(text));
  }
}
