package dev.parley.account;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/// Password hashes by argon2id (RFC 9106), computed on a small pool of their own: each costs tens
/// of megabytes and milliseconds. More waiting than the queue holds is refused as UNAVAILABLE.
public final class Passwords {

  private final WorkerExecutor workers;
  private final Argon2Function argon2;
  private final int maxPending;
  private final AtomicInteger pending = new AtomicInteger();
  private final String decoy;

  public Passwords(Vertx vertx, Features.PasswordHashing config) {
    this.workers = vertx.createSharedWorkerExecutor("passwords", config.concurrency());
    this.argon2 =
        Argon2Function.getInstance(
            config.memoryKiB(), config.iterations(), config.parallelism(), 32, Argon2.ID);
    this.maxPending = config.concurrency() + config.maxQueued();
    this.decoy = Password.hash("decoy").addRandomSalt(16).with(argon2).getResult();
  }

  /// Hashes a new password, in the PHC string format, with a salt of its own.
  public Future<String> hash(String password) {
    return run(() -> Password.hash(password).addRandomSalt(16).with(argon2).getResult());
  }

  /// Compares in constant time.
  public Future<Boolean> matches(String password, String hash) {
    return run(() -> Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash)));
  }

  /// As long a computation as `matches`, always false: for addresses that have no account.
  public Future<Boolean> matchesNothing(String password) {
    return matches(password, decoy).map(false);
  }

  private <T> Future<T> run(Callable<T> work) {
    if (pending.incrementAndGet() > maxPending) {
      pending.decrementAndGet();
      return Future.failedFuture(Failure.unavailable("Too many sign-ins at once, try again"));
    }
    return workers
        .executeBlocking(work, false)
        .onComplete(_ -> pending.decrementAndGet())
        .map(result -> Objects.requireNonNull(result));
  }
}
