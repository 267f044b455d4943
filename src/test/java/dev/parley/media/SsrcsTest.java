package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SsrcsTest {

  @Test
  void pairsOfOneTransportNeverMeet() {
    Ssrcs ssrcs = new Ssrcs(new Random(1));
    Set<Long> seen = new HashSet<>();

    for (int i = 0; i < 10_000; i++) {
      long ssrc = ssrcs.getAsLong();
      assertTrue(ssrc >= 100_000_000 && ssrc + 1 <= 999_999_999, "in range");
      assertTrue(seen.add(ssrc), "media ssrc is new");
      assertTrue(seen.add(ssrc + 1), "RTX ssrc is new");
    }
  }

  @Test
  void doesNotGiveATakenPairAgain() {
    Iterator<Long> bits = List.of(2000L, 2000L, 4000L).iterator();
    Ssrcs ssrcs = new Ssrcs(bits::next);

    assertNotEquals(ssrcs.getAsLong(), ssrcs.getAsLong());
  }

  @Test
  void givesAReleasedPairAgain() {
    Iterator<Long> bits = List.of(2000L, 2000L, 4000L).iterator();
    Ssrcs ssrcs = new Ssrcs(bits::next);

    long first = ssrcs.getAsLong();
    ssrcs.release(first);

    assertEquals(first, ssrcs.getAsLong());
  }
}
