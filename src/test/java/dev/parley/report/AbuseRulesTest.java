package dev.parley.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.kernel.Features;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AbuseRulesTest {

  private static final Features.AutoBan CONFIG =
      new Features.AutoBan(false, 20, 30, 4, Duration.ofDays(1));

  private static List<Long> beyond(AbuseRules.Rule rule) {
    return LongStream.rangeClosed(0, 100)
        .filter(count -> AbuseRules.isFirstBeyond(rule, count, CONFIG))
        .boxed()
        .toList();
  }

  @Test
  void abuseBeginsOnceAWindow() {
    assertEquals(List.of(21L), beyond(AbuseRules.Rule.JOINS));
    assertEquals(List.of(31L), beyond(AbuseRules.Rule.SKIPS));
    assertEquals(List.of(4L), beyond(AbuseRules.Rule.REPORTERS));
  }
}
