package dev.parley.media;

import java.util.PriorityQueue;
import java.util.Random;

/// A one-way network on a virtual clock that loses, delays, reorders and repeats packets, the same
/// way for the same seed.
final class SimNet {

  /// Who takes a packet at the other end.
  interface Receiver {
    void receive(byte[] packet, boolean rtcp, long nowNs);
  }

  private static final class InFlight {
    private final long atNs;
    private final long order;
    private final byte[] packet;
    private final boolean rtcp;

    InFlight(long atNs, long order, byte[] packet, boolean rtcp) {
      this.atNs = atNs;
      this.order = order;
      this.packet = packet;
      this.rtcp = rtcp;
    }
  }

  private final Random random;
  private final PriorityQueue<InFlight> inFlight =
      new PriorityQueue<>((a, b) ->
          a.atNs != b.atNs ? Long.compare(a.atNs, b.atNs) : Long.compare(a.order, b.order));
  private final long delayNs;
  private long order;

  double loss;
  double duplication;
  long jitterNs;
  int lost;

  SimNet(long seed, long delayNs) {
    this.random = new Random(seed);
    this.delayNs = delayNs;
  }

  void send(byte[] packet, boolean rtcp, long nowNs) {
    if (random.nextDouble() < loss) {
      lost++;
      return;
    }
    int copies = random.nextDouble() < duplication ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long jitter = jitterNs == 0 ? 0 : random.nextLong(jitterNs);
      inFlight.add(new InFlight(nowNs + delayNs + jitter, order++, packet, rtcp));
    }
  }

  void deliver(long nowNs, Receiver receiver) {
    while (!inFlight.isEmpty() && inFlight.peek().atNs <= nowNs) {
      InFlight next = inFlight.remove();
      receiver.receive(next.packet, next.rtcp, nowNs);
    }
  }
}
