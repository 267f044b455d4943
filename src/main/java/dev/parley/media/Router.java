package dev.parley.media;

import dev.parley.media.rtp.Traffic;
import java.util.ArrayList;

/// The forwarding of one room: sessions of its participants, and the producers among them that have
/// packets to hand on.
///
/// It lives on one worker: every call on that worker's event loop. The worker calls `flush` when a
/// batch of received packets has been handled, and `RtpSession.tick` every 20 ms.
public final class Router {

  /// What the packet path tells the control layer; called on the event loop, from within the call
  /// that caused it.
  public interface Events {

    /// A producer ended because its session closed.
    void producerClosed(Producer producer);

    /// A consumer ended because its producer closed.
    void consumerClosed(Consumer consumer);

    /// A consumer forwards another encoding now, or none; see `Consumer.currentLayer`.
    void layersChanged(Consumer consumer);

    /// A session's transport is gone (`Inlet.onClosed`); the session is closed already.
    void sessionClosed(RtpSession session, String reason);
  }

  private final Traffic traffic;
  private final Events events;
  private final java.util.function.Consumer<Router> onDirty;
  private ArrayList<Producer> dirty = new ArrayList<>();
  private ArrayList<Producer> flushing = new ArrayList<>();

  /// @param traffic counters, which routers of one worker may share
  public Router(Traffic traffic, Events events) {
    this(traffic, events, _ -> {});
  }

  /// @param onDirty told when packets begin to wait for `flush`; once until that has run
  public Router(Traffic traffic, Events events, java.util.function.Consumer<Router> onDirty) {
    this.traffic = traffic;
    this.events = events;
    this.onDirty = onDirty;
  }

  public Traffic traffic() {
    return traffic;
  }

  Events events() {
    return events;
  }

  /// This producer has packets waiting.
  void dirty(Producer producer) {
    if (dirty.isEmpty()) {
      onDirty.accept(this);
    }
    dirty.add(producer);
  }

  /// Forwards all that was received since the last call: for each producer, for each of its
  /// consumers, each packet.
  public void flush(long nowNs) {
    ArrayList<Producer> producers = dirty;
    dirty = flushing;
    flushing = producers;
    try {
      for (int i = 0; i < producers.size(); i++) {
        producers.get(i).flush(nowNs);
      }
    } finally {
      producers.clear();
    }
  }

  /// Whether packets wait for `flush`.
  public boolean isDirty() {
    return !dirty.isEmpty();
  }
}
