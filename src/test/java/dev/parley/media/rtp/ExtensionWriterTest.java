package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExtensionWriterTest {

  private static final ExtensionIds FROM = new ExtensionIds(4, 10, 11, 2, 3, 1, 13, 14, 8, 12);

  private final RtpPacket packet = new RtpPacket();
  private final CachedPacket cached = new CachedPacket();
  private final byte[] out = new byte[200];

  private void load(RtpBytes bytes) {
    byte[] data = bytes.bytes();
    assertTrue(packet.parse(data, 0, data.length));
    SendCache cache = new SendCache(16 * 1024, 0);
    cache.store(70_000, packet, packet.payloadOffset(), 1, FROM, false, 0, 0);
    assertTrue(cache.load(70_000, cached));
  }

  private static RtpBytes full() {
    return RtpBytes.packet(1, 96, 1, 1)
        .extension(4, (byte) 'x')
        .extension(10, (byte) 'r', (byte) '0')
        .extension(2, (byte) 1, (byte) 2, (byte) 3)
        .extension(3, (byte) 9, (byte) 9)
        .extension(1, (byte) 0x85)
        .extension(13, (byte) 3)
        .extension(12, (byte) 1, (byte) 2, (byte) 3)
        .extension(8, new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
        .payload("ff");
  }

  @Test
  void writesItsOwnMidAndNumbersAndCopiesTheRestUnderItsIds() {
    load(full());
    ExtensionIds to = new ExtensionIds(1, 0, 0, 4, 5, 10, 11, 0, 13, 14);

    int end = new ExtensionWriter(to, "7", true).write(cached, out, 0, 0x1234, 1_500_000_000L);

    assertArrayEquals(
        RtpBytes.hex(
            "bede 0007 1037 42 060000 51 1234 a085 b003 e2 010203 d7 0102030405060708 0000"),
        Arrays.copyOf(out, end));
  }

  @Test
  void writesNothingWhenTheReceiverAgreedOnNothing() {
    load(full());

    assertEquals(5, new ExtensionWriter(ExtensionIds.NONE, "7", true).write(cached, out, 5, 1, 0));
  }

  @Test
  void usesTheTwoByteFormForALargeIdOrALongMid() {
    load(full());
    ExtensionIds large = new ExtensionIds(1, 0, 0, 20, 0, 0, 0, 0, 0, 0);
    String longMid = "m".repeat(17);

    assertEquals(0x1000, profile(new ExtensionWriter(large, "7", false)));
    assertEquals(
        0x1000,
        profile(
            new ExtensionWriter(new ExtensionIds(1, 0, 0, 0, 0, 0, 0, 0, 0, 0), longMid, false)));
  }

  private int profile(ExtensionWriter writer) {
    writer.write(cached, out, 0, 0, 0);
    return Bytes.u16(out, 0);
  }

  @Test
  void whatItWritesIsReadBackInBothForms() {
    load(full());
    for (int shift : new int[] {0, 100}) {
      ExtensionIds to =
          new ExtensionIds(1 + shift, 0, 0, 4 + shift, 5 + shift, 10 + shift, 11, 0, 13, 14);
      out[0] = (byte) 0x90;
      ExtensionWriter writer = new ExtensionWriter(to, "mid", true);

      int end = writer.write(cached, out, 12, 0xabcd, 0);

      assertTrue(end - 12 <= writer.maxLength());
      assertTrue(packet.parse(out, 0, end));
      HeaderExtensions read = packet.extensions();
      int mid = read.find(to.mid(), 3);
      assertEquals("mid", new String(out, mid, 3, StandardCharsets.UTF_8));
      assertEquals(0xabcd, Bytes.u16(out, read.find(to.transportCc(), 2)));
      assertEquals(0x85, Bytes.u8(out, read.find(to.audioLevel(), 1)));
      assertEquals(8, read.length(to.absCaptureTime()));
    }
  }
}
