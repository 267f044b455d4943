package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.RtpBytes;
import dev.parley.media.rtp.RtpPacket;
import dev.parley.media.rtp.Traffic;
import java.util.List;
import org.junit.jupiter.api.Test;

class RtpSessionTest {

  private static final long MS = 1_000_000;
  private static final String KEYFRAME = "90e0 8001 05 20 00 aabbcc";
  private static final String DELTA = "90e0 8002 06 20 01 aabbcc";

  private final Traffic traffic = new Traffic();
  private final RecordedEvents events = new RecordedEvents();
  private final Router router = new Router(traffic, events);
  private final TestOutlet toSender = new TestOutlet();
  private final TestOutlet toReceiver = new TestOutlet();
  private final RtpSession up = new RtpSession("up", router, toSender, 0x11);
  private final RtpSession down = new RtpSession("down", router, toReceiver, 0x22);

  private void receive(RtpBytes packet, long nowNs) {
    byte[] bytes = packet.bytes();
    up.onRtp(bytes, 0, bytes.length, nowNs);
  }

  private static RtpBytes video(long ssrc, int seq) {
    return RtpBytes.packet(ssrc, 96, seq, seq * 3000).payload(seq == 1 ? KEYFRAME : DELTA);
  }

  private Consumer consume(Producer producer, long ssrc) {
    Consumer consumer =
        down.addConsumer(Specs.consumer("c" + ssrc, producer.spec(), ssrc), producer);
    consumer.resume(0);
    return consumer;
  }

  @Test
  void learnsSimulcastStreamsByMidAndRid() {
    Producer producer = up.addProducer(Specs.video("p", "1", "r0", "r1"));

    receive(video(501, 1).extension(4, (byte) '1').extension(10, (byte) 'r', (byte) '1'), 0);
    receive(video(500, 1).extension(4, (byte) '1').extension(10, (byte) 'r', (byte) '0'), 0);
    receive(video(501, 2), 0);

    assertEquals(500, producer.encodings().get(0).ssrc());
    assertEquals(501, producer.encodings().get(1).ssrc());
    assertEquals(2, producer.stats(0).get(1).packets());
    assertEquals(0, traffic.drops(Drop.UNKNOWN_SSRC));
  }

  @Test
  void learnsRetransmissionsByRepairedRid() {
    Producer producer = up.addProducer(Specs.video("p", "1", "r0"));
    receive(video(500, 1).extension(10, (byte) 'r', (byte) '0'), 0);
    receive(video(500, 3), 0);

    receive(
        RtpBytes.packet(700, 97, 9, 6000)
            .extension(11, (byte) 'r', (byte) '0')
            .payload("0002" + DELTA),
        0);

    assertEquals(700, producer.encodings().get(0).rtxSsrc());
    assertEquals(1L, producer.stats(0).get(0).packetsRetransmitted());
  }

  @Test
  void tellsTwoProducersApartByMid() {
    Producer first = up.addProducer(Specs.audio("a", "0", 0));
    Producer second = up.addProducer(Specs.audio("b", "1", 0));

    receive(RtpBytes.packet(5, 111, 1, 1).extension(4, (byte) '1').payload("01"), 0);
    receive(RtpBytes.packet(6, 111, 1, 1).extension(4, (byte) '0').payload("01"), 0);

    assertEquals(6, first.encodings().get(0).ssrc());
    assertEquals(5, second.encodings().get(0).ssrc());
  }

  @Test
  void aFloodOfSsrcsLeavesOneForEachEncoding() {
    Producer producer = up.addProducer(Specs.video("p", "1", "r0", "r1"));

    for (int i = 0; i < 100_000; i++) {
      receive(video(1000 + i, 1).extension(4, (byte) '1').extension(10, (byte) 'r', (byte) '0'), i);
    }
    receive(video(7, 1).extension(10, (byte) 'r', (byte) '1'), 0);

    assertEquals(100_999, producer.encodings().get(0).ssrc());
    assertEquals(7, producer.encodings().get(1).ssrc());
  }

  @Test
  void doesNotReplaceASignalledSsrc() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));

    receive(RtpBytes.packet(78, 111, 1, 1).extension(4, (byte) '0').payload("01"), 0);

    assertEquals(77, producer.encodings().get(0).ssrc());
    assertEquals(1, traffic.drops(Drop.UNKNOWN_SSRC));
  }

  @Test
  void refusesAnSsrcInUseAndLeavesNothingBehind() {
    up.addProducer(Specs.audio("a", "0", 77));
    ProducerSpec clash =
        Specs.video(
            "p",
            "1",
            List.of(
                new ProducerSpec.EncodingSpec(null, 90, 91),
                new ProducerSpec.EncodingSpec(null, 77, 92)));

    Failure failure = assertThrows(Failure.class, () -> up.addProducer(clash));

    assertEquals(Failure.Code.CONFLICT, failure.code());
    up.addProducer(Specs.video("q", "1", List.of(new ProducerSpec.EncodingSpec(null, 90, 91))));
  }

  @Test
  void rewritesAnAudioPacketForItsReceiver() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 0xabcd);
    receive(
        RtpBytes.packet(77, 111, 1000, 960)
            .marker()
            .extension(4, (byte) '0')
            .extension(1, (byte) 0x85)
            .payload("0a0b0c"),
        MS);
    router.flush(MS);

    byte[] sent = toReceiver.takeRtp().get(0);
    RtpPacket packet = new RtpPacket();
    assertTrue(packet.parse(sent, 0, sent.length));
    assertEquals(0xabcd, packet.ssrc());
    assertEquals(100, packet.payloadType());
    assertEquals(960, packet.timestamp());
    assertTrue(packet.marker());
    assertEquals(0x85, Bytes.u8(sent, packet.extensions().find(10, 1)));
    assertEquals('0', sent[packet.extensions().find(1, 1)]);
    assertEquals(-1, packet.extensions().find(2, 1));
    assertEquals(3, packet.payloadLength());
  }

  @Test
  void forwardsAudioAfterASilenceAsOneSequence() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 5);
    receive(RtpBytes.packet(77, 111, 0xffff, 0).payload("01"), 0);
    router.flush(0);
    receive(RtpBytes.packet(77, 111, 0, 48_000 * 60).payload("01"), 60_000 * MS);
    up.tick(60_000 * MS);
    router.flush(60_000 * MS);

    List<byte[]> sent = toReceiver.takeRtp();
    assertEquals(1, (Bytes.u16(sent.get(1), 2) - Bytes.u16(sent.get(0), 2)) & 0xffff);
    assertEquals(48_000 * 60, Bytes.i32(sent.get(1), 4) - Bytes.i32(sent.get(0), 4));
    assertEquals(0L, producer.stats(0).get(0).packetsLost());
    assertEquals(0L, producer.stats(0).get(0).nackCount());
  }

  @Test
  void keepsThePacketsOfOneReceiverTogether() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 5);
    consume(producer, 6);
    for (int seq = 0; seq < 3; seq++) {
      receive(RtpBytes.packet(77, 111, seq, seq).payload("01"), 0);
    }
    router.flush(0);

    long[] order =
        toReceiver.takeRtp().stream().mapToLong(packet -> Bytes.u32(packet, 8)).toArray();
    assertArrayEquals(new long[] {5, 5, 5, 6, 6, 6}, order);
  }

  @Test
  void flushesByItselfWhenABatchIsLargerThanTheList() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 5);

    for (int seq = 0; seq < 500; seq++) {
      receive(RtpBytes.packet(77, 111, seq, seq).payload(new byte[1000]), 0);
    }
    router.flush(0);

    assertEquals(500, toReceiver.takeRtp().size());
    assertFalse(router.isDirty());
  }

  @Test
  void answersANackWithTheOriginalNumberOnTheRtxStream() {
    Producer producer = up.addProducer(Specs.video("p", "1", "r0"));
    consume(producer, 900);
    receive(video(500, 1).extension(10, (byte) 'r', (byte) '0'), 0);
    router.flush(0);
    byte[] sent = toReceiver.takeRtp().get(0);
    byte[] nack = RtpBytes.hex("81cd0003 00000007 00000384 0000 0000");
    Bytes.put16(nack, 12, Bytes.u16(sent, 2));

    down.onRtcp(nack, 0, nack.length, MS);
    down.onRtcp(nack, 0, nack.length, 2 * MS);

    List<byte[]> resent = toReceiver.takeRtp();
    assertEquals(1, resent.size());
    RtpPacket packet = new RtpPacket();
    assertTrue(packet.parse(resent.get(0), 0, resent.get(0).length));
    assertEquals(901, packet.ssrc());
    assertEquals(102, packet.payloadType());
    assertEquals(Bytes.u16(sent, 2), Bytes.u16(resent.get(0), packet.payloadOffset()));
    assertEquals(1, traffic.drops(Drop.RESEND_LIMIT));
  }

  @Test
  void passesAReceiversKeyframeRequestOn() {
    Producer producer = up.addProducer(Specs.video("p", "1", "r0"));
    consume(producer, 900);
    receive(video(500, 1).extension(10, (byte) 'r', (byte) '0'), 0);
    router.flush(0);
    toSender.takeRtcp();
    byte[] pli = RtpBytes.hex("81ce0002 00000007 00000384");

    down.onRtcp(pli, 0, pli.length, 1000 * MS);
    down.onRtcp(pli, 0, pli.length, 1001 * MS);

    List<byte[]> asked = toSender.takeRtcp();
    assertEquals(1, asked.size());
    assertArrayEquals(RtpBytes.hex("81ce0002 00000011 000001f4"), asked.get(0));
  }

  @Test
  void stopsAskingForKeyframesWhenNobodyIsLeft() {
    Producer producer = up.addProducer(Specs.video("p", "1", "r0"));
    Consumer consumer = consume(producer, 900);
    receive(video(500, 2).extension(10, (byte) 'r', (byte) '0'), 0);
    router.flush(0);
    assertEquals(1, toSender.takeRtcp().size());

    consumer.close();
    long keyframeRequests = 0;
    for (int i = 1; i < 500; i++) {
      up.tick(i * 20L * MS);
      keyframeRequests +=
          toSender.takeRtcp().stream().filter(packet -> Bytes.u8(packet, 1) == 206).count();
    }

    assertEquals(0, keyframeRequests);
  }

  @Test
  void closingAProducerClosesItsConsumersAndReportsThem() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 5);
    consume(producer, 6);

    producer.close();
    producer.close();

    assertEquals(List.of("consumer c5", "consumer c6"), events.told);
    assertTrue(down.consumers().isEmpty());
    assertTrue(up.producers().isEmpty());
    assertThrows(Failure.class, () -> consume(producer, 7));
  }

  @Test
  void closingASessionClosesAllOnceAndIgnoresLatePackets() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 5);

    up.onClosed("ice-timeout");
    up.close();
    receive(RtpBytes.packet(77, 111, 1, 1).payload("01"), 0);
    up.tick(0);
    router.flush(0);

    assertEquals(List.of("consumer c5", "producer a", "session up ice-timeout"), events.told);
    assertTrue(toReceiver.takeRtp().isEmpty());
  }

  @Test
  void aClosedConsumerSaysGoodbye() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    Consumer consumer = consume(producer, 5);
    receive(RtpBytes.packet(77, 111, 1, 1).payload("01"), 0);
    router.flush(0);

    consumer.close();
    consumer.close();

    List<byte[]> sent = toReceiver.takeRtcp();
    assertEquals(1, sent.size());
    byte[] compound = sent.get(0);
    assertEquals(203, Bytes.u8(compound, compound.length - 7));
    assertEquals(5, Bytes.u32(compound, compound.length - 4));
    assertTrue(events.told.isEmpty() || events.told.stream().allMatch(t -> t.startsWith("layer")));
  }

  @Test
  void sendsRembOnlyWithoutTransportFeedback() {
    ProducerSpec base = Specs.video("p", "1", List.of(new ProducerSpec.EncodingSpec(null, 9, 10)));
    ProducerSpec remb =
        new ProducerSpec(
            base.id(),
            base.kind(),
            base.mid(),
            base.codec(),
            base.payloadType(),
            base.rtxPayloadType(),
            base.clockRate(),
            base.extensions(),
            true,
            true,
            true,
            false,
            true,
            null,
            base.encodings());
    up.addProducer(remb);
    receive(video(9, 1), 0);
    up.tick(MS);

    assertTrue(
        toSender.takeRtcp().stream()
            .anyMatch(packet -> Bytes.u8(packet, 0) == 0x8f && Bytes.u8(packet, 1) == 206));
  }

  @Test
  void sendsNothingWhileNotConnected() {
    toSender.connected = false;
    toReceiver.connected = false;
    Producer producer = up.addProducer(Specs.video("p", "1", "r0"));
    consume(producer, 900);
    receive(video(500, 1).extension(10, (byte) 'r', (byte) '0'), 0);
    router.flush(0);
    for (int i = 0; i < 100; i++) {
      up.tick(i * 20L * MS);
      down.tick(i * 20L * MS);
    }

    assertTrue(toReceiver.takeRtp().isEmpty());
    assertTrue(toReceiver.takeRtcp().isEmpty());
    assertTrue(toSender.takeRtcp().isEmpty());
    assertEquals(1, traffic.drops(Drop.NOT_CONNECTED));
  }

  @Test
  void dumpTellsWhatItDoes() {
    Producer producer = up.addProducer(Specs.audio("a", "0", 77));
    consume(producer, 5);

    assertEquals(List.of("c5"), up.dump().producers().get(0).consumerIds());
    assertEquals("waiting", down.dump().consumers().get(0).state());
  }
}
