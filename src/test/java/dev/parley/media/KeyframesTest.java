package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KeyframesTest {

  private static final long MS = 1_000_000;

  private final Keyframes keyframes = new Keyframes();

  private int asksUntil(long fromMs, long toMs) {
    int asks = 0;
    for (long now = fromMs; now < toMs; now += 20) {
      asks += keyframes.takeDue(now * MS) ? 1 : 0;
    }
    return asks;
  }

  @Test
  void asksForNothingThatNobodyWants() {
    assertEquals(0, asksUntil(0, 10_000));
  }

  @Test
  void asksAtOnceAndThenEveryHalfSecond() {
    keyframes.want();

    assertTrue(keyframes.takeDue(0));
    assertEquals(6, asksUntil(20, 3_500));
  }

  @Test
  void stopsWhenOneArrives() {
    keyframes.want();
    keyframes.takeDue(0);

    keyframes.satisfied();

    assertEquals(0, asksUntil(0, 10_000));
    assertFalse(keyframes.isWanted());
  }

  @Test
  void throttlesANewWishAfterAnAnsweredOne() {
    keyframes.want();
    keyframes.takeDue(0);
    keyframes.satisfied();
    keyframes.want();

    assertFalse(keyframes.takeDue(499 * MS));
    assertTrue(keyframes.takeDue(500 * MS));
  }

  @Test
  void givesUpAfterItsLastTry() {
    keyframes.want();

    assertEquals(Keyframes.MAX_ASKS, asksUntil(0, 60_000));
    assertFalse(keyframes.isWanted());
  }
}
