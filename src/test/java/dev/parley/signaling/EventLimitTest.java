package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.kernel.Config;
import dev.parley.signaling.EventLimit.Verdict;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLimitTest {

  private static final long SECOND_NS = 1_000_000_000L;

  private static Map<Verdict, Integer> verdicts(EventLimit limit, int events, long atNs) {
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (int i = 0; i < events; i++) {
      verdicts.merge(limit.count(atNs), 1, Integer::sum);
    }
    return verdicts;
  }

  @Test
  void aBurstPassesAndTheRestIsRefusedAndToldOnce() {
    EventLimit limit = new EventLimit(new Config.Bucket(10, 5));

    assertEquals(
        Map.of(Verdict.PASS, 5, Verdict.REFUSE, 1, Verdict.REFUSE_QUIETLY, 3),
        verdicts(limit, 9, 0));
    assertEquals(100, limit.retryAfterMs(0));
  }

  @Test
  void theClientIsToldAgainAfterASecond() {
    EventLimit limit = new EventLimit(new Config.Bucket(1, 3));
    verdicts(limit, 4, 0);

    assertEquals(Map.of(Verdict.REFUSE_QUIETLY, 1), verdicts(limit, 1, SECOND_NS - 1));
    assertEquals(Map.of(Verdict.PASS, 1, Verdict.REFUSE, 1), verdicts(limit, 2, SECOND_NS));
  }

  @Test
  void aClientThatGoesOnIsCut() {
    EventLimit limit = new EventLimit(new Config.Bucket(10, 5));

    assertEquals(
        Map.of(Verdict.PASS, 5, Verdict.REFUSE, 1, Verdict.REFUSE_QUIETLY, 4, Verdict.CUT, 2),
        verdicts(limit, 12, 0));
  }

  @Test
  void aClientThatStaysBelowTwiceTheRateIsNeverCut() {
    EventLimit limit = new EventLimit(new Config.Bucket(10, 5));
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (int i = 0; i < 10_000; i++) {
      verdicts.merge(limit.count(i * SECOND_NS / 19), 1, Integer::sum);
    }

    assertEquals(null, verdicts.get(Verdict.CUT));
  }
}
