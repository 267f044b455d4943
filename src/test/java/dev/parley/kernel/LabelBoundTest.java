package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Labels whose values come from strangers.
final class LabelBoundTest {

  private final LabelBound bound = new LabelBound(2);

  @Test
  void theFirstValuesStandForThemselvesAndGoOnDoingSo() {
    assertEquals("eu", bound.of("eu"));
    assertEquals("us", bound.of("us"));
    assertEquals(LabelBound.OTHER, bound.of("asia"));
    assertEquals("eu", bound.of("eu"));
    assertEquals(LabelBound.OTHER, bound.of("asia"));
  }

  @Test
  void aValueCountsOnce() {
    assertEquals("eu", bound.of("eu"));
    assertEquals("eu", bound.of("eu"));
    assertEquals("us", bound.of("us"));
  }

  @Test
  void longValuesAreCut() {
    assertEquals("x".repeat(64), bound.of("x".repeat(5000)));
  }
}
