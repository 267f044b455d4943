package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.media.rtp.SeenWindow.Verdict;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeenWindowTest {

  @Test
  void tellsNewFromDuplicateFromTooOld() {
    SeenWindow window = new SeenWindow();

    assertEquals(Verdict.NEW, window.check(70_000));
    assertEquals(Verdict.DUPLICATE, window.check(70_000));
    assertEquals(Verdict.NEW, window.check(69_999));
    assertEquals(Verdict.NEW, window.check(71_023));
    assertEquals(Verdict.DUPLICATE, window.check(70_000));
    assertEquals(Verdict.TOO_OLD, window.check(69_999));
    assertEquals(Verdict.NEW, window.check(90_000));
    assertEquals(Verdict.NEW, window.check(89_000));
  }

  @Test
  void agreesWithASetUnderRandomOrder() {
    Random random = new Random(1);
    SeenWindow window = new SeenWindow();
    Set<Long> seen = new HashSet<>();
    long highest = 100_000;
    window.check(highest);
    seen.add(highest);

    for (int i = 0; i < 20_000; i++) {
      long seq = highest + random.nextInt(-1100, 12);
      highest = Math.max(highest, seq);

      Verdict verdict = window.check(seq);

      if (seq <= highest - SeenWindow.SIZE) {
        assertEquals(Verdict.TOO_OLD, verdict);
      } else {
        assertEquals(seen.add(seq) ? Verdict.NEW : Verdict.DUPLICATE, verdict);
      }
    }
  }
}
