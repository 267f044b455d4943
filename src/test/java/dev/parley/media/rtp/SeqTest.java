package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeqTest {

  @ParameterizedTest
  @CsvSource({
    "65536, 0, 65536",
    "65536, 65535, 65535",
    "131071, 0, 131072",
    "131071, 65535, 131071",
    "70000, 4465, 70001",
    "70000, 4463, 69999",
    "65536, 32767, 98303",
    "65536, 32768, 32768",
    "4294967295, 0, 4294967296"
  })
  void unwrapsToTheNearest(long reference, int seq, long expected) {
    assertEquals(expected, Seq.unwrap(reference, seq));
  }

  @Test
  void unwrappingThenWiringGivesTheNumberBack() {
    for (int seq = 0; seq <= 0xffff; seq += 257) {
      assertEquals(seq, Seq.wire(Seq.unwrap(1_000_000_007L, seq)));
    }
  }
}
