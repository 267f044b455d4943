package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NackListTest {

  private static final long MS = 1_000_000;

  private final NackList list = new NackList();
  private final int[] asked = new int[500];

  private int[] collect(long nowNs) {
    return Arrays.copyOf(asked, list.collect(nowNs, asked));
  }

  private void receive(long nowNs, long... seqs) {
    for (long seq : seqs) {
      list.received(seq, false, nowNs);
    }
  }

  @Test
  void asksForAGapAfterTenMilliseconds() {
    receive(0, 65_536, 65_538);

    assertArrayEquals(new int[0], collect(9 * MS));
    assertArrayEquals(new int[] {1}, collect(10 * MS));
  }

  @Test
  void asksForAGapAtOnceWhenThreeLaterPacketsCame() {
    receive(0, 10, 12, 13);
    assertArrayEquals(new int[0], collect(0));

    receive(0, 14);

    assertArrayEquals(new int[] {11}, collect(0));
  }

  @Test
  void doesNotAskForWhatWasOnlyReordered() {
    receive(0, 10, 12, 11);

    assertArrayEquals(new int[0], collect(20 * MS));
    assertEquals(0, list.missing());
  }

  @Test
  void asksAgainARoundTripLaterAndThenGivesUp() {
    receive(0, 10, 12);
    int times = 0;

    for (long now = 10 * MS; now < 5_000 * MS; now += 10 * MS) {
      times += collect(now).length;
    }

    assertEquals(NackList.MAX_ASKS, times);
    assertTrue(list.takeGivenUp());
    assertFalse(list.takeGivenUp());
    assertEquals(0, list.missing());
  }

  @Test
  void learnsTheRoundTripFromAnswers() {
    long now = 0;
    for (long seq = 10; seq < 100; seq += 2) {
      receive(now, seq, seq + 2);
      collect(now + 10 * MS);
      receive(now + 40 * MS, seq + 1);
      now += 100 * MS;
    }

    assertTrue(Math.abs(list.rttNs() - 30 * MS) < 2 * MS, "rtt " + list.rttNs());
  }

  @Test
  void asksAcrossTheWrap() {
    receive(0, 0x1fffd, 0x20002);

    assertArrayEquals(new int[] {0xfffe, 0xffff, 0, 1}, collect(10 * MS));
  }

  @Test
  void givesUpAtOnceOnAHugeGap() {
    receive(0, 10, 10 + NackList.MAX_MISSING + 2);

    assertArrayEquals(new int[0], collect(100 * MS));
    assertTrue(list.takeGivenUp());
  }

  @Test
  void forgetsWhatIsBeforeAKeyframeRatherThanOverflow() {
    receive(0, 10, 310);
    list.received(311, true, 0);

    receive(0, 611);

    assertFalse(list.takeGivenUp());
    assertEquals(299, list.missing());
  }

  @Test
  void startsAnewAfterReset() {
    receive(0, 10, 12);
    list.reset();

    receive(0, 50_000);

    assertEquals(0, list.missing());
  }
}
