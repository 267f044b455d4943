package dev.parley.media;

import dev.parley.media.codec.Codec;
import dev.parley.media.codec.Vp8;
import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.CachedPacket;
import dev.parley.media.rtp.ExtensionWriter;
import dev.parley.media.rtp.RtpPacket;
import dev.parley.media.rtp.SeqMap;
import dev.parley.media.transport.Outlet;
import org.jspecify.annotations.Nullable;

/// Makes one continuous stream of whatever encodings a consumer is switched between: sequence
/// numbers without gaps of ours, timestamps that follow the capture clock, picture ids that count
/// on.
final class StreamRewrite {

  /// Not to be sent: from before the source's start.
  static final int NOT_SENT = -1;

  /// Capture clocks further off than this from the arrival times are not believed.
  private static final int MAX_CLOCK_ERROR_S = 2;

  private final ConsumerSpec spec;
  private final ExtensionWriter extensions;
  private SeqMap seqs;

  // The source before, whose late packets still fill the gaps they left.
  private SeqMap previousSeqs;
  private @Nullable Encoding previous;
  private long previousSsrc;
  private long previousLastOut;
  private int previousTimestampOffset;
  private int previousPictureOffset;
  private int previousTl0Offset;

  private boolean started;
  private @Nullable Encoding source;
  private long sourceSsrc;
  private int timestampOffset;
  private int highestTimestamp;
  private int highestInTimestamp;
  private long highestArrivalNs;

  private int pictureOffset;
  private int highestPicture;
  private int tl0Offset;
  private int highestTl0;

  // What the last `map` decided.
  private long outSeq;
  private int outTimestamp;
  private int outPicture;

  StreamRewrite(ConsumerSpec spec) {
    this.spec = spec;
    this.extensions = new ExtensionWriter(spec.extensions(), spec.mid(), spec.transportCc());
    // In the lower half of the circle, so that a first packet lost does not look like a wrap (RFC
    // 3711 §3.3.1).
    this.seqs = new SeqMap(0x10000 + (((spec.ssrc() * 0x9e37L) >>> 4) & 0x7fff));
    this.previousSeqs = new SeqMap(0);
  }

  boolean usesTransportCc() {
    return extensions.usesTransportCc();
  }

  boolean isStarted() {
    return started;
  }

  /// What is added to the source's timestamps.
  int timestampOffset() {
    return timestampOffset;
  }

  int highestTimestamp() {
    return highestTimestamp;
  }

  long highestArrivalNs() {
    return highestArrivalNs;
  }

  long highestSeq() {
    return seqs.highestOut();
  }

  /// `packet` of `encoding` is the next to be sent, whatever was sent before.
  void sync(Encoding encoding, CachedPacket packet) {
    if (source != encoding) {
      keepSource();
    }
    seqs.sync(packet.extSeq());
    if (started) {
      int elapsed = (int) Math.max(1, elapsed(encoding, packet));
      timestampOffset = highestTimestamp + elapsed - packet.timestamp();
    }
    int info = packet.codecInfo();
    if (spec.codec() == Codec.VP8 && started) {
      pictureOffset = (highestPicture + 1 - Vp8.pictureId(info)) & 0x7fff;
      tl0Offset = (highestTl0 + 1 - Vp8.tl0PicIdx(info)) & 0xff;
    }
    if (!started) {
      highestTimestamp = packet.timestamp();
      highestPicture = Vp8.pictureId(info);
      highestTl0 = Vp8.tl0PicIdx(info);
      highestArrivalNs = packet.arrivalNs();
      started = true;
    }
    source = encoding;
    sourceSsrc = encoding.ssrc();
    highestInTimestamp = packet.timestamp();
  }

  private void keepSource() {
    SeqMap next = previousSeqs;
    next.follow(seqs);
    previousSeqs = seqs;
    seqs = next;
    previous = source;
    previousSsrc = sourceSsrc;
    previousLastOut = seqs.highestOut();
    previousTimestampOffset = timestampOffset;
    previousPictureOffset = pictureOffset;
    previousTl0Offset = tl0Offset;
  }

  /// Whether this number of `encoding`, which is not the source now, may be of a gap it left when
  /// it was.
  boolean isLate(Encoding encoding, long extSeq) {
    return previous == encoding
        && previousSsrc == encoding.ssrc()
        && extSeq <= previousSeqs.highestIn();
  }

  /// As `map`, for a packet for which `isLate` holds.
  boolean mapLate(CachedPacket packet) {
    outSeq = previousSeqs.mapLate(packet.extSeq(), previousLastOut);
    outTimestamp = packet.timestamp() + previousTimestampOffset;
    int info = packet.codecInfo();
    outPicture =
        (((Vp8.tl0PicIdx(info) + previousTl0Offset) & 0xff) << 16)
            | ((Vp8.pictureId(info) + previousPictureOffset) & 0x7fff);
    return outSeq != SeqMap.NONE;
  }

  /// RTP clock ticks between the newest packet sent and this one.
  private long elapsed(Encoding encoding, CachedPacket packet) {
    long wall = (packet.arrivalNs() - highestArrivalNs) / 1000 * spec.clockRate() / 1_000_000;
    Encoding before = source;
    if (before == null) {
      return wall;
    }
    long captured;
    if (before == encoding && sourceSsrc == encoding.ssrc()) {
      int ticks = packet.timestamp() - highestInTimestamp;
      captured = ticks;
    } else if (sourceSsrc == before.ssrc() && before.hasReport() && encoding.hasReport()) {
      long ns = encoding.captureNs(packet.timestamp()) - before.captureNs(highestInTimestamp);
      captured = ns / 1000 * spec.clockRate() / 1_000_000;
    } else {
      return wall;
    }
    long error = Math.abs(captured - wall);
    return error <= (long) MAX_CLOCK_ERROR_S * spec.clockRate() ? captured : wall;
  }

  /// Decides the numbers `packet` is sent under. False when it is not to be sent.
  boolean map(CachedPacket packet) {
    if (packet.payloadLength() == 0 && seqs.drop(packet.extSeq())) {
      return false;
    }
    outSeq = seqs.map(packet.extSeq());
    if (outSeq == SeqMap.NONE) {
      return false;
    }
    outTimestamp = packet.timestamp() + timestampOffset;
    if (outTimestamp - highestTimestamp >= 0) {
      highestTimestamp = outTimestamp;
      highestInTimestamp = packet.timestamp();
      highestArrivalNs = packet.arrivalNs();
    }
    outPicture = spec.codec() == Codec.VP8 ? mapPicture(packet.codecInfo()) : 0;
    return true;
  }

  private int mapPicture(int info) {
    int picture = (Vp8.pictureId(info) + pictureOffset) & 0x7fff;
    int tl0 = (Vp8.tl0PicIdx(info) + tl0Offset) & 0xff;
    if (Vp8.hasPictureId(info) && ((picture - highestPicture) & 0x7fff) < 0x4000) {
      highestPicture = picture;
    }
    if (Vp8.hasTl0PicIdx(info) && ((tl0 - highestTl0) & 0xff) < 0x80) {
      highestTl0 = tl0;
    }
    return (tl0 << 16) | picture;
  }

  /// Sequence number of the packet last mapped, unwrapped.
  long outSeq() {
    return outSeq;
  }

  int outTimestamp() {
    return outTimestamp;
  }

  /// Picture id in the low 16 bits, TL0PICIDX above.
  int outPicture() {
    return outPicture;
  }

  /// Writes a packet and returns its length, or `NOT_SENT` when it would be too long.
  ///
  /// @param originalSeq written before the payload, for a retransmission (RFC 4588 §4); -1 for none
  int write(
      CachedPacket packet,
      byte[] out,
      int payloadType,
      int seq,
      int timestamp,
      long ssrc,
      int picture,
      int originalSeq,
      int transportSeq,
      long nowNs) {
    int length = packet.payloadLength();
    if (RtpPacket.HEADER + extensions.maxLength() + 2 + length > Outlet.MAX_PACKET
        && RtpPacket.HEADER + 2 + length + extensionLength(packet, out, nowNs)
            > Outlet.MAX_PACKET) {
      return NOT_SENT;
    }
    int payload = extensions.write(packet, out, RtpPacket.HEADER, transportSeq, nowNs);
    out[0] = (byte) (payload > RtpPacket.HEADER ? 0x90 : 0x80);
    out[1] = (byte) (payloadType | (packet.marker() ? 0x80 : 0));
    Bytes.put16(out, 2, seq);
    Bytes.put32(out, 4, timestamp);
    Bytes.put32(out, 8, ssrc);
    if (originalSeq >= 0) {
      Bytes.put16(out, payload, originalSeq);
      payload += 2;
    }
    System.arraycopy(packet.data(), packet.payloadOffset(), out, payload, length);
    if (spec.codec() == Codec.VP8 && length > 0) {
      Vp8.rewrite(out, payload, packet.codecInfo(), picture & 0xffff, picture >>> 16);
    }
    return payload + length;
  }

  private int extensionLength(CachedPacket packet, byte[] out, long nowNs) {
    return extensions.write(packet, out, RtpPacket.HEADER, 0, nowNs) - RtpPacket.HEADER;
  }
}
