package dev.parley.bench;

import dev.parley.contract.MediaKind;
import dev.parley.media.Consumer;
import dev.parley.media.ConsumerSpec;
import dev.parley.media.Producer;
import dev.parley.media.ProducerSpec;
import dev.parley.media.Router;
import dev.parley.media.RtpSession;
import dev.parley.media.codec.Codec;
import dev.parley.media.rtp.ExtensionIds;
import dev.parley.media.rtp.Traffic;
import dev.parley.media.transport.SrtpProfile;
import dev.parley.media.transport.StageOutlet;
import dev.parley.media.transport.UdpPort;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// One producer and its consumers, each on a transport of its own, with a meter of what forwarding
/// costs the thread. All calls on the port's event loop.
final class Fanout {

  private static final ExtensionIds SENDER = new ExtensionIds(4, 10, 11, 2, 3, 1, 13, 14, 8, 12);
  private static final ExtensionIds ROUTER = new ExtensionIds(1, 2, 3, 4, 5, 10, 11, 12, 13, 14);

  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final UdpPort port;
  private final Traffic traffic = new Traffic();
  private final Router router = new Router(traffic, new NoEvents());
  private final RtpSession publisher;
  private final List<StageOutlet> outlets = new ArrayList<>();
  private final Frames frames = new Frames();
  private long cpuNs;
  private long allocated;
  private long forwarded;

  /// What it cost so far.
  ///
  /// @param cpuNs of the event loop's thread
  /// @param allocated bytes on the heap
  /// @param forwarded packets that left towards consumers
  /// @param refused those of them that were not encrypted or not sent
  record Cost(long cpuNs, long allocated, long forwarded, long refused) {
    Cost since(Cost before) {
      return new Cost(
          cpuNs - before.cpuNs,
          allocated - before.allocated,
          forwarded - before.forwarded,
          refused - before.refused);
    }
  }

  Fanout(
      UdpPort port,
      StageOutlet.Stage stage,
      SrtpProfile profile,
      InetSocketAddress sink,
      int consumers) {
    this.port = port;
    publisher = new RtpSession("publisher", router, outlet(stage, profile, sink));
    Producer producer = publisher.addProducer(producer());
    for (int i = 0; i < consumers; i++) {
      RtpSession session = new RtpSession("viewer" + i, router, outlet(stage, profile, sink));
      session.addConsumer(consumer(i), producer).resume(System.nanoTime());
    }
  }

  private StageOutlet outlet(StageOutlet.Stage stage, SrtpProfile profile, InetSocketAddress sink) {
    StageOutlet outlet = new StageOutlet(port, stage, profile, sink);
    outlets.add(outlet);
    return outlet;
  }

  /// Forwards this many frames and adds to the cost.
  ///
  /// @param together packets that arrive in one receive batch
  void run(int count, int together) {
    long cpuBefore = threads.getCurrentThreadCpuTime();
    long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
    long forwardedBefore = traffic.packetsOut();
    int packets = count * Frames.PACKETS;
    for (int i = 0; i < packets; i += together) {
      long nowNs = System.nanoTime();
      for (int k = 0; k < together; k++) {
        int length = frames.next();
        publisher.onRtp(frames.packet(), 0, length, nowNs);
      }
      router.flush(nowNs);
      port.flush();
    }
    cpuNs += threads.getCurrentThreadCpuTime() - cpuBefore;
    allocated += threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
    forwarded += traffic.packetsOut() - forwardedBefore;
  }

  Cost cost() {
    return new Cost(
        cpuNs, allocated, forwarded, outlets.stream().mapToLong(StageOutlet::refused).sum());
  }

  void close() {
    publisher.close();
    outlets.forEach(StageOutlet::close);
  }

  private static ProducerSpec producer() {
    return new ProducerSpec(
        "producer",
        MediaKind.VIDEO,
        "0",
        Codec.VP8,
        Frames.PAYLOAD_TYPE,
        97,
        90_000,
        SENDER,
        true,
        true,
        true,
        true,
        false,
        "publisher",
        List.of(new ProducerSpec.EncodingSpec(null, Frames.SSRC, Frames.SSRC + 1)));
  }

  private static ConsumerSpec consumer(int index) {
    return new ConsumerSpec(
        "consumer" + index,
        "producer",
        MediaKind.VIDEO,
        Codec.VP8,
        "0",
        10_000 + 2L * index,
        10_001 + 2L * index,
        101,
        102,
        90_000,
        ROUTER,
        true,
        true,
        true,
        true,
        false,
        "viewer");
  }

  /// Nobody is told.
  private static final class NoEvents implements Router.Events {
    @Override
    public void producerClosed(Producer producer) {}

    @Override
    public void consumerClosed(Consumer consumer) {}

    @Override
    public void layersChanged(Consumer consumer) {}

    @Override
    public void sessionClosed(RtpSession session, String reason) {}
  }
}
