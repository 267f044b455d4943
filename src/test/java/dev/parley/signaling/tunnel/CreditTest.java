package dev.parley.signaling.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CreditTest {

  private final Credit credit = new Credit();

  @Test
  void lastsForAWindow() {
    assertTrue(credit.take(Credit.WINDOW - 1));
    assertTrue(credit.isLeft());
    assertFalse(credit.take(1));
    assertFalse(credit.isLeft());
  }

  @Test
  void tellsOnceThatThereIsSomeAgain() {
    credit.take(Credit.WINDOW);

    assertFalse(credit.give(Credit.WINDOW / 4));
    assertFalse(credit.isLeft());
    assertTrue(credit.give(Credit.WINDOW / 2));
    assertTrue(credit.isLeft());
    assertFalse(credit.give(1));
  }

  @Test
  void aMessageLargerThanTheWindowPasses() {
    assertFalse(credit.take(10 * Credit.WINDOW));

    assertTrue(credit.give(10 * Credit.WINDOW));
  }

  @Test
  void moreGivenThanTakenIsNotSaved() {
    credit.give(10 * Credit.WINDOW);

    assertFalse(credit.take(Credit.WINDOW));
  }

  @Test
  void thePrefixOfANodeIsATagThatFitsAnIdAndIsAlwaysTheSame() {
    String prefix = Tunnels.prefix("node-1");

    assertTrue(prefix.matches("[\\w-]{8}\\."), prefix);
    assertEquals(prefix, Tunnels.prefix("node-1"));
    assertFalse(prefix.equals(Tunnels.prefix("node-2")));
  }
}
