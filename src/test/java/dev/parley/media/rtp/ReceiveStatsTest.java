package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReceiveStatsTest {

  private static final long MS = 1_000_000;

  private final ReceiveStats stats = new ReceiveStats(90_000);
  private final byte[] block = new byte[24];

  private void receive(long... seqs) {
    for (long seq : seqs) {
      stats.received(seq, (int) seq * 900, 100, seq * 10 * MS);
    }
  }

  @Test
  void reportsLossOfTheIntervalAndInAll() {
    receive(65_546, 65_547, 65_549, 65_550);
    stats.writeReportBlock(0xfedcba98L, block, 0, 0);

    assertEquals(0xfedcba98L, Bytes.u32(block, 0));
    assertEquals(256 / 5, Bytes.u8(block, 4));
    assertEquals(1, Bytes.u24(block, 5));
    assertEquals(14, Bytes.u32(block, 8));

    receive(65_551);
    stats.writeReportBlock(1, block, 0, 0);

    assertEquals(0, Bytes.u8(block, 4));
    assertEquals(1, Bytes.u24(block, 5));
  }

  @Test
  void countsWrapsInTheHighestNumber() {
    receive(0x1fffe, 0x20001);
    stats.writeReportBlock(1, block, 0, 0);

    assertEquals(0x10001, Bytes.u32(block, 8));
  }

  @Test
  void reportsMoreDuplicatesThanLossesAsNegative() {
    receive(65_546, 65_546, 65_546);
    stats.writeReportBlock(1, block, 0, 0);

    assertEquals(0xfffffe, Bytes.u24(block, 5));
    assertEquals(0, Bytes.u8(block, 4));
  }

  @Test
  void evenArrivalHasNoJitter() {
    for (long seq = 65_536; seq < 65_636; seq++) {
      receive(seq);
    }

    assertEquals(0, stats.jitter());
  }

  @Test
  void unevenArrivalConvergesToItsMeanDeviation() {
    for (int i = 0; i < 1000; i++) {
      long late = i % 2 == 0 ? 0 : 5 * MS;
      stats.received(70_000 + i, i * 900, 100, i * 10L * MS + late);
    }

    assertTrue(Math.abs(stats.jitter() - 450) < 10, "jitter " + stats.jitter());
  }

  @Test
  void echoesTheLastSenderReportWithItsDelay() {
    receive(65_546);
    stats.senderReport(0x12345678, 1000 * MS);

    stats.writeReportBlock(1, block, 0, 1500 * MS);

    assertEquals(0x12345678, Bytes.i32(block, 16));
    assertEquals(0x8000, Bytes.i32(block, 20));
  }

  @Test
  void reportsZeroTimesBeforeAnySenderReport() {
    receive(65_546);
    stats.writeReportBlock(1, block, 0, 1500 * MS);

    assertEquals(0, Bytes.i32(block, 16));
    assertEquals(0, Bytes.i32(block, 20));
  }
}
