package dev.parley.match;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Strangers, matchmakers and faults in virtual time: a million pairings and more.
class MatchSimTest {

  /// Another one, to see another run, or to see one again that failed.
  private static final long SEED = Long.getLong("parley.sim.seed", 20_261_127L);

  private static final int PAIRINGS = Integer.getInteger("parley.sim.pairings", 1_000_000);

  @Test
  void nobodyIsMatchedWronglyOrLost() {
    MatchSim sim = new MatchSim(SEED);
    try {
      sim.run(PAIRINGS);
      sim.settle();
    } catch (AssertionError e) {
      throw new AssertionError(
          "replay with -Dparley.sim.seed=" + SEED + " at " + sim.nowMs() + " ms: " + e.getMessage(),
          e);
    }
    assertTrue(sim.pairings() >= PAIRINGS, () -> sim.pairings() + " pairings");
    assertTrue(sim.faults() > PAIRINGS / 100, () -> sim.faults() + " faults");
  }
}
