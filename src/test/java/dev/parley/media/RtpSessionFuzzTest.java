package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.RtpBytes;
import dev.parley.media.rtp.RtpPacket;
import dev.parley.media.rtp.Traffic;
import dev.parley.media.transport.Outlet;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whole sessions fed mutated packets: nothing is thrown, all that leaves is well-formed and short
/// enough, and no input makes more output than its share.
class RtpSessionFuzzTest {

  private static final int ROUNDS = 150_000;

  private final Random random = new Random(11);
  private final Traffic traffic = new Traffic();
  private final Router router = new Router(traffic, new RecordedEvents());
  private final TestOutlet toSender = new TestOutlet();
  private final TestOutlet toReceiver = new TestOutlet();
  private final RtpSession up = new RtpSession("up", router, toSender, 1);
  private final RtpSession down = new RtpSession("down", router, toReceiver, 2);
  private final RtpPacket packet = new RtpPacket();

  private byte[] mutated(byte[] valid) {
    byte[] bytes = valid.clone();
    for (int i = random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return random.nextInt(10) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
  }

  private byte[] rtp(int round) {
    int seq = (round / 4 + random.nextInt(5)) & 0xffff;
    int layer = random.nextInt(2);
    byte[] payload = new byte[random.nextInt(8, 1450)];
    random.nextBytes(payload);
    System.arraycopy(RtpBytes.hex("90e0 8001 05 20 00"), 0, payload, 0, 7);
    payload[6] = (byte) random.nextInt(2);
    boolean rtx = random.nextInt(6) == 0;
    RtpBytes bytes =
        RtpBytes.packet(100 + layer + (rtx ? 50 : 0), rtx ? 97 : 96, seq, round * 100)
            .extension(4, (byte) '1')
            .extension(rtx ? 11 : 10, (byte) 'r', (byte) ('0' + layer))
            .extension(3, (byte) (round >> 8), (byte) round)
            .extension(8, new byte[16])
            .payload(payload);
    if (random.nextInt(8) == 0) {
      bytes.padding(random.nextInt(1, 200));
    }
    return bytes.bytes();
  }

  private byte[] rtcp() {
    String[] seeds = {
      "80c80006 00000064 e1e2e3e4 80000000 0000ffff 00000064 00010000 81ca0003 00000064 01036162"
          + " 63000000",
      "81c90007 00000001 00002328 10000003 00010001 00000005 11111111 00000100",
      "81cd0004 00000001 00002328 0001 ffff 7fff ffff",
      "81ce0002 00000001 00002328",
      "84ce0004 00000001 00000000 00002328 07000000",
      "81cb0001 00000064",
      "8fce0005 00000001 00000000 52454d42 01 03d090 00000002",
      "8fcd0004 00000001 00000002 0001 0001 000001 00 20010400",
      "80cf0002 00000001 04000000"
    };
    byte[] bytes = RtpBytes.hex(seeds[random.nextInt(seeds.length)]);
    if (Bytes.u8(bytes, 1) == 205 && bytes.length > 16) {
      Bytes.put16(bytes, 12, random.nextInt(0x10000));
    }
    return bytes;
  }

  @Test
  void survivesWhateverABrowserSends() {
    Producer video = up.addProducer(Specs.video("v", "1", "r0", "r1"));
    Producer audio = up.addProducer(Specs.audio("a", "0", 77));
    Consumer[] consumers = {
      down.addConsumer(Specs.consumer("c", video.spec(), 9000), video),
      down.addConsumer(Specs.consumer("d", audio.spec(), 9100), audio)
    };
    long now = 0;
    long sent = 0;

    for (int round = 0; round < ROUNDS; round++) {
      now += random.nextInt(3_000_000);
      RtpSession session = random.nextBoolean() ? up : down;
      if (random.nextInt(4) > 0) {
        byte[] bytes = mutated(rtp(round));
        up.onRtp(bytes, 0, bytes.length, now);
      } else {
        byte[] bytes = mutated(rtcp());
        session.onRtcp(bytes, 0, bytes.length, now);
      }
      steer(consumers, round, now);
      if (random.nextInt(10) == 0) {
        router.flush(now);
        up.tick(now);
        down.tick(now);
        sent += check();
      }
    }

    assertTrue(sent > ROUNDS / 20, "sent " + sent);
    assertTrue(sent < ROUNDS * 4L, "sent " + sent);
  }

  private void steer(Consumer[] consumers, int round, long nowNs) {
    Consumer consumer = consumers[round & 1];
    switch (random.nextInt(400)) {
      case 0 -> consumer.pause();
      case 1, 2, 3 -> consumer.resume(nowNs);
      case 4 -> consumer.preferLayer(random.nextInt(3), nowNs);
      case 5 -> consumer.producer().pause();
      case 6, 7, 8 -> consumer.producer().resume(nowNs);
      default -> {
        // Most packets come between two commands.
      }
    }
  }

  private int check() {
    List<byte[]> packets = toReceiver.takeRtp();
    for (byte[] bytes : packets) {
      assertTrue(packet.parse(bytes, 0, bytes.length));
      assertTrue(bytes.length <= Outlet.MAX_PACKET);
    }
    for (TestOutlet outlet : new TestOutlet[] {toSender, toReceiver}) {
      for (byte[] bytes : outlet.takeRtcp()) {
        assertTrue(bytes.length <= Outlet.MAX_PACKET && bytes.length % 4 == 0);
      }
    }
    return packets.size();
  }
}
