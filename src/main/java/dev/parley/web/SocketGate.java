package dev.parley.web;

import dev.parley.kernel.Config;
import dev.parley.kernel.TokenBucket;
import dev.parley.signaling.socketio.Lease;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Bounds the sockets of a node, and those that one client address may open, at once and in a time.
/// One for all listeners of a node; any thread.
///
/// An address is remembered while it has sockets, and as long as its bucket is not full again.
/// Those without sockets are at most `MAX_REMEMBERED`; beyond, some are forgotten, which lets their
/// clients begin anew, and harms nobody else.
public final class SocketGate {

  /// What becomes of an attempt to open a socket.
  sealed interface Verdict permits Entered, Refused {}

  /// It may go on.
  ///
  /// @param lease to be released when the attempt fails, or its session ends
  record Entered(Lease lease) implements Verdict {}

  /// It is refused.
  ///
  /// @param retryAfterMs when to come back, about
  record Refused(Reason reason, long retryAfterMs) implements Verdict {}

  /// Why an attempt is refused.
  enum Reason {
    /// The address has tried too often.
    RATE("rate"),
    /// The address has its number of sockets.
    ADDRESS_FULL("connections"),
    /// The node has its number of sockets, whoever has them.
    NODE_FULL("node");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /// Label of the metric.
    String label() {
      return label;
    }
  }

  static final int MAX_REMEMBERED = 50_000;

  /// Nobody knows when a client will go.
  private static final long FULL_RETRY_MS = 10_000;

  /// One client address. Its fields are touched inside `compute` only, which is one thread at a
  /// time.
  private static final class Client {
    final TokenBucket handshakes;
    int open;

    Client(Config.Bucket limit) {
      handshakes = new TokenBucket(limit);
    }
  }

  private final int maxOpen;
  private final int maxOpenOfAddress;
  private final Config.Bucket limit;
  private final int maxRemembered;
  private final LongSupplier clockNs;
  private final Map<Long, Client> clients = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger sweepAt;

  public SocketGate(Config.Limits limits) {
    this(
        limits.connections(),
        limits.connectionsPerAddress(),
        limits.handshakes(),
        MAX_REMEMBERED,
        System::nanoTime);
  }

  /// @param maxOpen sockets of all addresses; 0 for any number
  /// @param maxOpenOfAddress sockets of one address; 0 for any number
  /// @param clockNs time in nanoseconds, from wherever
  SocketGate(
      int maxOpen,
      int maxOpenOfAddress,
      Config.Bucket limit,
      int maxRemembered,
      LongSupplier clockNs) {
    this.maxOpen = maxOpen;
    this.maxOpenOfAddress = maxOpenOfAddress;
    this.limit = limit;
    this.maxRemembered = maxRemembered;
    this.clockNs = clockNs;
    this.sweepAt = new AtomicInteger(maxRemembered);
  }

  /// Counts one attempt of an address.
  Verdict enter(String address) {
    if (open.incrementAndGet() > maxOpen && maxOpen > 0) {
      open.decrementAndGet();
      return new Refused(Reason.NODE_FULL, FULL_RETRY_MS);
    }
    Verdict verdict = enterAs(address);
    if (verdict instanceof Refused) {
      open.decrementAndGet();
    }
    return verdict;
  }

  private Verdict enterAs(String address) {
    if (clients.size() >= sweepAt.get()) {
      sweep();
    }
    Long key = ClientKey.of(address);
    Verdict[] verdict = new Verdict[1];
    clients.compute(
        key,
        (_, known) -> {
          Client client = known == null ? new Client(limit) : known;
          verdict[0] = enter(key, client);
          return client;
        });
    return verdict[0];
  }

  private Verdict enter(Long key, Client client) {
    long nowNs = clockNs.getAsLong();
    if (maxOpenOfAddress > 0 && client.open >= maxOpenOfAddress) {
      return new Refused(Reason.ADDRESS_FULL, FULL_RETRY_MS);
    }
    if (!client.handshakes.takes(nowNs)) {
      return new Refused(Reason.RATE, client.handshakes.retryAfterMs(nowNs));
    }
    client.open++;
    return new Entered(new Lease(() -> leave(key)));
  }

  private void leave(Long key) {
    open.decrementAndGet();
    clients.computeIfPresent(
        key,
        (_, client) -> {
          client.open--;
          return client.open == 0 && client.handshakes.isFull(clockNs.getAsLong()) ? null : client;
        });
  }

  /// Sockets open now, and attempts that are being looked at.
  int open() {
    return open.get();
  }

  /// Addresses remembered now.
  int remembered() {
    return clients.size();
  }

  /// Forgets whom there is nothing to know of, and if these are too few, others without sockets,
  /// down to half. The next time is far enough off for the work to be paid by those who came
  /// meanwhile.
  private void sweep() {
    long nowNs = clockNs.getAsLong();
    for (Long key : clients.keySet()) {
      clients.computeIfPresent(
          key, (_, client) -> client.open == 0 && client.handshakes.isFull(nowNs) ? null : client);
    }
    for (Long key : clients.keySet()) {
      if (clients.size() <= maxRemembered / 2) {
        break;
      }
      clients.computeIfPresent(key, (_, client) -> client.open == 0 ? null : client);
    }
    sweepAt.set(Math.max(maxRemembered, clients.size() + maxRemembered / 2));
  }
}
