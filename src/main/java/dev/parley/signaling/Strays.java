package dev.parley.signaling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// What was said in rooms that this node does not know, and which rooms have ended, kept for a
/// moment: two strangers are in their session before their nodes have heard of it, and one may
/// speak, or leave, before the other's node has. From any thread.
final class Strays {

  static final long KEPT_NS = 3_000_000_000L;
  static final int MAX_KEPT = 1_000;
  static final int MAX_CLOSED = 10_000;

  private record Stray(Relayed relayed, long atNs) {}

  private final LongSupplier clock;
  private final Deque<Stray> kept = new ArrayDeque<>(0);
  private final SequencedMap<String, Long> closedNs = new LinkedHashMap<>();

  /// @param clock in nanoseconds
  Strays(LongSupplier clock) {
    this.clock = clock;
  }

  synchronized void keep(Relayed relayed) {
    forget();
    if (kept.size() == MAX_KEPT) {
      kept.removeFirst();
    }
    kept.add(new Stray(relayed, clock.getAsLong()));
  }

  /// Hands over what was said in a room, in its order.
  synchronized List<Relayed> take(String roomId) {
    if (kept.isEmpty()) {
      return List.of();
    }
    forget();
    List<Relayed> taken = new ArrayList<>();
    for (Stray stray : kept) {
      if (stray.relayed.roomId().equals(roomId)) {
        taken.add(stray.relayed);
      }
    }
    kept.removeIf(stray -> stray.relayed.roomId().equals(roomId));
    return taken;
  }

  /// A room has ended.
  synchronized void close(String roomId) {
    long nowNs = clock.getAsLong();
    closedNs.putLast(roomId, nowNs);
    while (closedNs.size() > MAX_CLOSED || nowNs - closedNs.firstEntry().getValue() >= KEPT_NS) {
      closedNs.pollFirstEntry();
    }
  }

  synchronized boolean hasClosed(String roomId) {
    Long atNs = closedNs.get(roomId);
    return atNs != null && clock.getAsLong() - atNs < KEPT_NS;
  }

  private void forget() {
    long nowNs = clock.getAsLong();
    while (!kept.isEmpty() && nowNs - kept.getFirst().atNs >= KEPT_NS) {
      kept.removeFirst();
    }
  }
}
