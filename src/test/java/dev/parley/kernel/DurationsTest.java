package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "250ms, 250",
    "30s, 30000",
    "5m, 300000",
    "2h, 7200000",
    "1d, 86400000",
    "3600, 3600000",
    "' 7 s ', 7000",
    "0, 0"
  })
  void readsANumberWithAUnitOrBareSeconds(String text, long ms) {
    assertEquals(ms, Durations.parse(text).toMillis());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1.5s", "1 week", "5M", "9999999999999999s"})
  void refusesAnythingElse(String text) {
    assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"250ms", "30s", "5m", "2h", "1d", "0s", "90s"})
  void formatsWhatItReads(String text) {
    assertEquals(text, Durations.format(Durations.parse(text)));
  }
}
