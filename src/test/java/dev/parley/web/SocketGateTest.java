package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Config;
import dev.parley.signaling.socketio.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketGateTest {

  private static final long SECOND_NS = 1_000_000_000L;

  private final AtomicLong nowNs = new AtomicLong(-7);

  private SocketGate gate(int maxOpen, int rate, int burst, int maxRemembered) {
    return new SocketGate(0, maxOpen, new Config.Bucket(rate, burst), maxRemembered, nowNs::get);
  }

  private static Lease entered(SocketGate gate, String address) {
    return assertInstanceOf(SocketGate.Entered.class, gate.enter(address)).lease();
  }

  private static String refused(SocketGate gate, String address) {
    return assertInstanceOf(SocketGate.Refused.class, gate.enter(address)).reason().label();
  }

  @Test
  void anAddressHasItsNumberOfSocketsAndOthersHaveTheirs() {
    SocketGate gate = gate(2, 100, 100, 10);
    Lease first = entered(gate, "192.0.2.1");
    entered(gate, "192.0.2.1");

    assertEquals("connections", refused(gate, "192.0.2.1"));
    entered(gate, "192.0.2.2");
    first.release();
    entered(gate, "192.0.2.1");
    assertEquals("connections", refused(gate, "192.0.2.1"));
  }

  @Test
  void aNodeHasItsNumberOfSocketsWhoeverHasThem() {
    SocketGate gate = new SocketGate(2, 0, new Config.Bucket(1, 2), 10, nowNs::get);
    entered(gate, "192.0.2.1");
    Lease second = entered(gate, "192.0.2.1");

    assertEquals("node", refused(gate, "192.0.2.2"));
    second.release();
    assertEquals("rate", refused(gate, "192.0.2.1"));
    entered(gate, "192.0.2.3");
    assertEquals("node", refused(gate, "192.0.2.2"));
    assertEquals(2, gate.open());
  }

  @Test
  void aPlaceIsGivenBackOnceHoweverOftenItIsReleased() {
    SocketGate gate = gate(2, 100, 100, 10);
    Lease first = entered(gate, "192.0.2.1");
    entered(gate, "192.0.2.1");
    first.release();
    first.release();

    entered(gate, "192.0.2.1");
    assertEquals("connections", refused(gate, "192.0.2.1"));
    assertEquals(2, gate.open());
  }

  @Test
  void attemptsAreLimitedWhetherTheyLastOrNot() {
    SocketGate gate = gate(0, 2, 3, 10);
    for (int i = 0; i < 3; i++) {
      entered(gate, "192.0.2.1").release();
    }

    assertEquals(
        new SocketGate.Refused(SocketGate.Reason.RATE, 500),
        assertInstanceOf(SocketGate.Refused.class, gate.enter("192.0.2.1")));
    nowNs.addAndGet(SECOND_NS / 2);
    entered(gate, "192.0.2.1");
    assertEquals("rate", refused(gate, "192.0.2.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, c000:201::, false",
    "255.255.255.255, ffff:ffff:ffff::, false",
    "'', unix, true",
  })
  void oneSubscriberIsOneClient(String one, String other, boolean same) {
    SocketGate gate = gate(1, 100, 100, 10);
    entered(gate, one);

    assertEquals(same, gate.enter(other) instanceof SocketGate.Refused);
  }

  @Test
  void whoHasGoneAndIsOwedNothingIsForgottenAtOnce() {
    SocketGate gate = gate(10, 1, 5, 10);
    Lease lease = entered(gate, "192.0.2.1");
    nowNs.addAndGet(SECOND_NS);
    lease.release();

    assertEquals(0, gate.remembered());
  }

  @Test
  void manyAddressesTakeBoundedMemoryAndTakeNobodysPlaceAway() {
    SocketGate gate = gate(1, 1, 5, 1000);
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      leases.add(entered(gate, "10.0." + i / 256 + "." + i % 256));
    }
    for (int i = 0; i < 100_000; i++) {
      String network = Integer.toHexString(i >> 8) + ":" + Integer.toHexString(i & 0xff);
      entered(gate, "2001:db8:" + network + "::1").release();
      assertTrue(gate.remembered() <= 1000 + 500, () -> gate.remembered() + " remembered");
    }

    assertEquals(300, gate.open());
    assertEquals("connections", refused(gate, "10.0.0.7"));
    leases.forEach(Lease::release);
    assertEquals(0, gate.open());
  }

  /// @param ofNode sockets of the node
  /// @param ofAddress sockets of the address
  @ParameterizedTest
  @CsvSource({"0, 2", "2, 0", "2, 3"})
  void manyThreadsLetNobodyInTwice(int ofNode, int ofAddress) throws InterruptedException {
    Config.Bucket any = new Config.Bucket(1_000_000, 1_000_000);
    SocketGate gate = new SocketGate(ofNode, ofAddress, any, 100, nowNs::get);
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .start(() -> {
            for (int i = 0; i < 20_000; i++) {
              if (gate.enter("192.0.2.1") instanceof SocketGate.Entered entered) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                inside.decrementAndGet();
                entered.lease().release();
              }
            }
            done.countDown();
          });
    }
    done.await();

    assertTrue(most.get() <= 2, () -> most + " were inside");
    assertEquals(0, gate.open());
  }
}
