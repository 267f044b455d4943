package dev.parley.bench;

import io.netty.channel.EventLoop;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// One round: messages at a fixed rate, sent when they are due whether or not those before have
/// arrived, each by a client taken at random. Latency counts from when a message was due, so that a
/// server that stalls is charged for all that it kept waiting.
final class OpenLoop implements LoadSocket.Receiver {

  /// Messages sent before what has come in is looked at.
  private static final int BURST = 32;

  private static final long SHORTEST_PAUSE_NS = 20_000;
  private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(10);

  /// Share of a round that is not in the latencies.
  private static final double WARM_UP = 0.15;

  private final LoadClient client;
  private final Scenario scenario;
  private final double rate;

  /// Number of the first message, so that no two rounds share one.
  private final int base;

  private final int total;
  private final EventLoop loop;
  private final SplittableRandom random;
  private final List<LoadSocket> senders;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Histogram latency = new Histogram(HIGHEST_NS, 3);
  private final Histogram late = new Histogram(HIGHEST_NS, 3);

  // By number of the message.
  private final int[] sender;
  private final short[] received;

  // The highest number seen, by receiver and place of the sender.
  private final int[] newest;

  private long startNs;
  private int sent;
  private long delivered;
  private long duplicated;
  private long strayed;
  private long reordered;
  private boolean isOverloaded;
  private boolean isOver;
  private long endNs;

  private OpenLoop(LoadClient client, Scenario scenario, double rate, double seconds, long seed) {
    this.client = client;
    this.scenario = scenario;
    this.rate = rate;
    this.total = (int) Math.round(rate * seconds);
    this.base = client.reserve(total);
    this.loop = client.loop();
    this.random = new SplittableRandom(seed);
    this.senders = client.sockets();
    this.sender = new int[total];
    this.received = new short[total];
    this.newest = new int[senders.size() * scenario.roomSize()];
  }

  /// What a round came to.
  ///
  /// @param rate messages a second that were asked for
  /// @param delivered messages that receivers got, each receiver counted
  /// @param lost messages that a receiver never got
  /// @param strayed messages that came to one who was not to get them
  /// @param isOverloaded whether it was ended early, because more and more waited
  /// @param latency from when a message was due, in ns
  /// @param late how long after it was due a message was sent, in ns
  record Outcome(
      double rate,
      double seconds,
      long sent,
      long delivered,
      long lost,
      long duplicated,
      long strayed,
      long reordered,
      boolean isOverloaded,
      Histogram latency,
      Histogram late) {

    double latencyMs(double percentile) {
      return ms(latency.getValueAtPercentile(percentile));
    }

    double lateMs(double percentile) {
      return ms(late.getValueAtPercentile(percentile));
    }

    private static double ms(long ns) {
      return Math.round(ns / 1e4) / 100.0;
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("rate", Math.round(rate))
          .put("seconds", Math.round(seconds * 100) / 100.0)
          .put("sent", sent)
          .put("delivered", delivered)
          .put("lost", lost)
          .put("duplicated", duplicated)
          .put("strayed", strayed)
          .put("reordered", reordered)
          .put("overloaded", isOverloaded)
          .put(
              "latencyMs",
              new JsonObject()
                  .put("p50", latencyMs(50))
                  .put("p99", latencyMs(99))
                  .put("p99_9", latencyMs(99.9))
                  .put("max", ms(latency.getMaxValue())))
          .put("clientLateMs", new JsonObject().put("p50", lateMs(50)).put("p99", lateMs(99)));
    }
  }

  /// Runs a round and waits for its end, which is when all has arrived or nothing more will.
  static Outcome run(LoadClient client, Scenario scenario, double rate, double seconds, long seed) {
    OpenLoop round = new OpenLoop(client, scenario, rate, seconds, seed);
    round.loop.execute(round::begin);
    try {
      round.done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return round.outcome();
  }

  private void begin() {
    client.receiver(this);
    startNs = System.nanoTime();
    send();
  }

  private long dueNs(int number) {
    return startNs + (long) (number * 1e9 / rate);
  }

  private void send() {
    long nowNs = System.nanoTime();
    for (int i = 0; i < BURST && sent < total && dueNs(sent) <= nowNs; i++) {
      int from = random.nextInt(senders.size() / scenario.roomSize() * scenario.roomSize());
      sender[sent] = from;
      late.recordValue(Math.min(HIGHEST_NS, nowNs - dueNs(sent)));
      senders.get(from).send(base + sent);
      sent++;
    }
    // A second's worth that has not arrived will not be caught up with.
    isOverloaded = (long) sent * scenario.receivers() - delivered > rate * scenario.receivers();
    if (sent == total || isOverloaded) {
      awaitRest(System.nanoTime() + DRAIN_NS);
    } else {
      long pauseNs = dueNs(sent) - System.nanoTime();
      loop.schedule(this::send, pauseNs < SHORTEST_PAUSE_NS ? 0 : pauseNs, TimeUnit.NANOSECONDS);
    }
  }

  private void awaitRest(long deadlineNs) {
    boolean isWhole = delivered >= (long) sent * scenario.receivers();
    if (isWhole || System.nanoTime() - deadlineNs > 0) {
      endNs = System.nanoTime();
      isOver = true;
      client.receiver(null);
      done.countDown();
    } else {
      loop.schedule(() -> awaitRest(deadlineNs), 1, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void onRelayed(LoadSocket socket, int wireNumber, long nowNs) {
    int number = wireNumber - base;
    if (isOver || number < 0 || number >= sent) {
      strayed++;
      return;
    }
    int from = sender[number];
    LoadSocket source = senders.get(from);
    int bit = 1 << socket.place;
    if (source.room != socket.room || source == socket) {
      strayed++;
    } else if ((received[number] & bit) != 0) {
      duplicated++;
    } else {
      received[number] |= (short) bit;
      delivered++;
      int pair = socket.index() * scenario.roomSize() + source.place;
      if (number + 1 < newest[pair]) {
        reordered++;
      }
      newest[pair] = Math.max(newest[pair], number + 1);
      if (number >= total * WARM_UP) {
        latency.recordValue(Math.min(HIGHEST_NS, nowNs - dueNs(number)));
      }
    }
  }

  private Outcome outcome() {
    return new Outcome(
        rate,
        (endNs - startNs) / 1e9,
        sent,
        delivered,
        (long) sent * scenario.receivers() - delivered,
        duplicated,
        strayed,
        reordered,
        isOverloaded,
        latency,
        late);
  }
}
