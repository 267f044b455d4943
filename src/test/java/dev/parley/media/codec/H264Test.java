package dev.parley.media.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.media.rtp.RtpBytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H264Test {

  @ParameterizedTest
  @CsvSource({
    "65 88,                     true,  IDR slice",
    "67 42,                     true,  sequence parameter set",
    "68 ce,                     false, picture parameter set",
    "61 9a,                     false, other slice",
    "7c 85 00,                  true,  first fragment of an IDR slice",
    "7c 05 00,                  false, middle fragment of an IDR slice",
    "7c 45 00,                  false, last fragment of an IDR slice",
    "7c 81 00,                  false, first fragment of another slice",
    "78 0002 6742 0002 68ce,    true,  aggregate with a parameter set",
    "78 0002 68ce 0002 6588,    true,  aggregate with an IDR slice",
    "78 0002 68ce 0002 619a,    false, aggregate without",
    "78 0009 6742,              false, aggregate that runs over its end",
    "78 0000 6742,              false, aggregate of nothing",
    "78 00,                     false, aggregate cut off",
    "65,                        false, a header alone"
  })
  void findsWhereADecoderCanStart(String hex, boolean keyframe, String what) {
    byte[] bytes = RtpBytes.hex(hex);

    assertEquals(keyframe, H264.isKeyframe(bytes, 0, bytes.length), what);
  }
}
