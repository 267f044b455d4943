package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtpPacketTest {

  private final RtpPacket packet = new RtpPacket();

  private boolean parse(byte[] bytes) {
    return packet.parse(bytes, 0, bytes.length);
  }

  @Test
  void readsAllFixedFields() {
    boolean parsed = parse(RtpBytes.hex("80 e0 fffe 80000001 fedcba98 0a0b0c"));

    assertTrue(parsed);
    assertTrue(packet.marker());
    assertEquals(96, packet.payloadType());
    assertEquals(0xfffe, packet.seq());
    assertEquals(0x80000001, packet.timestamp());
    assertEquals(0xfedcba98L, packet.ssrc());
    assertEquals(12, packet.payloadOffset());
    assertEquals(3, packet.payloadLength());
  }

  @Test
  void readsAPacketThatStartsWithinTheArray() {
    byte[] inner =
        RtpBytes.packet(7, 100, 3, 4).csrcs(2).extension(1, (byte) 9).payload("0102").bytes();
    byte[] outer = new byte[inner.length + 20];
    System.arraycopy(inner, 0, outer, 13, inner.length);

    assertTrue(packet.parse(outer, 13, inner.length));

    assertEquals(7, packet.ssrc());
    assertEquals(9, outer[packet.extensions().find(1, 1)]);
    int from = packet.payloadOffset();
    assertArrayEquals(
        RtpBytes.hex("0102"), Arrays.copyOfRange(outer, from, from + packet.payloadLength()));
  }

  @Test
  void leavesPaddingOutOfThePayload() {
    assertTrue(parse(RtpBytes.packet(1, 96, 1, 1).payload("aabb").padding(6).bytes()));

    assertEquals(2, packet.payloadLength());
    assertEquals(6, packet.paddingLength());
  }

  @Test
  void readsAPacketOfNothingButPadding() {
    assertTrue(parse(RtpBytes.packet(1, 96, 1, 1).padding(255).bytes()));

    assertEquals(0, packet.payloadLength());
    assertEquals(255, packet.paddingLength());
  }

  @Test
  void findsElementsOfTheTwoByteForm() {
    byte[] long20 = new byte[20];
    long20[19] = 5;
    byte[] bytes =
        RtpBytes.packet(1, 96, 1, 1)
            .twoByteForm()
            .extension(3)
            .extension(200, long20)
            .payload("01")
            .bytes();

    assertTrue(parse(bytes));

    assertEquals(0, packet.extensions().length(3));
    int at = packet.extensions().find(200, 20);
    assertEquals(20, packet.extensions().length(200));
    assertEquals(5, bytes[at + 19]);
  }

  @Test
  void ignoresOneByteElementsFromId15On() {
    assertTrue(parse(RtpBytes.hex("9060 0001 00000001 00000001 bede 0001 10aa f0bb")));

    assertTrue(packet.extensions().find(1, 1) > 0);
    assertEquals(-1, packet.extensions().find(15, 1));
  }

  @Test
  void skipsPaddingBytesBetweenElements() {
    assertTrue(parse(RtpBytes.hex("9060 0001 00000001 00000001 bede 0002 00 10aa 00 21bbcc 00")));

    assertTrue(packet.extensions().find(1, 1) > 0);
    assertTrue(packet.extensions().find(2, 2) > 0);
  }

  @Test
  void forgetsTheElementsOfThePacketBefore() {
    assertTrue(parse(RtpBytes.packet(1, 96, 1, 1).extension(4, (byte) 1).bytes()));
    assertTrue(parse(RtpBytes.packet(1, 96, 2, 1).payload("00").bytes()));

    assertEquals(-1, packet.extensions().find(4, 1));
  }

  @Test
  void doesNotFindAnElementThatRunsOverTheBlock() {
    assertTrue(parse(RtpBytes.hex("9060 0001 00000001 00000001 bede 0001 13aabbcc")));

    assertEquals(-1, packet.extensions().find(1, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        "8060000100000001000000",
        "406000010000000100000001",
        "816000010000000100000001",
        "906000010000000100000001bede",
        "906000010000000100000001bede0001aabb",
        "a06000010000000100000001",
        "a0600001000000010000000100",
        "a060000100000001000000010103"
      })
  void refusesWhatIsNoPacket(String hex) {
    assertFalse(parse(RtpBytes.hex(hex)));
  }

  @Test
  void refusesARangeOutsideTheArray() {
    byte[] bytes = RtpBytes.packet(1, 96, 1, 1).bytes();

    assertFalse(packet.parse(bytes, 1, bytes.length));
    assertFalse(packet.parse(bytes, -1, bytes.length));
  }
}
