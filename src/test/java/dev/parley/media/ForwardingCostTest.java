package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.RtpBytes;
import dev.parley.media.rtp.Traffic;
import dev.parley.media.transport.Outlet;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ForwardingCostTest {

  /// Keeps nothing.
  private static final class CountingOutlet implements Outlet {
    private final byte[] buffer = new byte[MAX_PACKET + 100];
    private long packets;

    @Override
    public byte[] buffer() {
      return buffer;
    }

    @Override
    public void sendRtp(int length) {
      packets++;
    }

    @Override
    public void sendRtcp(int length) {}

    @Override
    public boolean isConnected() {
      return true;
    }
  }

  @Test
  void forwardingAllocatesNothingForAPacket() {
    Traffic traffic = new Traffic();
    Router router = new Router(traffic, new RecordedEvents());
    CountingOutlet outlet = new CountingOutlet();
    RtpSession up = new RtpSession("up", router, outlet, 1);
    Producer producer = up.addProducer(Specs.video("p", "1", "r0"));
    for (int i = 0; i < 20; i++) {
      RtpSession down = new RtpSession("down" + i, router, outlet, 2);
      down.addConsumer(Specs.consumer("c" + i, producer.spec(), 9000), producer).resume(0);
    }
    byte[] payload = new byte[1100];
    System.arraycopy(RtpBytes.hex("90e0 8001 05 20 00"), 0, payload, 0, 7);
    byte[] packet =
        RtpBytes.packet(5, 96, 0, 0)
            .extension(10, (byte) 'r', (byte) '0')
            .extension(3, (byte) 0, (byte) 0)
            .payload(payload)
            .bytes();
    forward(up, router, packet, 0, 20_000);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    forward(up, router, packet, 20_000, 20_000);

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(40_000 * 20, outlet.packets);
    assertTrue(allocated < 20_000, "bytes allocated for 400,000 packets: " + allocated);
  }

  private static void forward(RtpSession up, Router router, byte[] packet, int from, int count) {
    for (int i = from; i < from + count; i++) {
      Bytes.put16(packet, 2, i);
      Bytes.put32(packet, 4, i * 90);
      up.onRtp(packet, 0, packet.length, i * 1_000_000L);
      if (i % 8 == 7) {
        router.flush(i * 1_000_000L);
      }
    }
  }
}
