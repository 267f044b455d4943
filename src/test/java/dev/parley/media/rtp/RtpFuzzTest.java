package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Feeds the readers random and mutated bytes: they never throw, never point outside the packet,
/// and what is rewritten from them is well-formed.
class RtpFuzzTest {

  private static final int ROUNDS = 200_000;

  private final Random random = new Random(42);

  private byte[] mutated(byte[] valid) {
    byte[] bytes = valid.clone();
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
  }

  @Test
  void rewritesWhateverParsesIntoWellFormedPackets() {
    byte[][] seeds = {
      RtpBytes.packet(1, 96, 1, 1)
          .extension(1, new byte[] {1, 2, 3})
          .extension(2, new byte[16])
          .extension(3, (byte) 1)
          .csrcs(2)
          .payload("0102030405")
          .padding(3)
          .bytes(),
      RtpBytes.packet(1, 96, 1, 1)
          .twoByteForm()
          .extension(1, new byte[30])
          .extension(200, new byte[8])
          .payload("01")
          .bytes()
    };
    ExtensionIds ids = new ExtensionIds(0, 0, 0, 0, 0, 3, 3, 0, 2, 1);
    ExtensionIds narrow = new ExtensionIds(1, 0, 0, 2, 3, 4, 5, 0, 6, 7);
    ExtensionIds wide = new ExtensionIds(101, 0, 0, 2, 3, 4, 5, 0, 6, 7);
    ExtensionWriter[] writers = {
      new ExtensionWriter(narrow, "0", true), new ExtensionWriter(wide, "0", true)
    };
    RtpPacket packet = new RtpPacket();
    RtpPacket again = new RtpPacket();
    CachedPacket view = new CachedPacket();
    SendCache cache = new SendCache(64 * 1024, 0);
    byte[] out = new byte[300];
    int parsed = 0;

    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(seeds[round & 1]);
      if (!packet.parse(bytes, 0, bytes.length)) {
        continue;
      }
      parsed++;
      assertTrue(packet.payloadOffset() + packet.payloadLength() <= bytes.length);
      cache.store(
          70_000 + round,
          packet,
          packet.payloadOffset(),
          packet.payloadLength(),
          ids,
          false,
          0,
          round);
      assertTrue(cache.load(70_000 + round, view));
      out[0] = (byte) 0x90;
      ExtensionWriter writer = writers[round % 3 == 0 ? 1 : 0];
      int end = writer.write(view, out, 12, round, round);
      assertTrue(again.parse(out, 0, end));
      assertTrue(end - 12 <= writer.maxLength());
    }

    assertTrue(parsed > ROUNDS / 10, "parsed " + parsed);
  }

  @Test
  void walksAnyRtcpToItsEnd() {
    byte[] seed =
        RtpBytes.hex(
            "80c80006 11223344 e1e2e3e4 80000000 0000ffff 00000064 00010000"
                + "81ca0003 00000009 01036162 63000000 81cd0003 00000001 00000002 0064 8001"
                + "81ce0002 00000001 00000002");
    RtcpReader reader = new RtcpReader();
    long sum = 0;

    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(seed);
      reader.start(bytes, 0, bytes.length);
      int packets = 0;
      while (reader.next()) {
        packets++;
        for (int at = 0; reader.has(at + 4); at += 4) {
          sum += reader.u32(at);
        }
        assertTrue(reader.reportCount() * 24 <= Math.max(0, reader.bodyLength()));
      }
      assertTrue(packets <= bytes.length / 4);
    }

    assertTrue(sum > 0);
  }
}
