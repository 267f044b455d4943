package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The acknowledgements one client owes the server over one connection. Any thread.
final class PendingAcks {

  private record Pending(Promise<Args> promise, long timer) {}

  private final Vertx vertx;
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();

  PendingAcks(Vertx vertx) {
    this.vertx = vertx;
  }

  int size() {
    return pending.size();
  }

  /// Waits for an answer and returns the id it will carry.
  long add(Promise<Args> promise, Duration timeout) {
    long id = nextId.getAndIncrement();
    long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), _ -> expire(id));
    pending.put(id, new Pending(promise, timer));
    return id;
  }

  /// The client has answered. An id that nobody waits for is ignored.
  void complete(long id, Args args) {
    Pending waiting = pending.remove(id);
    if (waiting != null) {
      vertx.cancelTimer(waiting.timer());
      waiting.promise().tryComplete(args);
    }
  }

  /// The client will not answer any more.
  void failAll() {
    for (Long id : List.copyOf(pending.keySet())) {
      Pending waiting = pending.remove(id);
      if (waiting != null) {
        vertx.cancelTimer(waiting.timer());
        waiting.promise().tryFail(Failure.unavailable("the socket has disconnected"));
      }
    }
  }

  private void expire(long id) {
    Pending waiting = pending.remove(id);
    if (waiting != null) {
      waiting.promise().tryFail(Failure.unavailable("no acknowledgement in time"));
    }
  }
}
