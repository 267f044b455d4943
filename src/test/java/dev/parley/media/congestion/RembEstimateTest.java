package dev.parley.media.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RembEstimateTest {

  private final RembEstimate remb = new RembEstimate();

  @Test
  void letsASenderDoubleWhileNothingIsLost() {
    assertEquals(500_000, remb.next(100_000, 100, 0, 0));
    assertEquals(2_000_000, remb.next(1_000_000, 200, 9, 1));
    assertEquals(20_000_000, remb.next(15_000_000, 300, 9, 2));
  }

  @Test
  void holdsASenderAtWhatArrivesWhileMuchIsLost() {
    remb.next(1_000_000, 100, 0, 0);

    assertEquals(1_000_000, remb.next(1_000_000, 200, 20, 1));
    assertEquals(2_000_000, remb.next(1_000_000, 300, 20, 2));
  }

  @Test
  void speaksTwiceASecond() {
    remb.next(1, 1, 0, 0);

    assertFalse(remb.isDue(499_999_999));
    assertTrue(remb.isDue(500_000_000));
  }
}
