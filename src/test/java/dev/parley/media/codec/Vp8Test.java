package dev.parley.media.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.rtp.RtpBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Vp8Test {

  private static int parse(String hex) {
    byte[] bytes = RtpBytes.hex(hex);
    return Vp8.parse(bytes, 0, bytes.length);
  }

  /// RFC 7741 §4.2 and §4.6: descriptor, then one byte of the frame's header.
  @ParameterizedTest
  @CsvSource({
    "10 00,             true,  -1, -1, 0",
    "10 01,             false, -1, -1, 0",
    "00 00,             false, -1, -1, 0",
    "11 00,             false, -1, -1, 0",
    "9080 11 00,        true,  17, -1, 0",
    "9080 92d1 00,      true,  4817, -1, 0",
    "90e0 8001 05 60 00,true,  1, 5, 1",
    "80e0 ffff ff a0 01,false, 32767, 255, 2",
    "9040 07 00,        true,  -1, 7, 0",
    "9010 1f 00,        true,  -1, -1, 0",
    "b0f0 8001 05 7f 01,false, 1, 5, 1"
  })
  void readsTheDescriptor(String hex, boolean keyframe, int pictureId, int tl0, int layer) {
    int info = parse(hex);

    assertEquals(keyframe, Vp8.isKeyframe(info));
    assertEquals(pictureId, Vp8.hasPictureId(info) ? Vp8.pictureId(info) : -1);
    assertEquals(tl0, Vp8.hasTl0PicIdx(info) ? Vp8.tl0PicIdx(info) : -1);
    assertEquals(layer, Vp8.temporalLayer(info));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "90", "9080", "908011", "90809211", "90c08001", "90e0800105"})
  void refusesWhatEndsTooSoon(String hex) {
    int info = parse(hex);

    assertEquals(Vp8.MALFORMED, info);
    assertFalse(Vp8.isKeyframe(info));
  }

  @Test
  void tellsLayerSync() {
    assertTrue(Vp8.isLayerSync(parse("90a0 8001 60 00")));
    assertFalse(Vp8.isLayerSync(parse("90a0 8001 40 00")));
  }

  @ParameterizedTest
  @CsvSource({
    "90e0 8001 05 60 aabb, 90e0 ffff ab 60 aabb",
    "90c0 11 05 aabb,      90c0 7f ab aabb",
    "9080 8001 aabb,       9080 ffff aabb",
    "9040 05 aabb,         9040 ab aabb",
    "10 aabb,              10 aabb"
  })
  void rewritesOnlyWhatIsThere(String from, String to) {
    byte[] bytes = RtpBytes.hex(from);

    Vp8.rewrite(bytes, 0, Vp8.parse(bytes, 0, bytes.length), 0x7fff, 0xab);

    assertArrayEquals(RtpBytes.hex(to), bytes);
  }
}
