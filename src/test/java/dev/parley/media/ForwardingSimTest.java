package dev.parley.media;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.Traffic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two browsers and a router between two lossy networks, on a virtual clock.
class ForwardingSimTest {

  private static final long MS = 1_000_000;

  private final Traffic traffic = new Traffic();
  private final RecordedEvents events = new RecordedEvents();
  private final Router router = new Router(traffic, events);
  private final TestOutlet toSender = new TestOutlet();
  private final TestOutlet toReceiver = new TestOutlet();
  private final RtpSession up = new RtpSession("up", router, toSender, 11);
  private final RtpSession down = new RtpSession("down", router, toReceiver, 22);

  private SimNet upNet = new SimNet(1, 15 * MS);
  private SimNet upBackNet = new SimNet(2, 15 * MS);
  private SimNet downNet = new SimNet(3, 20 * MS);
  private SimNet downBackNet = new SimNet(4, 20 * MS);
  private SimSender sender = new SimSender(upNet, 3);
  private SimReceiver receiver = new SimReceiver(downBackNet, 9000);
  private Producer producer = up.addProducer(Specs.video("p", "1", "r0", "r1", "r2"));
  private Consumer consumer =
      down.addConsumer(Specs.consumer("c", producer.spec(), 9000), producer);
  private int ms;

  @BeforeEach
  void connect() {
    up.onConnected(0);
    down.onConnected(0);
  }

  private long now() {
    return ms * MS;
  }

  private void run(int forMs) {
    for (int end = ms + forMs; ms < end; ms++) {
      long now = now();
      sender.tick(ms, now);
      upNet.deliver(
          now,
          (packet, rtcp, at) -> {
            if (rtcp) {
              up.onRtcp(packet, 0, packet.length, at);
            } else {
              up.onRtp(packet, 0, packet.length, at);
            }
          });
      downBackNet.deliver(now, (packet, rtcp, at) -> down.onRtcp(packet, 0, packet.length, at));
      router.flush(now);
      if (ms % 20 == 0) {
        up.tick(now);
        down.tick(now);
        receiver.tick(ms, now);
      }
      toSender.takeRtcp().forEach(packet -> upBackNet.send(packet, true, now));
      toReceiver.takeRtcp().forEach(packet -> downNet.send(packet, true, now));
      toReceiver.takeRtp().forEach(packet -> downNet.send(packet, false, now));
      upBackNet.deliver(now, (packet, rtcp, at) -> sender.onRtcp(packet, at));
      downNet.deliver(
          now,
          (packet, rtcp, at) -> {
            if (rtcp) {
              receiver.onRtcp(packet, at);
            } else {
              receiver.onRtp(packet);
            }
          });
    }
  }

  private void setLoss(double loss, long jitterNs, double duplication) {
    for (SimNet net : new SimNet[] {upNet, upBackNet, downNet, downBackNet}) {
      net.loss = loss;
      net.jitterNs = jitterNs;
      net.duplication = duplication;
    }
  }

  private void stopLoss() {
    setLoss(0, 0, 0);
    run(1500);
  }

  private long plis() {
    return requireNonNull(producer.encodings().get(2).stat(now()).pliCount());
  }

  @Test
  void forwardsNothingBeforeResume() {
    run(500);

    assertTrue(receiver.got.isEmpty());
    assertTrue(traffic.drops(Drop.CONSUMER_PAUSED) > 0);
  }

  @Test
  void startsAtAKeyframeOfTheHighestEncoding() {
    run(500);
    int plisBefore = sender.streams.get(2).plis;
    consumer.resume(now());
    run(1000);

    assertEquals(2, receiver.layer());
    assertEquals(plisBefore + 1, sender.streams.get(2).plis);
    assertEquals(2, consumer.currentLayer());
    receiver.assertContinuous(0, false);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void repairsLossReorderingAndDuplicatesOnBothHops(long seed) {
    upNet = new SimNet(seed * 100, 15 * MS);
    downNet = new SimNet(seed * 100 + 1, 20 * MS);
    sender = new SimSender(upNet, 3);
    consumer.resume(0);
    run(300);
    setLoss(0.05, 8 * MS, 0.02);

    run(10_000);
    stopLoss();

    assertTrue(upNet.lost > 20 && downNet.lost > 20);
    receiver.assertContinuous(0, false);
    assertTrue(receiver.got.size() > 1500, "got " + receiver.got.size());
    assertTrue(requireNonNull(consumer.stat(now()).packetsRetransmitted()) >= downNet.lost / 3);
  }

  @Test
  void survivesHeavyLossWithAWholeStreamInTheEnd() {
    consumer.resume(0);
    run(300);
    setLoss(0.2, 20 * MS, 0.05);
    run(5000);
    stopLoss();
    long lastBad = receiver.got.lastKey();
    run(2000);

    assertTrue(receiver.got.lastKey() > lastBad + 200);
    for (long seq = lastBad; seq < receiver.got.lastKey(); seq++) {
      assertTrue(receiver.got.containsKey(seq));
    }
  }

  @Test
  void switchesLayersUpAndDownWithoutABreak() {
    consumer.resume(0);
    run(1000);
    for (int layer : new int[] {0, 1, 0, 2, 1, 2}) {
      consumer.preferLayer(layer, now());
      run(1500);
      assertEquals(layer, receiver.layer());
    }

    receiver.assertContinuous(0, false);
  }

  @Test
  void switchesLayersUnderLoss() {
    consumer.resume(0);
    run(300);
    setLoss(0.03, 5 * MS, 0.01);
    for (int i = 0; i < 12; i++) {
      consumer.preferLayer(i % 3, now());
      run(1500);
    }
    stopLoss();

    assertTrue(receiver.got.size() > 1000);
    receiver.assertContinuous(0, false);
  }

  @Test
  void keepsTheCaptureClockAcrossSwitches() {
    consumer.resume(0);
    run(2000);
    consumer.preferLayer(0, now());
    run(2000);
    consumer.preferLayer(2, now());
    run(2000);

    SimReceiver.Got first = receiver.got.firstEntry().getValue();
    SimReceiver.Got last = receiver.got.lastEntry().getValue();
    int frames = last.frame() - first.frame();
    int error = last.timestamp() - first.timestamp() - frames * 90 * SimSender.FRAME_MS;
    assertTrue(Math.abs(error) <= 4, "off by " + error);
  }

  @Test
  void fallsBackWhenAnEncodingStopsAndReturnsWithIt() {
    consumer.resume(0);
    run(1000);
    assertEquals(2, receiver.layer());

    sender.streams.get(2).on = false;
    run(2500);
    assertEquals(1, receiver.layer());

    sender.streams.get(2).on = true;
    run(2000);
    assertEquals(2, receiver.layer());
    receiver.assertContinuous(0, false);
    assertTrue(events.told.contains("layer c 1"));
  }

  @Test
  void fallsBackBeforeTheSilenceOfAnEncodingIsAFreeze() {
    consumer.resume(0);
    run(1000);
    sender.streams.get(2).on = false;

    run(600);

    assertEquals(1, receiver.layer());
  }

  @Test
  void staysWithItsEncodingWhenAllAreSlow() {
    consumer.resume(0);
    run(1000);
    long asked = plis();
    sender.frameMs = 1200;
    upNet.jitterNs = 30 * MS;

    run(12_000);

    assertEquals(2, receiver.layer());
    assertEquals(asked, plis());
    assertEquals(
        1, receiver.got.values().stream().filter(got -> got.key() && got.index() == 0).count());
  }

  @Test
  void staysWithItsEncodingWhenAllStopTogether() {
    consumer.resume(0);
    run(1000);
    sender.streams.forEach(stream -> stream.on = false);
    run(5000);
    sender.streams.forEach(stream -> stream.on = true);
    run(1000);

    assertEquals(2, receiver.layer());
    assertEquals(
        1, receiver.got.values().stream().filter(got -> got.key() && got.index() == 0).count());
  }

  @Test
  void closesTheGapsOfPaddingAndProbes() {
    consumer.resume(0);
    for (int i = 0; i < 30; i++) {
      run(40);
      SimSender.Stream top = sender.streams.get(2);
      top.pad(now());
      top.pad(now());
      top.resend((top.seq - 5) & 0xffff, now());
    }
    run(200);

    receiver.assertContinuous(0, false);
    assertTrue(traffic.drops(Drop.PADDING) >= 50);
    assertTrue(traffic.drops(Drop.DUPLICATE) >= 25);
    assertTrue(receiver.got.values().stream().noneMatch(SimReceiver.Got::empty));
  }

  @Test
  void fillsThePlaceOfPaddingThatCameLate() {
    consumer.resume(0);
    upNet.jitterNs = 30 * MS;
    for (int i = 0; i < 60; i++) {
      run(40);
      sender.streams.get(2).pad(now());
    }
    stopLoss();

    receiver.assertContinuous(0, false);
    assertTrue(receiver.got.values().stream().anyMatch(SimReceiver.Got::empty));
  }

  @Test
  void asksForAKeyframeUntilOneComes() {
    upBackNet.loss = 1;
    run(200);
    consumer.resume(now());
    run(3500);
    assertTrue(receiver.got.isEmpty());
    assertTrue(plis() >= 6);
    assertTrue(plis() <= 8);

    upBackNet.loss = 0;
    run(1500);

    assertFalse(receiver.got.isEmpty());
    long asked = plis();
    run(3000);
    assertEquals(asked, plis());
  }

  @Test
  void continuesAfterPauseOfTheConsumer() {
    consumer.resume(0);
    run(1000);
    consumer.pause();
    run(700);
    int sent = receiver.got.size();
    run(700);
    assertEquals(sent, receiver.got.size());

    consumer.resume(now());
    run(1000);

    assertTrue(receiver.got.size() > sent + 100);
    receiver.assertContinuous(0, true);
  }

  @Test
  void continuesAfterPauseOfTheProducer() {
    consumer.resume(0);
    run(1000);
    producer.pause();
    run(3000);
    int sent = receiver.got.size();
    producer.resume(now());
    run(1000);

    assertTrue(receiver.got.size() > sent + 100);
    receiver.assertContinuous(0, true);
    assertTrue(traffic.drops(Drop.PRODUCER_PAUSED) > 100);
  }

  @Test
  void goesOnWhenAStreamRestartsUnderAnotherSsrc() {
    consumer.resume(0);
    run(1000);
    int sent = receiver.got.size();
    SimSender next = new SimSender(upNet, 3);
    next.transportSeq = sender.transportSeq;
    for (int i = 0; i < 3; i++) {
      next.streams.set(i, next.new Stream(i, "r" + i, 5000 + 10 * i, 2 + 2 * i));
      next.streams.get(i).seq = 40_000;
      next.streams.get(i).frame = 10_000;
    }
    sender = next;
    run(2000);

    assertTrue(receiver.got.size() > sent + 150);
    receiver.assertContinuous(0, true);
  }

  @Test
  void reportsInBothDirections() {
    consumer.resume(0);
    run(5000);

    assertTrue(sender.receiverReports >= 4 && sender.receiverReports <= 6);
    assertTrue(sender.transportFeedbacks >= 40 && sender.transportFeedbacks <= 60);
    assertTrue(receiver.senderReports >= 3 && receiver.senderReports <= 6);
    Long rtt = consumer.stat(now()).rttMs();
    assertNotNull(rtt);
    assertTrue(rtt >= 39 && rtt <= 61, "rtt " + rtt);
  }
}
