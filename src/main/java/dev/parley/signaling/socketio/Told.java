package dev.parley.signaling.socketio;

import dev.parley.kernel.Frame;
import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a socket was told of late, on its way to another node that is to know it as well.
/// Immutable.
public final class Told {

  private final List<EventLog.Entry> entries;
  private final Offset dropped;
  private final long atMs;

  /// @param atMs the clock that the entries' times are of, now
  Told(List<EventLog.Entry> entries, Offset dropped, long atMs) {
    this.entries = List.copyOf(entries);
    this.dropped = dropped.copy();
    this.atMs = atMs;
  }

  List<EventLog.Entry> entries() {
    return entries;
  }

  Offset dropped() {
    return dropped;
  }

  /// Appends all of it to a frame.
  public void writeTo(Frame.Writer out) {
    out.int32(dropped.numbers().size());
    for (Map.Entry<String, Long> stream : dropped.numbers().entrySet()) {
      out.text(stream.getKey()).int64(stream.getValue());
    }
    out.int32(entries.size());
    for (EventLog.Entry entry : entries) {
      Encoded event = entry.event();
      List<Buffer> attachments = event.attachments();
      out.text(entry.mark().stream())
          .int64(entry.mark().number())
          .int64(atMs - entry.atMs())
          .text(event.namespace())
          .text(event.event())
          .utf8(event.json())
          .int32(attachments.size());
      attachments.forEach(out::bytes);
    }
  }

  /// Reads what `writeTo` has written.
  ///
  /// @throws IndexOutOfBoundsException when the frame ends before
  public static Told read(Frame frame) {
    long nowMs = System.nanoTime() / 1_000_000;
    Offset dropped = Offset.start();
    for (int left = frame.int32(); left > 0; left--) {
      dropped.advance(frame.text(), frame.int64());
    }
    List<EventLog.Entry> entries = new ArrayList<>();
    for (int left = frame.int32(); left > 0; left--) {
      Mark mark = new Mark(frame.text(), frame.int64());
      long atMs = nowMs - frame.int64();
      String namespace = frame.text();
      String event = frame.text();
      Utf8 json = frame.utf8();
      List<Buffer> attachments = new ArrayList<>(0);
      for (int more = frame.int32(); more > 0; more--) {
        attachments.add(frame.bytes());
      }
      entries.add(
          new EventLog.Entry(mark, Encoded.event(namespace, event, json, attachments), atMs));
    }
    return new Told(entries, dropped, nowMs);
  }
}
