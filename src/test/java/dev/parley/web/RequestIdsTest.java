package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RequestIdsTest {

  @Test
  void whatIsRepeatedIsShortAndVisible() {
    assertTrue(RequestIds.isFit("1700000000000-abc"));
    assertTrue(RequestIds.isFit("x".repeat(128)));
    assertFalse(RequestIds.isFit(""));
    assertFalse(RequestIds.isFit("x".repeat(129)));
    assertFalse(RequestIds.isFit("a b"));
    assertFalse(RequestIds.isFit("a\r\nb"));
    assertFalse(RequestIds.isFit("é"));
  }

  @Test
  void whatIsMadeIsFit() {
    String made = RequestIds.made();

    assertTrue(made.matches("\\d{13}-[0-9a-z]{9}"), made);
    assertTrue(RequestIds.isFit(made));
  }
}
