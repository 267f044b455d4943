package dev.parley.kernel;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageProducer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Small binary messages to other nodes, many in one message of the event bus: what is sent to a
/// node while the last batch is on its way out leaves together. For what is too frequent for `Bus`.
///
/// Delivery is at most once. Frames from one node arrive in the order in which they were sent,
/// whatever their kind, and are received on one event loop.
public final class Links {

  private static final Logger log = LoggerFactory.getLogger(Links.class);

  /// Bytes that may be on their way to one node; with more, frames to it are dropped.
  private static final int MAX_IN_FLIGHT = 64 << 20;

  private static final int HEADER_BYTES = Integer.BYTES + 1;

  private static final int KINDS = 16;

  /// Takes frames of one kind.
  @FunctionalInterface
  public interface Receiver {

    /// One frame of node `from`; on the event loop of the links. Must not wait.
    void onFrame(String from, Frame frame);
  }

  /// Something to be done when a batch is out.
  private record Waiting(long batch, Runnable task) {}

  private final class Link {
    private final String node;
    private final MessageProducer<Buffer> producer;
    private Buffer pending = Buffer.buffer();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);

    /// Number of the batch that is being filled, and of the last one that is out.
    private long filling = 1;

    private long written;
    private boolean isFlushing;
    private int inFlight;

    Link(String node) {
      this.node = node;
      this.producer =
          vertx.eventBus().sender(address(node), new DeliveryOptions().addHeader("from", own));
    }

    synchronized boolean send(int kind, Frame.Body body) {
      if (inFlight + pending.length() > MAX_IN_FLIGHT) {
        dropped.increment();
        return false;
      }
      int start = pending.length();
      pending.appendInt(0).appendByte((byte) kind);
      body.writeTo(new Frame.Writer(pending));
      pending.setInt(start, pending.length() - start - HEADER_BYTES);
      sent.increment();
      if (!isFlushing) {
        isFlushing = true;
        context.runOnContext(_ -> flush());
      }
      return true;
    }

    /// False when all that was sent is out already.
    synchronized boolean afterSent(Runnable task) {
      long last = isFlushing ? filling : filling - 1;
      if (last <= written) {
        return false;
      }
      waiting.add(new Waiting(last, task));
      return true;
    }

    private void onWritten(long batch, int length) {
      List<Runnable> due = new ArrayList<>(0);
      synchronized (this) {
        inFlight -= length;
        written = Math.max(written, batch);
        while (!waiting.isEmpty() && waiting.getFirst().batch() <= written) {
          due.add(waiting.removeFirst().task());
        }
      }
      due.forEach(Runnable::run);
    }

    private void flush() {
      Buffer batch;
      long number;
      synchronized (this) {
        isFlushing = false;
        number = filling++;
        batch = pending;
        pending = Buffer.buffer(Math.min(batch.length(), 65_536));
        inFlight += batch.length();
      }
      int length = batch.length();
      producer
          .write(batch)
          .onComplete(result -> {
            onWritten(number, length);
            if (result.failed()) {
              log.debug("frames lost node={} error={}", node, result.cause().toString());
            }
          });
    }
  }

  private final Vertx vertx;
  private final String own;
  private final Context context;
  private final Map<String, Link> links = new ConcurrentHashMap<>();
  private final @Nullable Receiver[] receivers = new Receiver[KINDS];
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  /// @param bus whose connections are used
  /// @param node id of this node
  public Links(Vertx vertx, Bus bus, String node) {
    this.vertx = vertx;
    this.own = node;
    this.context = bus.outbound();
  }

  private static String address(String node) {
    return "links." + node;
  }

  /// Chooses who takes the frames of a kind; before `open`.
  ///
  /// @param kind 0 to 15
  public void receive(int kind, Receiver receiver) {
    receivers[kind] = receiver;
  }

  /// Begins to receive; complete when all nodes know.
  public Future<?> open() {
    Promise<@Nullable Void> opened = Promise.promise();
    context.runOnContext(_ ->
        vertx
            .eventBus()
            .<Buffer>consumer(address(own))
            .handler(message -> onBatch(message.headers().get("from"), message.body()))
            .completion()
            .<@Nullable Void>mapEmpty()
            .onComplete(opened));
    return opened.future();
  }

  /// Sends one frame; from any thread. False when it was dropped because the node takes nothing.
  public boolean send(String node, int kind, Frame.Body body) {
    return links.computeIfAbsent(node, Link::new).send(kind, body);
  }

  /// Runs `task` when what was sent to a node so far has been handed to the network, so that it
  /// arrives even if this process ends: on any thread, at once when nothing waits to be handed
  /// over. It runs as well when the node is gone.
  public void afterSent(String node, Runnable task) {
    Link link = links.get(node);
    if (link == null || !link.afterSent(task)) {
      task.run();
    }
  }

  /// The event-loop context on which frames are received.
  public Context context() {
    return context;
  }

  /// Forgets a node that is gone.
  public void forget(String node) {
    links.remove(node);
  }

  /// Frames sent so far.
  public long sentTotal() {
    return sent.sum();
  }

  /// Frames dropped so far because too much was on its way.
  public long droppedTotal() {
    return dropped.sum();
  }

  private void onBatch(@Nullable String from, Buffer batch) {
    if (from == null) {
      return;
    }
    int at = 0;
    while (at + HEADER_BYTES <= batch.length()) {
      int length = batch.getInt(at);
      int kind = batch.getByte(at + Integer.BYTES);
      int start = at + HEADER_BYTES;
      if (length < 0 || length > batch.length() - start) {
        log.error("malformed frames node={}", from);
        return;
      }
      at = start + length;
      deliver(from, kind, new Frame(batch, start, at));
    }
  }

  private void deliver(String from, int kind, Frame frame) {
    Receiver receiver = kind >= 0 && kind < receivers.length ? receivers[kind] : null;
    if (receiver == null) {
      log.debug("frame of unknown kind node={} kind={}", from, kind);
      return;
    }
    try {
      receiver.onFrame(from, frame);
    } catch (RuntimeException e) {
      log.error("frame failed node={} kind={}", from, kind, e);
    }
  }
}
