package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes as the RFCs draw them.
class RtcpTest {

  private final RtcpReader reader = new RtcpReader();

  private static byte[] written(Consumer<RtcpWriter> write) {
    byte[] out = new byte[2000];
    Arrays.fill(out, (byte) 0xee);
    RtcpWriter writer = new RtcpWriter();
    writer.start(out);
    write.accept(writer);
    return Arrays.copyOf(out, writer.length());
  }

  private static void assertBytes(String hex, byte[] actual) {
    assertArrayEquals(RtpBytes.hex(hex), actual);
  }

  @Test
  void writesASenderReport() {
    assertBytes(
        "80c80006 11223344 e1e2e3e4 80000000 0000ffff 00000064 00010000",
        written(w -> w.senderReport(0x11223344L, 0xe1e2e3e480000000L, 0xffff, 100, 65_536)));
  }

  @Test
  void writesACnameWithItsEndAndPadding() {
    assertBytes("81ca0003 00000009 01036162 63000000", written(w -> w.cname(9, "abc")));
    assertBytes("81ca0003 00000009 01056162 63646500", written(w -> w.cname(9, "abcde")));
    assertBytes("81ca0004 00000009 01066162 63646566 00000000", written(w -> w.cname(9, "abcdef")));
  }

  @Test
  void writesAGoodbye() {
    assertBytes("81cb0001 fedcba98", written(w -> w.bye(0xfedcba98L)));
  }

  @Test
  void writesPliAndFir() {
    assertBytes("81ce0002 00000001 00000002", written(w -> w.pli(1, 2)));
    assertBytes("84ce0004 00000001 00000000 00000002 07000000", written(w -> w.fir(1, 2, 7)));
  }

  @Test
  void packsNacksIntoPidAndMask() {
    int[] seqs = {100, 101, 116, 117, 65_534, 65_535, 0, 14};

    assertBytes(
        "81cd0005 00000001 00000002 0064 8001 0075 0000 fffe 8003",
        written(w -> w.nack(1, 2, seqs, seqs.length)));
  }

  @Test
  void writesRembWithMantissaAndExponent() {
    assertBytes(
        "8fce0005 00000001 00000000 52454d42 01 03d090 00000002",
        written(w -> w.remb(1, 250_000, new long[] {2}, 1)));
    assertBytes(
        "8fce0005 00000001 00000000 52454d42 01 0bd090 00000002",
        written(w -> w.remb(1, 1_000_000, new long[] {2}, 1)));
  }

  @Test
  void walksACompoundPacket() {
    byte[] bytes =
        RtpBytes.hex(
            """
            81c8000c 00000005 e1e2e3e4 80000000 00000010 00000001 00000002
              00000007 40ffffff 00010002 00000003 12345678 00008000
            81ca0003 00000005 01036162 63000000
            81cb0001 00000005
            """);
    reader.start(bytes, 0, bytes.length);

    assertTrue(reader.next());
    assertEquals(Rtcp.SR, reader.type());
    assertEquals(5, reader.u32(0));
    assertEquals(1, reader.reportCount());
    assertEquals(7, reader.u32(reader.reportBlocks()));
    assertTrue(reader.next());
    assertEquals(Rtcp.SDES, reader.type());
    assertTrue(reader.next());
    assertEquals(Rtcp.BYE, reader.type());
    assertEquals(1, reader.count());
    assertFalse(reader.next());
    assertFalse(reader.isMalformed());
  }

  @Test
  void countsOnlyReportBlocksThatAreThere() {
    byte[] bytes = RtpBytes.hex("9fc90001 00000005");
    reader.start(bytes, 0, bytes.length);

    assertTrue(reader.next());
    assertEquals(0, reader.reportCount());
  }

  @Test
  void leavesPaddingOutOfTheBody() {
    byte[] bytes = RtpBytes.hex("a1cb0002 00000005 00000004");
    reader.start(bytes, 0, bytes.length);

    assertTrue(reader.next());
    assertEquals(4, reader.bodyLength());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80c9",
        "00c90001 00000005",
        "80c90002 00000005",
        "81cb0001 00000005 80",
        "a0c90001 00000000",
        "a0c90001 00000009"
      })
  void endsAtWhatIsMalformed(String hex) {
    byte[] bytes = RtpBytes.hex(hex);
    reader.start(bytes, 0, bytes.length);

    while (reader.next()) {
      assertTrue(reader.bodyLength() >= 0);
    }

    assertTrue(reader.isMalformed());
  }
}
