package dev.parley.kernel;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Work for one key or connection, done one task after the other although tasks await.
///
/// Tasks run on the given context, a virtual-thread one, in the order in which one thread hands
/// them in; the next begins when the one before has returned, whether it awaited or not. Closing is
/// a task too, so nothing runs inside or after it. Methods may be called from any thread.
public final class Lane {

  private final Context context;
  private final int maxWaiting;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Promise<Void> closed = Promise.promise();

  // Touched on the context only.
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;
  private boolean over;

  /// @param context a virtual-thread context, which the tasks may await on
  /// @param maxWaiting tasks that may be waiting or running; more are refused, but for those of the
  ///   lane's owner
  public Lane(Context context, int maxWaiting) {
    this.context = context;
    this.maxWaiting = maxWaiting;
  }

  /// Runs a task after those before it. Fails with what the task throws, with `RATE_LIMITED` when
  /// too many are waiting, with `CONFLICT` when the lane is closed.
  public <T> Future<T> run(Callable<T> task) {
    if (closing.get()) {
      return Future.failedFuture(closedAlready());
    }
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          new Failure(Failure.Code.RATE_LIMITED, "Too many commands are waiting"));
    }
    return begin(task);
  }

  /// The same for a task of the lane's owner, which none of a client's can keep out: refused only
  /// when the lane is closed. There must be a bound to how many there are of these.
  public <T> Future<T> runOwn(Callable<T> task) {
    if (closing.get()) {
      return Future.failedFuture(closedAlready());
    }
    waiting.incrementAndGet();
    return begin(task);
  }

  private <T> Future<T> begin(Callable<T> task) {
    Promise<T> promise = Promise.promise();
    Callable<T> unlessOver =
        () -> {
          if (over) {
            throw closedAlready();
          }
          return task.call();
        };
    submit(unlessOver, promise);
    return promise.future();
  }

  /// Runs the last task, after those handed in before; it is never refused. Later calls do nothing
  /// and return the same result.
  public Future<Void> close(Runnable last) {
    if (closing.compareAndSet(false, true)) {
      waiting.incrementAndGet();
      Callable<Void> task =
          () -> {
            over = true;
            last.run();
            return null;
          };
      submit(task, closed);
    }
    return closed.future();
  }

  /// Whether nothing runs and nothing waits, as far as is known now.
  public boolean isIdle() {
    return waiting.get() == 0;
  }

  public boolean isClosed() {
    return closing.get();
  }

  private static Failure closedAlready() {
    return new Failure(Failure.Code.CONFLICT, "The connection is closed");
  }

  private <T> void submit(Callable<T> task, Promise<T> promise) {
    try {
      context.runOnContext(_ -> enqueue(() -> perform(task, promise)));
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      promise.fail(e);
    }
  }

  private void enqueue(Runnable task) {
    tasks.add(task);
    if (!running) {
      running = true;
      next();
    }
  }

  private void next() {
    Runnable task = tasks.poll();
    if (task == null) {
      running = false;
      return;
    }
    task.run();
    if (tasks.isEmpty()) {
      running = false;
    } else {
      // In a turn of its own, so that other lanes of this context get theirs.
      context.runOnContext(_ -> next());
    }
  }

  /// Tasks may throw what is no `Exception`: errors of Redis are plain throwables.
  private <T> void perform(Callable<T> task, Promise<T> promise) {
    T result;
    try {
      result = task.call();
    } catch (Throwable thrown) {
      waiting.decrementAndGet();
      promise.tryFail(thrown);
      return;
    }
    waiting.decrementAndGet();
    promise.tryComplete(result);
  }
}
