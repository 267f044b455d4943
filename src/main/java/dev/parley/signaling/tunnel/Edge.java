package dev.parley.signaling.tunnel;

import dev.parley.kernel.Frame;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// This node's side of what is under way here for sessions of other nodes. Any thread, but for
/// frames.
final class Edge {

  private final Vertx vertx;
  private final FrameLink link;
  private final long patienceMs;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Far> underWay = new ConcurrentHashMap<>();

  /// @param patienceMs after which an owner that does not answer a request counts as gone
  Edge(Vertx vertx, FrameLink link, long patienceMs) {
    this.vertx = vertx;
    this.link = link;
    this.patienceMs = patienceMs;
  }

  FrameLink link() {
    return link;
  }

  /// A number for something new, of which frames are told from now on.
  long add(Far far) {
    long id = lastId.incrementAndGet();
    underWay.put(id, far);
    return id;
  }

  void remove(long id) {
    underWay.remove(id);
  }

  /// Calls `lost` when the owner's answer has not come in time.
  long limit(Far far) {
    return vertx.setTimer(patienceMs, _ -> far.lost());
  }

  void cancel(long timer) {
    vertx.cancelTimer(timer);
  }

  void onFrame(String node, int op, long id, Frame frame) {
    Far far = underWay.get(id);
    if (far != null && far.node().equals(node)) {
      far.onFrame(op, frame);
    }
  }

  /// Nothing that is under way to the node will be answered.
  void onLoss(String node) {
    underWay
        .values()
        .forEach(far -> {
          if (far.node().equals(node)) {
            far.lost();
          }
        });
  }

  int size() {
    return underWay.size();
  }
}
