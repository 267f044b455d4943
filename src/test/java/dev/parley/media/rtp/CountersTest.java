package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CountersTest {

  private static final long MS = 1_000_000;

  @Test
  void eachReasonHasItsOwnPlace() {
    Traffic traffic = new Traffic();
    Drop[] reasons = Drop.values();
    assertEquals(Drop.COUNT, reasons.length);

    for (Drop reason : reasons) {
      traffic.drop(reason);
    }

    for (Drop reason : reasons) {
      assertEquals(1, traffic.drops(reason), reason.name());
    }
  }

  @Test
  void rateIsThatOfTheLastSecond() {
    RateMeter meter = new RateMeter();
    for (int i = 0; i < 300; i++) {
      meter.add(125, i * 10L * MS);
    }

    assertEquals(100_000, meter.bitrateBps(2999 * MS));
    assertEquals(0, meter.bitrateBps(4100 * MS));
  }

  @Test
  void rateStartsAnywhereOnTheClock() {
    RateMeter meter = new RateMeter();

    meter.add(1000, -5_000_000_123L);

    assertEquals(8000, meter.bitrateBps(-5_000_000_123L));
    assertEquals(0, meter.bitrateBps(7_000_000_000L));
  }
}
