package dev.parley.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LenientQueryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "n=100%%20me|100% me",
        "n=%|%",
        "n=%4|%4",
        "n=%zz|%zz",
        "n=a+b%2Bc|a b+c",
        "n=%C3%A9=x|é=x",
        "m=1&n=first&n=second|first",
        "n|''",
        "n=%FF|\uFFFD"
      })
  void whatIsNoEscapeStandsForItself(String query, String value) {
    assertEquals(value, LenientQuery.of(query).get("n"));
  }

  @Test
  void thereMayBeNone() {
    assertEquals(Map.of(), LenientQuery.of(null));
    assertEquals(Map.of("", ""), LenientQuery.of(""));
  }
}
