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
  private static final long NOTHING_SENT = -1;

  /// With this share of the bytes that may be kept, the client is asked what it has got.
  private static final int PROBE_SHARE = 4;

  private final Recovery limits;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Offset last = Offset.start();
  private final Offset dropped = Offset.start();
  private final String own = "n" + Ids.token(OWN_NAME_BYTES);
  private long ownEvents;
  private long appended;
  private long sent = NOTHING_SENT;
  private boolean isProbing;
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
    appended++;
    count(event.bytes());
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
    sent = NOTHING_SENT;
    for (Entry entry : told.entries()) {
      if (!known.contains(entry.mark())) {
        entries.add(entry);
        appended++;
        count(entry.event().bytes());
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
            || bytes > limits.allowedBytes()
            || entries.getFirst().atMs() < oldestMs)) {
      dropFirst();
    }
  }

  private void dropFirst() {
    Entry gone = entries.removeFirst();
    count(-gone.event().bytes());
    dropped.advance(gone.mark().stream(), gone.mark().number());
  }

  private void count(int by) {
    bytes += by;
    limits.count(by);
  }

  /// Whether so much is kept that it is worth asking what has arrived; once for each asking.
  boolean wantsProbe() {
    if (isProbing || bytes < limits.maxBytes() / PROBE_SHARE) {
      return false;
    }
    isProbing = true;
    return true;
  }

  /// All that was added so far is on its way to the client, before a ping.
  void markSent() {
    sent = appended;
  }

  /// Drops what was on its way then, as the client has got it. Returns up to where all is dropped;
  /// null when nothing was.
  @Nullable String dropDelivered() {
    isProbing = false;
    long delivered = sent;
    sent = NOTHING_SENT;
    boolean isAny = false;
    while (!entries.isEmpty() && appended - entries.size() < delivered) {
      dropFirst();
      isAny = true;
    }
    return isAny ? dropped.toString() : null;
  }

  /// Drops what an offset covers.
  void dropUpTo(Offset delivered) {
    while (!entries.isEmpty()
        && entries.getFirst().mark().number() <= delivered.of(entries.getFirst().mark().stream())) {
      dropFirst();
    }
  }

  /// Lets go of all that is kept.
  void clear() {
    while (!entries.isEmpty()) {
      dropFirst();
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
