package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaStat;
import dev.parley.media.codec.Vp8;
import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.CachedPacket;
import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.NackList;
import dev.parley.media.rtp.RateMeter;
import dev.parley.media.rtp.ReceiveStats;
import dev.parley.media.rtp.RtpPacket;
import dev.parley.media.rtp.SeenWindow;
import dev.parley.media.rtp.SendCache;
import dev.parley.media.rtp.Seq;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One received RTP stream of a producer, with its retransmissions.
///
/// A packet passes, in this order: payload type → RTX undone → unwrapped sequence number →
/// duplicates out → loss list → keyframe found → cache → the producer's pending list. Sequence
/// numbers stay unwrapped and rising even when the stream's ssrc changes.
public final class Encoding {

  private static final int VIDEO_CACHE = 1024 * 1024;
  private static final int AUDIO_CACHE = 128 * 1024;
  private static final long VIDEO_KEEP_NS = 1_500_000_000;
  private static final long AUDIO_KEEP_NS = 300_000_000;
  private static final long NEVER = Long.MIN_VALUE / 2;

  /// Frames whose times of arrival are kept.
  private static final int FRAMES = 5;

  private final Producer producer;
  private final int index;
  private final ProducerSpec.EncodingSpec spec;
  private final byte[] rid;

  private long ssrc;
  private long rtxSsrc;
  private long highestSeq = -1;
  private boolean restart = true;

  private ReceiveStats stats;
  private final SeenWindow seen = new SeenWindow();
  private final NackList nacks = new NackList();
  private final SendCache cache;
  private final Keyframes keyframes = new Keyframes();
  private final RateMeter rate = new RateMeter();

  private long lastArrivalNs = NEVER;
  private final long[] frameTimesNs = new long[FRAMES];
  private int frameCount;
  private int frameTimestamp;
  private boolean hasReport;
  private long reportNtp;
  private int reportTimestamp;
  private long reportNs;

  private long recovered;
  private long nackCount;
  private long keyframeRequests;
  private int firSeq;

  Encoding(Producer producer, int index, ProducerSpec.EncodingSpec spec) {
    this.producer = producer;
    this.index = index;
    this.spec = spec;
    this.rid = spec.rid() == null ? new byte[0] : spec.rid().getBytes(StandardCharsets.UTF_8);
    this.ssrc = spec.ssrc();
    this.rtxSsrc = spec.rtxSsrc();
    this.stats = new ReceiveStats(producer.spec().clockRate());
    boolean video = producer.spec().kind() == MediaKind.VIDEO;
    this.cache =
        new SendCache(video ? VIDEO_CACHE : AUDIO_CACHE, video ? VIDEO_KEEP_NS : AUDIO_KEEP_NS);
  }

  /// Its place among the producer's encodings: 0 is the smallest.
  public int index() {
    return index;
  }

  /// 0 while not learnt.
  public long ssrc() {
    return ssrc;
  }

  long rtxSsrc() {
    return rtxSsrc;
  }

  Producer producer() {
    return producer;
  }

  boolean hasRid(byte[] data, int at, int length) {
    return rid.length > 0 && Arrays.equals(rid, 0, rid.length, data, at, at + length);
  }

  boolean learnsSsrc() {
    return spec.ssrc() == 0;
  }

  boolean learnsRtxSsrc() {
    return spec.rtxSsrc() == 0;
  }

  /// The stream is sent under this ssrc from now on: what was known of the one before is void.
  void ssrc(long ssrc) {
    boolean changed = this.ssrc != 0;
    this.ssrc = ssrc;
    if (changed) {
      restart = true;
      frameCount = 0;
      stats = new ReceiveStats(producer.spec().clockRate());
      nacks.reset();
      hasReport = false;
      producer.restarted(this);
    }
  }

  void rtxSsrc(long rtxSsrc) {
    this.rtxSsrc = rtxSsrc;
  }

  /// One packet of the media stream.
  void receive(RtpPacket packet, long nowNs) {
    if (packet.payloadType() != producer.spec().payloadType()) {
      producer.drop(Drop.UNKNOWN_PAYLOAD_TYPE);
      return;
    }
    long extSeq = unwrap(packet.seq());
    stats.received(extSeq, packet.timestamp(), packet.payloadLength(), nowNs);
    rate.add(packet.length(), nowNs);
    accept(packet, extSeq, packet.payloadOffset(), packet.payloadLength(), nowNs);
  }

  /// One packet of the retransmission stream (RFC 4588 §4): the original sequence number, then the
  /// original payload.
  void receiveRtx(RtpPacket packet, long nowNs) {
    if (packet.payloadType() != producer.spec().rtxPayloadType()) {
      producer.drop(Drop.UNKNOWN_PAYLOAD_TYPE);
      return;
    }
    rate.add(packet.length(), nowNs);
    if (packet.payloadLength() == 0) {
      producer.drop(Drop.PADDING);
      return;
    }
    if (packet.payloadLength() < 2 || restart) {
      producer.drop(Drop.BAD_RTX);
      return;
    }
    int originalSeq = Bytes.u16(packet.data(), packet.payloadOffset());
    long extSeq = Seq.unwrap(highestSeq, originalSeq);
    if (extSeq > highestSeq) {
      producer.drop(Drop.BAD_RTX);
      return;
    }
    if (accept(packet, extSeq, packet.payloadOffset() + 2, packet.payloadLength() - 2, nowNs)) {
      recovered++;
    }
  }

  private long unwrap(int seq) {
    if (restart) {
      restart = false;
      highestSeq = (highestSeq < 0 ? 0 : (highestSeq & ~0xffffL) + 0x10000) + Seq.first(seq);
      return highestSeq;
    }
    long extSeq = Seq.unwrap(highestSeq, seq);
    highestSeq = Math.max(highestSeq, extSeq);
    return extSeq;
  }

  private boolean accept(
      RtpPacket packet, long extSeq, int payloadOffset, int payloadLength, long nowNs) {
    SeenWindow.Verdict verdict = seen.check(extSeq);
    if (verdict != SeenWindow.Verdict.NEW) {
      producer.drop(verdict == SeenWindow.Verdict.DUPLICATE ? Drop.DUPLICATE : Drop.TOO_OLD);
      return false;
    }
    lastArrivalNs = nowNs;
    countFrame(extSeq, packet.timestamp(), nowNs);
    int length = payloadLength;
    int info = 0;
    boolean keyframe = false;
    if (length > SendCache.MAX_PAYLOAD) {
      producer.drop(Drop.TOO_LONG);
      length = 0;
    } else if (length > 0) {
      info = producer.spec().codec().parse(packet.data(), payloadOffset, length);
      if (info == Vp8.MALFORMED) {
        producer.drop(Drop.MALFORMED);
        length = 0;
        info = 0;
      } else {
        keyframe = producer.spec().codec().isKeyframe(packet.data(), payloadOffset, length, info);
      }
    }
    if (producer.spec().nack()) {
      nacks.received(extSeq, keyframe, nowNs);
    }
    if (keyframe) {
      keyframes.satisfied();
    }
    if (producer.isPaused()) {
      producer.drop(Drop.PRODUCER_PAUSED);
      return true;
    }
    if (producer.hasConsumers()) {
      // What is empty is kept too: each consumer closes the gap it leaves.
      cache.store(
          extSeq,
          packet,
          payloadOffset,
          length,
          producer.spec().extensions(),
          keyframe,
          info,
          nowNs);
      producer.enqueue(this, extSeq, nowNs);
    }
    return true;
  }

  private void countFrame(long extSeq, int timestamp, long nowNs) {
    if (frameCount == 0 || (extSeq == highestSeq && timestamp != frameTimestamp)) {
      frameTimestamp = timestamp;
      frameTimesNs[frameCount % FRAMES] = nowNs;
      frameCount++;
    }
  }

  /// A sender report of this stream.
  void senderReport(long ntp, int timestamp, long nowNs) {
    stats.senderReport((int) (ntp >>> 16), nowNs);
    hasReport = true;
    reportNtp = ntp;
    reportTimestamp = timestamp;
    reportNs = nowNs;
  }

  /// The sender said goodbye: the stream counts as silent at once.
  void ended() {
    lastArrivalNs = NEVER;
  }

  boolean hasReport() {
    return hasReport;
  }

  /// NTP time of the last sender report, 32.32 bits.
  long reportNtp() {
    return reportNtp;
  }

  int reportTimestamp() {
    return reportTimestamp;
  }

  /// When the last sender report arrived.
  long reportNs() {
    return reportNs;
  }

  /// Capture time of an RTP timestamp on the sender's NTP clock, in ns since that clock's era; only
  /// after a report.
  long captureNs(int timestamp) {
    long seconds = reportNtp >>> 32;
    long fraction = ((reportNtp & 0xffff_ffffL) * 1_000_000_000L) >>> 32;
    long sinceReport = (long) (timestamp - reportTimestamp) * 1_000_000_000L;
    return seconds * 1_000_000_000L + fraction + sinceReport / producer.spec().clockRate();
  }

  boolean load(long extSeq, CachedPacket view) {
    return cache.load(extSeq, view);
  }

  long highestSeq() {
    return highestSeq;
  }

  /// When the last new packet came; far in the past when none did.
  long lastArrivalNs() {
    return lastArrivalNs;
  }

  /// When the fifth last frame began to arrive; far in the past when there were fewer.
  long fifthLastFrameNs() {
    return frameCount < FRAMES ? NEVER : frameTimesNs[frameCount % FRAMES];
  }

  boolean hasArrived() {
    return lastArrivalNs != NEVER;
  }

  long bitrateBps(long nowNs) {
    return rate.bitrateBps(nowNs);
  }

  NackList nacks() {
    return nacks;
  }

  ReceiveStats receiveStats() {
    return stats;
  }

  Keyframes keyframes() {
    return keyframes;
  }

  void countNacks(int asked) {
    nackCount += asked;
  }

  /// Number of the next full intra request, 8 bits (RFC 5104 §4.3.1.1).
  int nextFirSeq() {
    return firSeq++ & 0xff;
  }

  void countKeyframeRequest() {
    keyframeRequests++;
  }

  /// Asks for a keyframe, now or as soon as the throttle allows.
  void requestKeyframe(long nowNs) {
    keyframes.want();
    producer.session().askForKeyframe(this, nowNs);
  }

  MediaStat stat(long nowNs) {
    return new MediaStat(
        "producer",
        producer.id(),
        producer.spec().kind().wireName(),
        spec.rid(),
        ssrc == 0 ? null : ssrc,
        stats.packets(),
        stats.bytes(),
        rate.bitrateBps(nowNs),
        stats.packetsLost(),
        recovered,
        nackCount,
        keyframeRequests,
        stats.jitter(),
        null,
        producer.isPaused() ? "paused" : "active");
  }
}
