package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The acknowledgements one client owes the server. On the socket's context only.
final class PendingAcks {

  private record Pending(Promise<Args> promise, long timer) {}

  private final Vertx vertx;
  private final Map<Long, Pending> pending = new HashMap<>();
  private long lastId = -1;

  PendingAcks(Vertx vertx) {
    this.vertx = vertx;
  }

  int size() {
    return pending.size();
  }

  /// Waits for an answer and returns the id it will carry.
  long add(Promise<Args> promise, Duration timeout) {
    long id = ++lastId;
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
    for (Pending waiting : pending.values()) {
      vertx.cancelTimer(waiting.timer());
      waiting.promise().tryFail(Failure.unavailable("the socket has disconnected"));
    }
    pending.clear();
  }

  private void expire(long id) {
    Pending waiting = pending.remove(id);
    if (waiting != null) {
      waiting.promise().tryFail(Failure.unavailable("no acknowledgement in time"));
    }
  }
}
