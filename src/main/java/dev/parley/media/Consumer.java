package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaStat;
import dev.parley.media.rtp.CachedPacket;
import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.RateMeter;
import dev.parley.media.rtp.RtcpReader;
import dev.parley.media.rtp.RtcpWriter;
import dev.parley.media.rtp.Seq;
import dev.parley.media.rtp.Traffic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The forwarding of one producer to one participant.
///
/// It forwards one encoding at a time, the *current* one, and aims at a *target*: the highest that
/// arrives and is allowed. It moves to the target at a keyframe of it, which it asks for; until
/// then it forwards the current one. After a pause there is no current one: it waits for the
/// target's keyframe. An encoding that is silent while another has five frames counts as gone.
public final class Consumer {

  /// Nothing is forwarded.
  private static final int NONE = -1;

  /// Silence that is never taken for an end: losses and bursts make as much.
  private static final long SILENT_NS = 300_000_000;

  private static final long REPORT_NS = 1_000_000_000;

  /// After this long without a sender report of the source, arrival times stand in for it.
  private static final long REPORT_WAIT_NS = 3_000_000_000L;

  private static final long FIRST_RESEND_INTERVAL_NS = 50_000_000;
  private static final long MIN_RESEND_INTERVAL_NS = 10_000_000;
  private static final long MAX_RESEND_INTERVAL_NS = 200_000_000;

  /// Packets sent again between two ticks: bounds what NACKs can make us send.
  private static final int RESENDS_PER_TICK = 100;

  /// Seconds from 1900 (NTP) to 1970.
  private static final long NTP_OFFSET = 2_208_988_800L;

  private final ConsumerSpec spec;
  private final Producer producer;
  private final RtpSession session;
  private final StreamRewrite rewrite;
  private final CachedPacket view = new CachedPacket();
  private final @Nullable SentHistory history;

  private boolean paused = true;
  private boolean closed;
  private int current = NONE;
  private int target = NONE;
  private int highestAllowed = Integer.MAX_VALUE;
  private int reportedLayer = NONE;

  private final RateMeter rate = new RateMeter();
  private long packets;
  private long octets;
  private long bytes;
  private long resent;
  private long nackCount;
  private long keyframeRequests;
  private int rtxSeq;
  private int resendBudget = RESENDS_PER_TICK;

  private long firstSentNs;
  private long nextReportNs = Long.MIN_VALUE;
  private final int[] reportNtpMiddles = new int[4];
  private final long[] reportTimesNs = new long[4];
  private int reportsSent;
  private long rttNs;
  private long lostAtReceiver;
  private long jitterAtReceiver;

  Consumer(ConsumerSpec spec, Producer producer, RtpSession session) {
    this.spec = spec;
    this.producer = producer;
    this.session = session;
    this.rewrite = new StreamRewrite(spec);
    this.history = spec.nack() ? new SentHistory() : null;
    this.rtxSeq = (int) (spec.rtxSsrc() & 0x7fff);
  }

  public String id() {
    return spec.id();
  }

  public ConsumerSpec spec() {
    return spec;
  }

  public Producer producer() {
    return producer;
  }

  /// The session of the participant who receives it.
  public RtpSession session() {
    return session;
  }

  public boolean isPaused() {
    return paused;
  }

  public boolean isClosed() {
    return closed;
  }

  /// Index of the encoding that is forwarded now, or null.
  public @Nullable Integer currentLayer() {
    return current == NONE ? null : current;
  }

  private boolean isActive() {
    return !paused && !closed && !producer.isPaused();
  }

  /// Stops forwarding. Sequence numbers and timestamps continue at the next `resume`.
  public void pause() {
    paused = true;
    desync();
  }

  /// Forwards, video from the next keyframe on, which is asked for.
  public void resume(long nowNs) {
    if (!closed && paused) {
      paused = false;
      seek(nowNs);
    }
  }

  /// Forwards no encoding above `highestLayer` (0 is the smallest), unless no other arrives.
  public void preferLayer(int highestLayer, long nowNs) {
    highestAllowed = Math.max(0, highestLayer);
    seek(nowNs);
  }

  /// Asks the sender for a keyframe of what is forwarded or waited for.
  public void requestKeyFrame(long nowNs) {
    if (!closed && spec.kind() == MediaKind.VIDEO) {
      int wanted = current != NONE ? current : target;
      if (wanted != NONE) {
        producer.encodings().get(wanted).requestKeyframe(nowNs);
      }
    }
  }

  /// Ends it: says goodbye to the receiver. Idempotent.
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    current = NONE;
    target = NONE;
    producer.remove(this);
    session.removed(this, rewrite.isStarted());
  }

  /// Nothing can be continued from: the next packet sent must be one a receiver can start at.
  void desync() {
    current = NONE;
    target = NONE;
    reportLayer();
  }

  /// `encoding` is another stream from here on.
  void restarted(Encoding encoding) {
    if (current == encoding.index()) {
      current = NONE;
    }
  }

  /// Chooses the target anew and asks for its keyframe when it is not the current one.
  void seek(long nowNs) {
    if (!isActive()) {
      return;
    }
    target = chooseTarget();
    if (target != NONE
        && target != current
        && spec.kind() == MediaKind.VIDEO
        && session.isConnected()) {
      producer.encodings().get(target).requestKeyframe(nowNs);
    }
  }

  private int chooseTarget() {
    List<Encoding> encodings = producer.encodings();
    if (encodings.size() == 1) {
      return 0;
    }
    int highest = Math.min(highestAllowed, encodings.size() - 1);
    for (int i = highest; i >= 0; i--) {
      if (arrives(encodings.get(i))) {
        return i;
      }
    }
    for (int i = highest + 1; i < encodings.size(); i++) {
      if (arrives(encodings.get(i))) {
        return i;
      }
    }
    return current;
  }

  /// Whether it goes on: none of the others has had five frames since its last packet. In frames,
  /// so that a slow picture is not taken for none.
  private boolean arrives(Encoding encoding) {
    long lastNs = encoding.lastArrivalNs();
    for (Encoding other : producer.encodings()) {
      if (other.fifthLastFrameNs() > lastNs && other.lastArrivalNs() - lastNs > SILENT_NS) {
        return false;
      }
    }
    return encoding.hasArrived();
  }

  /// Takes the producer's pending packets.
  void forward(long[] extSeqs, int[] encodings, int count, long nowNs) {
    Traffic traffic = session.traffic();
    if (!isActive() || !session.isConnected()) {
      Drop reason =
          producer.isPaused()
              ? Drop.PRODUCER_PAUSED
              : paused ? Drop.CONSUMER_PAUSED : Drop.NOT_CONNECTED;
      for (int i = 0; i < count; i++) {
        traffic.drop(reason);
      }
      return;
    }
    if (target == NONE) {
      target = chooseTarget();
    }
    for (int i = 0; i < count; i++) {
      int index = encodings[i];
      Encoding encoding = producer.encodings().get(index);
      boolean late = index != current && rewrite.isLate(encoding, extSeqs[i]);
      if (index != current && index != target && !late) {
        traffic.drop(Drop.OTHER_ENCODING);
        continue;
      }
      if (!encoding.load(extSeqs[i], view)) {
        traffic.drop(Drop.NOT_HELD);
      } else if (late) {
        send(encoding, rewrite.mapLate(view), nowNs);
      } else if (index == current) {
        send(encoding, rewrite.map(view), nowNs);
      } else if (view.keyframe()) {
        switchTo(encoding, nowNs);
      } else {
        traffic.drop(current == NONE ? Drop.NO_KEYFRAME : Drop.OTHER_ENCODING);
      }
    }
    if (current == NONE) {
      seek(nowNs);
    }
  }

  /// `view` is where `encoding` can be started at.
  private void switchTo(Encoding encoding, long nowNs) {
    rewrite.sync(encoding, view);
    if (current == NONE && packets == 0) {
      firstSentNs = nowNs;
    }
    current = encoding.index();
    long start = view.extSeq();
    send(encoding, rewrite.map(view), nowNs);
    reportLayer();
    if (history == null) {
      return;
    }
    // Packets of this keyframe that overtook its first one were refused when they came.
    for (long seq = start + 1; seq <= encoding.highestSeq(); seq++) {
      if (encoding.load(seq, view)) {
        send(encoding, rewrite.map(view), nowNs);
      }
    }
  }

  private void reportLayer() {
    if (reportedLayer != current) {
      reportedLayer = current;
      session.router().events().layersChanged(this);
    }
  }

  /// Sends `view` of `encoding` for the first time, under the numbers last mapped.
  private void send(Encoding encoding, boolean mapped, long nowNs) {
    Traffic traffic = session.traffic();
    if (!mapped) {
      traffic.drop(view.payloadLength() == 0 ? Drop.PADDING : Drop.BEFORE_SYNC);
      return;
    }
    long outSeq = rewrite.outSeq();
    if (history != null) {
      if (history.has(outSeq)) {
        traffic.drop(Drop.DUPLICATE);
        return;
      }
      history.add(
          outSeq, encoding.index(), view.extSeq(), rewrite.outTimestamp(), rewrite.outPicture());
    }
    int length =
        rewrite.write(
            view,
            session.buffer(),
            spec.payloadType(),
            Seq.wire(outSeq),
            rewrite.outTimestamp(),
            spec.ssrc(),
            rewrite.outPicture(),
            -1,
            nextTransportSeq(),
            nowNs);
    if (length == StreamRewrite.NOT_SENT) {
      traffic.drop(Drop.TOO_LONG);
      return;
    }
    packets++;
    octets += view.payloadLength();
    count(length, nowNs);
    session.sendRtp(length);
  }

  private int nextTransportSeq() {
    return rewrite.usesTransportCc() ? session.nextTransportSeq() : 0;
  }

  private void count(int length, long nowNs) {
    bytes += length;
    rate.add(length, nowNs);
  }

  /// The receiver misses packets (RFC 4585 §6.2.1): `pid` and those `blp` names after it.
  void onNack(int pid, int blp, long nowNs) {
    resend(pid, nowNs);
    for (int bits = blp, seq = pid + 1; bits != 0; bits >>>= 1, seq++) {
      if ((bits & 1) != 0) {
        resend(seq & 0xffff, nowNs);
      }
    }
  }

  private void resend(int seq, long nowNs) {
    nackCount++;
    Traffic traffic = session.traffic();
    if (history == null || !session.isConnected() || paused) {
      traffic.drop(Drop.NOT_HELD);
      return;
    }
    long outSeq = Seq.unwrap(rewrite.highestSeq(), seq);
    if (!history.has(outSeq)
        || !producer.encodings().get(history.encoding(outSeq)).load(history.inSeq(outSeq), view)) {
      traffic.drop(Drop.NOT_HELD);
      return;
    }
    if (resendBudget == 0 || !history.takeResend(outSeq, resendIntervalNs(), nowNs)) {
      traffic.drop(Drop.RESEND_LIMIT);
      return;
    }
    resendBudget--;
    boolean rtx = spec.rtxSsrc() != 0 && spec.rtxPayloadType() >= 0;
    int length =
        rewrite.write(
            view,
            session.buffer(),
            rtx ? spec.rtxPayloadType() : spec.payloadType(),
            rtx ? rtxSeq & 0xffff : seq,
            history.timestamp(outSeq),
            rtx ? spec.rtxSsrc() : spec.ssrc(),
            history.picture(outSeq),
            rtx ? seq : -1,
            nextTransportSeq(),
            nowNs);
    if (length == StreamRewrite.NOT_SENT) {
      traffic.drop(Drop.TOO_LONG);
      return;
    }
    if (rtx) {
      rtxSeq++;
    }
    resent++;
    count(length, nowNs);
    session.sendRtp(length);
  }

  private long resendIntervalNs() {
    return rttNs == 0
        ? FIRST_RESEND_INTERVAL_NS
        : Math.clamp(rttNs, MIN_RESEND_INTERVAL_NS, MAX_RESEND_INTERVAL_NS);
  }

  /// The receiver wants a keyframe (PLI or FIR).
  void onKeyframeRequest(long nowNs) {
    keyframeRequests++;
    if (isActive()) {
      requestKeyFrame(nowNs);
    }
  }

  /// A report block about this stream starts at `at` of the reader's body (RFC 3550 §6.4.1).
  void onReportBlock(RtcpReader reader, int at, long nowNs) {
    // A signed number of 24 bits.
    int lost = reader.i32(at + 4) << 8;
    lostAtReceiver = lost >> 8;
    jitterAtReceiver = reader.u32(at + 12);
    int lastReport = reader.i32(at + 16);
    for (int i = 0; lastReport != 0 && i < Math.min(reportsSent, reportTimesNs.length); i++) {
      if (reportNtpMiddles[i] == lastReport) {
        long delayNs = (reader.u32(at + 20) * 1_000_000_000L) >>> 16;
        long measuredNs = nowNs - reportTimesNs[i] - delayNs;
        rttNs = Math.max(1, measuredNs);
      }
    }
  }

  /// Every 20 ms: looks for a better encoding, and asks again for a keyframe it waits for.
  void tick(long nowNs) {
    resendBudget = RESENDS_PER_TICK;
    seek(nowNs);
  }

  /// Whether a sender report is to be written now.
  boolean isReportDue(long nowNs) {
    return rewrite.isStarted() && nowNs >= nextReportNs && isReportable(nowNs);
  }

  private boolean isReportable(long nowNs) {
    return current != NONE
        && (producer.encodings().get(current).hasReport() || nowNs - firstSentNs > REPORT_WAIT_NS);
  }

  /// Writes a sender report and the CNAME. The pair of times is the sender's own, moved on to now
  /// by our clock, so that audio and video of one sender stay in step at the receiver.
  void writeReport(RtcpWriter writer, long nowNs) {
    Encoding source = producer.encodings().get(current);
    long ntp;
    int timestamp;
    if (source.hasReport()) {
      long elapsedNs = nowNs - source.reportNs();
      ntp = source.reportNtp() + toNtp(elapsedNs);
      timestamp = source.reportTimestamp() + toClock(elapsedNs) + rewrite.timestampOffset();
    } else {
      ntp = (NTP_OFFSET << 32) + toNtp(nowNs);
      timestamp = rewrite.highestTimestamp() + toClock(nowNs - rewrite.highestArrivalNs());
    }
    writer.senderReport(spec.ssrc(), ntp, timestamp, packets, octets);
    writer.cname(spec.ssrc(), spec.cname());
    int at = reportsSent++ % reportTimesNs.length;
    reportNtpMiddles[at] = (int) (ntp >>> 16);
    reportTimesNs[at] = nowNs;
    nextReportNs = nowNs + REPORT_NS;
  }

  /// 32.32 fixed-point seconds.
  private static long toNtp(long ns) {
    long seconds = Math.floorDiv(ns, 1_000_000_000L);
    return (seconds << 32) + (Math.floorMod(ns, 1_000_000_000L) << 32) / 1_000_000_000L;
  }

  private int toClock(long ns) {
    return (int) (ns / 1000 * spec.clockRate() / 1_000_000);
  }

  /// Its counters; loss and jitter are what the receiver reports.
  public MediaStat stat(long nowNs) {
    return new MediaStat(
        "consumer",
        spec.id(),
        spec.kind().wireName(),
        null,
        spec.ssrc(),
        packets,
        bytes,
        rate.bitrateBps(nowNs),
        lostAtReceiver,
        resent,
        nackCount,
        keyframeRequests,
        jitterAtReceiver,
        rttNs == 0 ? null : rttNs / 1_000_000,
        state());
  }

  private String state() {
    if (paused || producer.isPaused()) {
      return "paused";
    }
    return current == NONE ? "waiting" : "active";
  }

  /// What it is doing, for people.
  public Dump dump() {
    return new Dump(
        spec.id(), producer.id(), spec.ssrc(), state(), current, target, rewrite.highestSeq());
  }

  /// State of a consumer.
  ///
  /// @param current index of the encoding forwarded, -1 for none
  /// @param target index of the encoding aimed at, -1 for none
  /// @param highestSeq last sequence number sent, unwrapped
  public record Dump(
      String id,
      String producerId,
      long ssrc,
      String state,
      int current,
      int target,
      long highestSeq) {}
}
