package dev.parley.bridge;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers what is in the outbox: tells chat backends, deletes rooms. Any number of them may be at
/// it. Waits.
public final class Courier {

  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  private static final long FIRST_RETRY_MS = 1_000;
  private static final long LAST_RETRY_MS = 60_000;

  /// Whoever asks for a longer pause is tried after this.
  private static final long MOST_PAUSE_MS = 600_000;

  private final Outbox outbox;
  private final Map<String, ChatBackend> backends;
  private final Map<String, RoomProvider> providers;
  private final Metrics metrics;
  private final LongSupplier clock;

  /// @param backends by their scheme
  /// @param providers by the word of `Call.Provider`
  /// @param clock ms since 1970
  public Courier(
      Outbox outbox,
      Map<String, ChatBackend> backends,
      Map<String, RoomProvider> providers,
      Metrics metrics,
      LongSupplier clock) {
    this.outbox = outbox;
    this.backends = Map.copyOf(backends);
    this.providers = Map.copyOf(providers);
    this.metrics = metrics;
    this.clock = clock;
  }

  /// Of whom there may be something to deliver: each is slow by himself.
  public Set<String> schemes() {
    Set<String> schemes = new LinkedHashSet<>(backends.keySet());
    schemes.addAll(providers.keySet());
    return schemes;
  }

  /// Takes some of what is due. Each is to be handed to `deliver`.
  ///
  /// @param scheme one of `schemes`
  public List<Delivery> take(String scheme, int most) {
    return outbox.claim(scheme, most, clock.getAsLong());
  }

  /// Makes one attempt, and writes down what has come of it.
  public void deliver(Delivery delivery) {
    if (clock.getAsLong() >= delivery.expiresAtMs()) {
      failed(delivery, Failure.unavailable("not delivered in time"));
      return;
    }
    try {
      carry(delivery);
    } catch (Failure failure) {
      failed(delivery, failure);
      return;
    } catch (RuntimeException e) {
      log.error("delivery failed id={}", delivery.id(), e);
      failed(delivery, Failure.unavailable("a fault of ours"));
      return;
    }
    outbox.done(delivery, clock.getAsLong());
    count(delivery, "done");
  }

  private void carry(Delivery delivery) {
    String scheme = delivery.target().split("/", 2)[0];
    if (delivery.kind() == Delivery.Kind.DELETE_ROOM) {
      RoomProvider provider = providers.get(scheme);
      if (provider == null) {
        throw unknown(scheme);
      }
      provider.delete(delivery.call().roomName());
      return;
    }
    ChatBackend backend = backends.get(scheme);
    if (backend == null) {
      throw unknown(scheme);
    }
    backend.deliver(delivery, expiry -> outbox.renew(delivery, expiry));
  }

  /// It may be configured again.
  private static Failure unknown(String scheme) {
    return Failure.unavailable(scheme + " is not configured");
  }

  private void failed(Delivery delivery, Failure failure) {
    long nowMs = clock.getAsLong();
    boolean mayCome =
        switch (failure.code()) {
          case UNAVAILABLE, RATE_LIMITED -> true;
          default -> false;
        };
    if (failure.code() == Failure.Code.CONFLICT) {
      // Another has it.
      return;
    }
    if (!mayCome || nowMs >= delivery.expiresAtMs()) {
      log.warn(
          "delivery given up kind={} target={} room={} error={}",
          delivery.kind(),
          delivery.target(),
          delivery.call().roomName(),
          failure.text());
      outbox.dead(delivery, failure.text(), nowMs);
      count(delivery, "dead");
      return;
    }
    log.debug("delivery put off target={} error={}", delivery.target(), failure.text());
    outbox.retry(delivery, nowMs + pauseMs(delivery, failure), failure.text());
    count(delivery, "retried");
  }

  private static long pauseMs(Delivery delivery, Failure failure) {
    long doubled = FIRST_RETRY_MS << Math.min(delivery.attempt() - 1, 6);
    long pause = Math.min(doubled, LAST_RETRY_MS);
    // So that all do not come at once.
    pause = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    return Math.clamp(failure.retryAfterMs(), pause, MOST_PAUSE_MS);
  }

  private void count(Delivery delivery, String result) {
    metrics.count(
        Metrics.Total.BRIDGE_DELIVERIES,
        "kind",
        delivery.kind().name().toLowerCase(Locale.ROOT),
        "result",
        result);
  }
}
