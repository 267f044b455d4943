package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Bus;
import dev.parley.kernel.Links;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Frames between two clustered Vert.x instances.
class LinksIT {

  private static final int NUMBERS = 1;
  private static final int FIELDS = 2;
  private static final int BROKEN = 3;
  private static final int THREADS = 4;
  private static final int EACH = 20_000;

  private static final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
  private static final List<List<Integer>> numbers = new ArrayList<>();
  private static Vertx one;
  private static Vertx two;
  private static Links sender;

  @BeforeAll
  static void open() {
    String cluster = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(2);
    one = BusIT.clustered(cluster, ports[0], ports);
    two = BusIT.clustered(cluster, ports[1], ports);
    sender = new Links(one, new Bus(one), "one");
    Links receiver = new Links(two, new Bus(two), "two");
    for (int i = 0; i < THREADS; i++) {
      numbers.add(new ArrayList<>());
    }
    receiver.receive(
        NUMBERS,
        (_, frame) -> {
          numbers.get(frame.octet()).add(frame.int32());
          if (numbers.stream().mapToInt(List::size).sum() == THREADS * EACH) {
            received.add("all");
          }
        });
    receiver.receive(
        FIELDS,
        (from, frame) ->
            received.add(
                from
                    + frame.octet()
                    + frame.int64()
                    + frame.text()
                    + frame.bytes().toString()
                    + frame.isAtEnd()));
    receiver.receive(BROKEN, (_, frame) -> received.add("never" + frame.text()));
    SocketClient.await(receiver.open());
    SocketClient.await(sender.open());
  }

  @AfterAll
  static void close() {
    SocketClient.await(one.close());
    SocketClient.await(two.close());
  }

  @Test
  void framesOfManyThreadsArriveOnceAndInTheOrderOfEach() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int n = 0; n < EACH; n++) {
                  int number = n;
                  sender.send("two", NUMBERS, out -> out.octet(thread).int32(number));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertEquals("all", received.poll(30, TimeUnit.SECONDS));
    for (List<Integer> each : numbers) {
      for (int n = 0; n < EACH; n++) {
        assertEquals(n, each.get(n));
      }
    }
  }

  @Test
  void whatWaitsForTheNetworkIsDoneOnce() throws InterruptedException {
    LinkedBlockingQueue<Integer> done = new LinkedBlockingQueue<>();
    for (int n = 0; n < 1_000; n++) {
      int number = n;
      sender.send("two", 14, out -> out.int32(number));
      sender.afterSent("two", () -> done.add(number));
    }
    Set<Integer> all = new HashSet<>();
    for (int n = 0; n < 1_000; n++) {
      assertTrue(all.add(done.poll(10, TimeUnit.SECONDS)));
    }
    assertFalse(all.contains(null));
    sender.afterSent("never heard of", () -> done.add(-1));
    assertEquals(-1, done.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void everyFieldArrivesAsItWasWritten() throws InterruptedException {
    sender.send(
        "two",
        FIELDS,
        out -> out.octet(200).int64(-7).text("grüße 😀").bytes(Buffer.buffer("raw")));

    assertEquals("one200-7grüße 😀rawtrue", received.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void aFrameThatEndsTooSoonHarmsNoOther() throws InterruptedException {
    sender.send("two", BROKEN, out -> out.int32(1_000_000));
    sender.send("two", 15, out -> out.int32(1));
    sender.send("nobody", FIELDS, out -> out.octet(1));
    sender.send("two", FIELDS, out -> out.octet(1).int64(2).text("3").bytes(Buffer.buffer("4")));

    assertEquals("one1234true", received.poll(10, TimeUnit.SECONDS));
    assertNull(received.poll());
  }
}
