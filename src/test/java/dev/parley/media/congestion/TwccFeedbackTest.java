package dev.parley.media.congestion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.RtpBytes;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TwccFeedbackTest {

  private static final long MS = 1_000_000;
  private static final long TICK = 250_000;

  private final TwccFeedback twcc = new TwccFeedback();
  private final byte[] out = new byte[1500];

  /// What a sender reads: sequence number to arrival in ticks, or null when reported lost.
  private static void read(byte[] packet, int length, Map<Integer, Long> arrivals) {
    assertEquals(0x8f, Bytes.u8(packet, 0));
    assertEquals(205, Bytes.u8(packet, 1));
    assertEquals(length, 4 * (Bytes.u16(packet, 2) + 1));
    int seq = Bytes.u16(packet, 12);
    int count = Bytes.u16(packet, 14);
    long tick = Bytes.u24(packet, 16) * 256L;
    int at = 20;
    int[] symbols = new int[count];
    for (int i = 0; i < count; at += 2) {
      int chunk = Bytes.u16(packet, at);
      if (chunk < 0x8000) {
        for (int run = chunk & 0x1fff; run > 0 && i < count; run--) {
          symbols[i++] = (chunk >>> 13) & 3;
        }
      } else if (chunk < 0xc000) {
        for (int bit = 13; bit >= 0 && i < count; bit--) {
          symbols[i++] = (chunk >>> bit) & 1;
        }
      } else {
        for (int bit = 12; bit >= 0 && i < count; bit -= 2) {
          symbols[i++] = (chunk >>> bit) & 3;
        }
      }
    }
    for (int i = 0; i < count; i++) {
      int number = (seq + i) & 0xffff;
      switch (symbols[i]) {
        case 0 -> arrivals.putIfAbsent(number, null);
        case 1 -> {
          tick += Bytes.u8(packet, at++);
          arrivals.put(number, tick);
        }
        default -> {
          tick += (short) Bytes.u16(packet, at);
          at += 2;
          arrivals.put(number, tick);
        }
      }
    }
    assertTrue(at <= length && length - at < 4);
  }

  private Map<Integer, Long> round(long nowNs, int maxLength) {
    Map<Integer, Long> arrivals = new TreeMap<>();
    for (int length; (length = twcc.write(out, maxLength, 1, nowNs)) > 0; ) {
      assertTrue(length <= maxLength);
      read(out, length, arrivals);
    }
    return arrivals;
  }

  /// The layout of draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
  @Test
  void writesTheBytesOfTheDraft() {
    twcc.received(0xfffe, 0x22222222L, 64 * MS);
    twcc.received(0xffff, 0x22222222L, 65 * MS);
    twcc.received(1, 0x22222222L, 165 * MS);

    int length = twcc.write(out, 1200, 0x11111111L, 200 * MS);

    assertArrayEquals(
        RtpBytes.hex("8fcd0006 11111111 22222222 fffe 0004 000001 00 d480 00 04 0190 0000"),
        Arrays.copyOf(out, length));
  }

  @Test
  void isDueEveryHundredMillisecondsAndOnlyWithNews() {
    assertFalse(twcc.isDue(0));
    twcc.received(1, 1, 0);
    assertTrue(twcc.isDue(0));
    round(0, 1200);

    assertFalse(twcc.isDue(500 * MS));
    twcc.received(2, 1, 510 * MS);
    assertTrue(twcc.isDue(510 * MS));
    round(510 * MS, 1200);
    twcc.received(3, 1, 520 * MS);
    assertFalse(twcc.isDue(609 * MS));
    assertTrue(twcc.isDue(610 * MS));
  }

  @Test
  void reportsAPacketThatCameLateAfterAll() {
    twcc.received(10, 1, 0);
    twcc.received(12, 1, 1 * MS);
    Map<Integer, Long> first = round(2 * MS, 1200);
    twcc.received(11, 1, 150 * MS);

    Map<Integer, Long> second = round(200 * MS, 1200);

    assertTrue(first.containsKey(11));
    assertEquals(null, first.get(11));
    assertEquals(150 * MS / TICK, second.get(11));
  }

  @Test
  void splitsALongRound() {
    for (int i = 0; i < 3000; i++) {
      twcc.received((60_000 + i) & 0xffff, 1, i * MS / 10);
    }

    Map<Integer, Long> arrivals = round(1000 * MS, 300);

    assertEquals(3000, arrivals.size());
    assertEquals(2999 * (MS / 10) / TICK, arrivals.get((60_000 + 2999) & 0xffff));
  }

  @Test
  void beginsAnotherPacketWhereADeltaIsTooLarge() {
    twcc.received(1, 1, 0);
    twcc.received(2, 1, 20_000 * MS);

    Map<Integer, Long> arrivals = round(20_000 * MS, 1200);

    assertEquals(20_000 * MS / TICK, arrivals.get(2));
  }

  @Test
  void survivesAJumpOverTheWholeWindow() {
    twcc.received(1, 1, 0);
    twcc.received(30_000, 1, MS);

    Map<Integer, Long> arrivals = round(2 * MS, 1200);

    assertEquals(1 * MS / TICK, arrivals.get(30_000));
    assertTrue(arrivals.size() < 200);
  }

  @Test
  void reportsExactlyWhatArrivedUnderLossAndReordering() {
    Random random = new Random(5);
    Map<Integer, Long> expected = new TreeMap<>();
    Map<Integer, Long> reported = new TreeMap<>();
    long now = 0;

    for (int i = 0; i < 60_000; i++) {
      now += random.nextInt(1000) == 0 ? 9_000 * MS : random.nextInt(2_000_000);
      if (random.nextInt(10) < 8) {
        int seq = (i - (random.nextInt(10) == 0 ? random.nextInt(20) : 0)) & 0xffff;
        if (expected.putIfAbsent(seq, now / TICK) == null) {
          twcc.received(seq, 1, now);
        }
      }
      if (twcc.isDue(now)) {
        for (int length; (length = twcc.write(out, 600, 1, now)) > 0; ) {
          read(out, length, reported);
        }
      }
    }
    reported.putAll(round(now + 200 * MS, 600));

    expected.forEach((seq, tick) -> assertEquals(tick, reported.get(seq), "seq " + seq));
  }

  @Test
  void anyInputEndsInBoundedOutput() {
    Random random = new Random(9);
    long now = 0;

    for (int i = 0; i < 20_000; i++) {
      now += random.nextInt(5_000_000);
      twcc.received(random.nextInt(0x10000), 1, now);
      if (twcc.isDue(now)) {
        int packets = 0;
        for (int length; (length = twcc.write(out, 1200, 1, now)) > 0; packets++) {
          read(out, length, new TreeMap<>());
        }
        assertTrue(packets < 200, "packets " + packets);
      }
    }
  }
}
