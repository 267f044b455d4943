package dev.parley.signaling;

import java.util.function.LongSupplier;

/// Keeps offers of two who both begin from crossing: only one of the two is passed on. One that
/// comes while the other's waits for its answer is dropped; of two that cross between nodes, that
/// of the lesser socket id gets through, which both nodes see alike. After `PATIENCE_NS` an offer
/// that nobody has answered counts no more.
///
/// For one room of two; holding its lock.
final class Offers {

  static final long PATIENCE_NS = 3_000_000_000L;

  private static final String OFFER = "offer";
  private static final String ANSWER = "answer";

  private final LongSupplier clock;
  private String offerer = "";
  private long atNs;

  Offers() {
    this(System::nanoTime);
  }

  /// @param clock in nanoseconds
  Offers(LongSupplier clock) {
    this.clock = clock;
  }

  private boolean isPending() {
    return !offerer.isEmpty() && clock.getAsLong() - atNs < PATIENCE_NS;
  }

  private void pending(String socketId) {
    offerer = socketId;
    atNs = clock.getAsLong();
  }

  /// Whether what a socket of this node says may go out.
  boolean admits(Relay.Kind kind, String socketId) {
    switch (kind) {
      case OFFER -> {
        if (isPending() && !offerer.equals(socketId)) {
          return false;
        }
        pending(socketId);
      }
      case ANSWER -> answered(socketId);
      default -> {}
    }
    return true;
  }

  private void answered(String socketId) {
    if (!offerer.equals(socketId)) {
      offerer = "";
    }
  }

  /// Whether what has come in, maybe from another node, is told here.
  boolean takes(Relayed relayed) {
    String from = relayed.socketId();
    switch (relayed.name()) {
      case OFFER -> {
        boolean crosses = isPending() && !offerer.equals(from);
        if (crosses && offerer.compareTo(from) < 0) {
          return false;
        }
        pending(from);
      }
      case ANSWER -> answered(from);
      default -> {}
    }
    return true;
  }
}
