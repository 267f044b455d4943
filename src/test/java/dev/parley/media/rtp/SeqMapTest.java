package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeqMapTest {

  /// Steps: `s` sync, `d` drop, a number maps; expected outputs of the maps, `-` for none.
  @ParameterizedTest
  @CsvSource({
    "'s100 100 101 102', '1 2 3'",
    "'s100 100 102 101', '1 3 2'",
    "'s100 100 d101 102', '1 2'",
    "'s100 100 d101 d102 103 101', '1 2 -'",
    "'s100 100 d102 103 101', '1 3 2'",
    "'s100 d100 101', '1'",
    "'s100 100 101 s9000 9000 9001', '1 2 3 4'",
    "'s100 100 101 s9000 9000 8999 102', '1 2 3 - -'",
    "'s100 100 103 s50 50', '1 4 5'",
    "'s65535 65535 65536 d65537 65538', '1 2 3'",
    "'s100 100 d102 101 s7 7', '1 2 3'",
    "'100', '-'",
    "'s100 99', '-'"
  })
  void mapsSteps(String steps, String expected) {
    SeqMap map = new SeqMap(1);
    StringBuilder outputs = new StringBuilder();

    for (String step : steps.split(" ", -1)) {
      switch (step.charAt(0)) {
        case 's' -> map.sync(Long.parseLong(step.substring(1)));
        case 'd' -> map.drop(Long.parseLong(step.substring(1)));
        default -> {
          long out = map.map(Long.parseLong(step));
          outputs.append(out == SeqMap.NONE ? "-" : "" + out).append(' ');
        }
      }
    }

    assertEquals(expected, outputs.toString().strip());
  }

  @Test
  void refusesToDropWhatALaterOneOvertook() {
    SeqMap map = new SeqMap(1);
    map.sync(10);
    map.map(10);
    map.map(12);

    assertFalse(map.drop(11));
    assertEquals(2, map.map(11));
  }

  @Test
  void staysGaplessThroughMoreDropsThanItRemembers() {
    SeqMap map = new SeqMap(1);
    map.sync(0);
    long expected = 1;

    for (long in = 0; in < 10_000; in++) {
      if (in % 3 == 1) {
        assertTrue(map.drop(in));
      } else {
        assertEquals(expected++, map.map(in));
      }
    }
  }

  @Test
  void aSourceThatWasFollowedFillsItsGapsOnly() {
    SeqMap before = new SeqMap(1);
    before.sync(10);
    before.map(10);
    before.map(12);
    before.drop(14);
    SeqMap after = new SeqMap(0);
    after.follow(before);
    after.sync(700);

    assertEquals(4, after.map(700));
    assertEquals(2, before.mapLate(11, 3));
    assertEquals(SeqMap.NONE, before.mapLate(13, 3));
    assertEquals(SeqMap.NONE, before.mapLate(15, 3));
  }

  @Test
  void countsOnAcrossTheSixteenBitWrapOfTheOutput() {
    SeqMap map = new SeqMap(0xffff);
    map.sync(5);

    assertEquals(0xffff, Seq.wire(map.map(5)));
    assertEquals(0, Seq.wire(map.map(6)));
  }
}
