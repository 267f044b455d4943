package dev.parley.media.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// Feeds the payload readers random bytes at the very end of an array, where reading on would
/// throw.
class CodecFuzzTest {

  @Test
  void neverReadsOrWritesOutsideThePayload() {
    Random random = new Random(7);
    int rewritten = 0;

    for (int round = 0; round < 500_000; round++) {
      byte[] bytes = new byte[random.nextInt(14)];
      random.nextBytes(bytes);
      int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      int length = bytes.length - at;
      H264.isKeyframe(bytes, at, length);
      int info = Vp8.parse(bytes, at, length);
      if (info != Vp8.MALFORMED) {
        byte last = bytes[bytes.length - 1];
        Vp8.rewrite(bytes, at, info, random.nextInt(0x8000), random.nextInt(0x100));
        assertEquals(last, bytes[bytes.length - 1]);
        assertEquals(Vp8.isKeyframe(info), Vp8.isKeyframe(Vp8.parse(bytes, at, length)));
        rewritten++;
      }
    }

    assertTrue(rewritten > 1000);
  }
}
