package dev.parley.presence;

import dev.parley.bridge.Bridge;
import dev.parley.bridge.Call;
import dev.parley.bridge.Courier;
import dev.parley.bridge.Delivery;
import dev.parley.bridge.PresenceLease;
import dev.parley.bridge.Watch;
import dev.parley.contract.DeliveriesDue;
import dev.parley.contract.Occupancy;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The role `presence` of a node. Looks at calls again and again while it has the lease, and
/// delivers what is due whether it has it or not.
public final class PresenceService {

  private static final Logger log = LoggerFactory.getLogger(PresenceService.class);

  /// How often our own rooms are looked at, at least, and the lease is held anew.
  private static final Duration LOOK = Duration.ofSeconds(3);

  private static final long DUE_MS = 1_000;

  /// Of one backend or provider.
  private static final int AT_ONCE = 8;

  private static final long FORGET_NS = Duration.ofHours(1).toNanos();
  private static final long MOST_CLOSING_S = 5;

  /// The lease outlasts so many looks.
  private static final int LEASE_LOOKS = 4;

  private final Vertx vertx;
  private final Control control;
  private final Bus bus;
  private final Watch watch;
  private final Courier courier;
  private final PresenceLease lease;
  private final Duration look;
  private final long pollNs;
  private final Promise<@Nullable Void> closed = Promise.promise();
  private volatile boolean isClosed;

  // Touched on the control context only.
  private boolean isHolding;
  private boolean isTaking;
  private boolean isTakingAgain;
  private boolean isReleased;
  private final Set<Call.Provider> looking = EnumSet.noneOf(Call.Provider.class);
  private final Map<Call.Provider, Long> looked = new EnumMap<>(Call.Provider.class);
  private final Map<String, Integer> carried = new HashMap<>();
  private long forgotNs = System.nanoTime();
  private long epoch;

  /// @param poll how often daily.co is asked
  public PresenceService(Vertx vertx, Control control, Bus bus, Bridge.Parts parts, Duration poll) {
    this.vertx = vertx;
    this.control = control;
    this.bus = bus.register(Occupancy.class).register(DeliveriesDue.class);
    this.watch = parts.watch();
    this.courier = parts.courier();
    this.lease = parts.lease();
    this.look = poll.compareTo(LOOK) < 0 ? poll : LOOK;
    this.pollNs = poll.toNanos();
  }

  /// Begins to look and to deliver; complete when all nodes know.
  public Future<?> open() {
    vertx.setPeriodic(1, look.toMillis(), _ -> control.run(this::hold));
    vertx.setPeriodic(1, DUE_MS, _ -> control.run(this::deliver));
    Promise<@Nullable Void> opened = Promise.promise();
    control.run(() ->
        Future.join(
                bus.listen(Occupancy.ADDRESS, Occupancy.class, this::heard).completion(),
                bus.listen(DeliveriesDue.ADDRESS, DeliveriesDue.class, _ -> deliver()).completion())
            .<@Nullable Void>mapEmpty()
            .onComplete(opened));
    return opened.future();
  }

  /// Begins nothing new, lets another node look, and ends what is under way, unless that takes too
  /// long: then others try it again.
  public Future<?> close() {
    isClosed = true;
    control.run(() -> {
      try {
        lease.release();
      } catch (Failure failure) {
        log.debug("lease not released error={}", failure.text());
      }
      isReleased = true;
      endIfIdle();
    });
    return closed.future().timeout(MOST_CLOSING_S, TimeUnit.SECONDS).otherwiseEmpty();
  }

  private void endIfIdle() {
    if (isReleased && carried.values().stream().allMatch(number -> number == 0)) {
      closed.tryComplete();
    }
  }

  private void heard(Occupancy occupancy) {
    try {
      watch.heard(occupancy);
      deliver();
    } catch (Failure failure) {
      // It is found when it is looked at.
      log.debug("room not noted room={} error={}", occupancy.roomName(), failure.text());
    }
  }

  /// Holds the lease, if it is to be had, apart from what takes long.
  private void hold() {
    if (isClosed || isHolding) {
      return;
    }
    isHolding = true;
    try {
      long held = lease.hold(look.multipliedBy(LEASE_LOOKS));
      if (held != epoch) {
        log.info("presence {} epoch={}", held == 0 ? "is another node's" : "is ours", held);
        epoch = held;
      }
    } catch (Failure failure) {
      log.debug("lease not held error={}", failure.text());
    } finally {
      isHolding = false;
    }
    if (epoch != 0) {
      control.run(() -> look(Call.Provider.PARLEY, 0));
      control.run(() -> look(Call.Provider.DAILY, pollNs));
    }
  }

  /// @param everyNs what there must be between two looks
  private void look(Call.Provider which, long everyNs) {
    long nowNs = System.nanoTime();
    Long lookedNs = looked.get(which);
    if (isClosed || looking.contains(which) || (lookedNs != null && nowNs - lookedNs < everyNs)) {
      return;
    }
    looking.add(which);
    looked.put(which, nowNs);
    long held = epoch;
    try {
      watch.look(which, held);
      if (which == Call.Provider.PARLEY) {
        watch.lookAtTimes(held);
        forget(nowNs);
      }
      deliver();
    } catch (Failure failure) {
      log.debug("calls not looked at error={}", failure.text());
    } catch (RuntimeException e) {
      log.error("calls not looked at", e);
    } finally {
      looking.remove(which);
    }
  }

  private void forget(long nowNs) {
    if (nowNs - forgotNs >= FORGET_NS) {
      forgotNs = nowNs;
      watch.forget();
    }
  }

  /// Takes what is due, unless too much is under way.
  private void deliver() {
    isTakingAgain = true;
    if (isTaking) {
      return;
    }
    isTaking = true;
    try {
      while (isTakingAgain && !isClosed) {
        isTakingAgain = false;
        for (String scheme : courier.schemes()) {
          take(scheme);
        }
      }
    } catch (Failure failure) {
      log.debug("deliveries not taken error={}", failure.text());
    } catch (RuntimeException e) {
      log.error("deliveries not taken", e);
    } finally {
      isTaking = false;
    }
  }

  private void take(String scheme) {
    int free = AT_ONCE - carried.getOrDefault(scheme, 0);
    if (free > 0) {
      for (Delivery delivery : courier.take(scheme, free)) {
        carried.merge(scheme, 1, Integer::sum);
        control.run(() -> carry(scheme, delivery));
      }
    }
  }

  private void carry(String scheme, Delivery delivery) {
    try {
      courier.deliver(delivery);
    } catch (Failure failure) {
      // It is taken again when its claim is over.
      log.debug("delivery not noted id={} error={}", delivery.id(), failure.text());
    } catch (RuntimeException e) {
      log.error("delivery failed id={}", delivery.id(), e);
    } finally {
      carried.merge(scheme, -1, Integer::sum);
    }
    endIfIdle();
    deliver();
  }
}
