package dev.parley.signaling.socketio;

import dev.parley.kernel.Ids;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The events that one socket was sent of late, so that a client that lost its connection can be
/// given those it missed. Bounded in number, bytes and age; the oldest go first.
///
/// Not thread-safe: the socket's lock guards it.
final class EventLog {

  /// One event, and where it stands in its stream.
  record Entry(Mark mark, Encoded event, long atMs) {}

  private static final int OWN_NAME_BYTES = 3;

  private final Recovery limits;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Offset last = Offset.start();
  private final Offset dropped = Offset.start();
  private final String own = "n" + Ids.token(OWN_NAME_BYTES);
  private long ownEvents;
  private long bytes;

  EventLog(Recovery limits) {
    this.limits = limits;
  }

  /// The mark of an event that only this log knows.
  Mark nextOwn() {
    return new Mark(own, ++ownEvents);
  }

  /// Adds an event and returns the offset to send with it.
  String append(Mark mark, Encoded event, long nowMs) {
    entries.add(new Entry(mark, event, nowMs));
    bytes += event.bytes();
    last.advance(mark.stream(), mark.number());
    trim(nowMs);
    return last.toString();
  }

  /// Adds what was told before this log began.
  void fill(Told told, long nowMs) {
    Set<Mark> known = new HashSet<>();
    entries.forEach(entry -> known.add(entry.mark()));
    List<Entry> later = List.copyOf(entries);
    entries.clear();
    for (Entry entry : told.entries()) {
      if (!known.contains(entry.mark())) {
        entries.add(entry);
        bytes += entry.event().bytes();
        last.advance(entry.mark().stream(), entry.mark().number());
      }
    }
    entries.addAll(later);
    told.dropped().numbers().forEach(dropped::advance);
    told.dropped().numbers().forEach(last::advance);
    trim(nowMs);
  }

  private void trim(long nowMs) {
    long oldestMs = nowMs - limits.maxAge().toMillis();
    while (!entries.isEmpty()
        && (entries.size() > limits.maxEvents()
            || bytes > limits.maxBytes()
            || entries.getFirst().atMs() < oldestMs)) {
      Entry gone = entries.removeFirst();
      bytes -= gone.event().bytes();
      dropped.advance(gone.mark().stream(), gone.mark().number());
    }
  }

  /// The events that a client at `offset` has missed, oldest first; null when some of them are not
  /// here any more.
  @Nullable List<Entry> after(Offset offset) {
    if (offset.of(own) > ownEvents) {
      return null;
    }
    for (var stream : dropped.numbers().entrySet()) {
      if (offset.of(stream.getKey()) < stream.getValue()) {
        return null;
      }
    }
    List<Entry> missed = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.mark().number() > offset.of(entry.mark().stream())) {
        missed.add(entry);
      }
    }
    return missed;
  }

  /// All that is kept, oldest first.
  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /// What is not kept any more: the highest number of each stream.
  Offset dropped() {
    return dropped;
  }

  int size() {
    return entries.size();
  }
}
