package dev.parley.media;

import dev.parley.contract.MediaStat;
import dev.parley.media.rtp.Drop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A track that a participant sends: its encodings, and the consumers it is forwarded to.
///
/// Received packets wait in a pending list until the receive batch ends (`Router.flush`); each
/// consumer takes the whole list in turn, so that packets to one address stand together.
public final class Producer {

  /// Packets that wait at most; a full list is flushed at once.
  static final int MAX_PENDING = 64;

  private final ProducerSpec spec;
  private final RtpSession session;
  private final byte[] mid;
  private final List<Encoding> encodings = new ArrayList<>();
  private final ArrayList<Consumer> consumers = new ArrayList<>();

  private final long[] pendingSeqs = new long[MAX_PENDING];
  private final int[] pendingEncodings = new int[MAX_PENDING];
  private int pending;

  private boolean paused;
  private boolean closed;

  Producer(ProducerSpec spec, RtpSession session) {
    this.spec = spec;
    this.session = session;
    this.mid = spec.mid() == null ? new byte[0] : spec.mid().getBytes(StandardCharsets.UTF_8);
    for (ProducerSpec.EncodingSpec encoding : spec.encodings()) {
      encodings.add(new Encoding(this, encodings.size(), encoding));
    }
  }

  public String id() {
    return spec.id();
  }

  public ProducerSpec spec() {
    return spec;
  }

  /// The session of the participant who sends it.
  public RtpSession session() {
    return session;
  }

  public List<Encoding> encodings() {
    return encodings;
  }

  /// Its consumers now; not to be changed.
  public List<Consumer> consumers() {
    return consumers;
  }

  public boolean isPaused() {
    return paused;
  }

  public boolean isClosed() {
    return closed;
  }

  boolean hasConsumers() {
    return !consumers.isEmpty();
  }

  boolean hasMid(byte[] data, int at, int length) {
    return mid.length > 0 && Arrays.equals(mid, 0, mid.length, data, at, at + length);
  }

  void drop(Drop reason) {
    session.traffic().drop(reason);
  }

  void add(Consumer consumer) {
    consumers.add(consumer);
  }

  void remove(Consumer consumer) {
    consumers.remove(consumer);
  }

  /// A packet is in the encoding's cache, to be forwarded.
  void enqueue(Encoding encoding, long extSeq, long nowNs) {
    if (pending == MAX_PENDING) {
      flush(nowNs);
    }
    if (pending == 0) {
      session.router().dirty(this);
    }
    pendingSeqs[pending] = extSeq;
    pendingEncodings[pending] = encoding.index();
    pending++;
  }

  /// Hands what waits to each consumer.
  void flush(long nowNs) {
    int count = pending;
    pending = 0;
    for (int i = 0; i < consumers.size(); i++) {
      consumers.get(i).forward(pendingSeqs, pendingEncodings, count, nowNs);
    }
  }

  /// An encoding goes on under another ssrc.
  void restarted(Encoding encoding) {
    for (int i = 0; i < consumers.size(); i++) {
      consumers.get(i).restarted(encoding);
    }
  }

  /// Stops forwarding to all consumers; what arrives is counted and dropped.
  public void pause() {
    if (closed || paused) {
      return;
    }
    paused = true;
    pending = 0;
    for (Consumer consumer : consumers) {
      consumer.desync();
    }
  }

  /// Forwards again, video from its next keyframe on, which is asked for.
  public void resume(long nowNs) {
    if (closed || !paused) {
      return;
    }
    paused = false;
    for (Encoding encoding : encodings) {
      encoding.nacks().reset();
    }
    for (Consumer consumer : consumers) {
      consumer.seek(nowNs);
    }
  }

  /// Ends it and its consumers, each of which is reported by `Router.Events.consumerClosed`.
  /// Idempotent.
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    pending = 0;
    session.removed(this);
    for (Consumer consumer : List.copyOf(consumers)) {
      consumer.close();
      session.router().events().consumerClosed(consumer);
    }
  }

  /// One entry for each encoding.
  public List<MediaStat> stats(long nowNs) {
    List<MediaStat> stats = new ArrayList<>();
    for (Encoding encoding : encodings) {
      stats.add(encoding.stat(nowNs));
    }
    return stats;
  }

  /// What it is doing, for people.
  public Dump dump() {
    return new Dump(
        spec.id(),
        spec.codec().mimeType(),
        paused,
        closed,
        encodings.stream().map(Encoding::ssrc).toList(),
        consumers.stream().map(Consumer::id).toList());
  }

  /// State of a producer.
  ///
  /// @param ssrcs of its encodings; 0 where not learnt
  public record Dump(
      String id,
      String mimeType,
      boolean paused,
      boolean closed,
      List<Long> ssrcs,
      List<String> consumerIds) {}
}
