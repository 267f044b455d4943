package dev.parley.media;

import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.Rtcp;
import dev.parley.media.rtp.RtcpReader;

/// Takes the RTCP a browser sends and hands each part to the encoding or consumer it speaks of.
/// Parts about streams that are not here, and kinds that are of no use to a forwarder, are passed
/// over.
final class SessionFeedback {

  private final RtpSession session;
  private final RtcpReader reader = new RtcpReader();

  SessionFeedback(RtpSession session) {
    this.session = session;
  }

  void handle(byte[] data, int offset, int length, long nowNs) {
    reader.start(data, offset, length);
    while (reader.next()) {
      switch (reader.type()) {
        case Rtcp.SR -> senderReport(nowNs);
        case Rtcp.RR -> reportBlocks(nowNs);
        case Rtcp.BYE -> goodbye();
        case Rtcp.RTPFB -> transportFeedback(nowNs);
        case Rtcp.PSFB -> payloadFeedback(nowNs);
        default -> {
          // SDES tells nothing that signaling did not; XR is not asked for.
        }
      }
    }
    if (reader.isMalformed()) {
      session.traffic().drop(Drop.MALFORMED_RTCP);
    }
  }

  private void senderReport(long nowNs) {
    if (!reader.has(24)) {
      session.traffic().drop(Drop.MALFORMED_RTCP);
      return;
    }
    Encoding encoding = session.encoding(reader.u32(0));
    if (encoding != null) {
      encoding.senderReport((reader.u32(4) << 32) | reader.u32(8), reader.i32(12), nowNs);
    }
    reportBlocks(nowNs);
  }

  private void reportBlocks(long nowNs) {
    int blocks = reader.reportCount();
    for (int i = 0; i < blocks; i++) {
      int at = reader.reportBlocks() + i * Rtcp.REPORT_BLOCK;
      Consumer consumer = session.consumer(reader.u32(at));
      if (consumer != null) {
        consumer.onReportBlock(reader, at, nowNs);
      }
    }
  }

  private void goodbye() {
    for (int i = 0; i < reader.count() && reader.has(4 * i + 4); i++) {
      Encoding encoding = session.encoding(reader.u32(4 * i));
      if (encoding != null) {
        encoding.ended();
      }
    }
  }

  private void transportFeedback(long nowNs) {
    if (reader.count() != Rtcp.FORMAT_NACK || !reader.has(8)) {
      return;
    }
    Consumer consumer = session.consumer(reader.u32(4));
    if (consumer == null) {
      return;
    }
    for (int at = 8; reader.has(at + 4) && !consumer.isClosed(); at += 4) {
      consumer.onNack(reader.u16(at), reader.u16(at + 2), nowNs);
    }
  }

  private void payloadFeedback(long nowNs) {
    if (!reader.has(8)) {
      return;
    }
    switch (reader.count()) {
      case Rtcp.FORMAT_PLI -> keyframeRequest(reader.u32(4), nowNs);
      case Rtcp.FORMAT_FIR -> {
        for (int at = 8; reader.has(at + 8); at += 8) {
          keyframeRequest(reader.u32(at), nowNs);
        }
      }
      case Rtcp.FORMAT_AFB -> {
        if (reader.has(16) && reader.i32(8) == Rtcp.REMB) {
          int mantissa = reader.i32(12) & 0x3_ffff;
          int exponent = reader.u8(13) >>> 2;
          session.remb(exponent > 40 ? Long.MAX_VALUE : (long) mantissa << exponent);
        }
      }
      default -> {
        // Other payload feedback is for codecs that are not forwarded here.
      }
    }
  }

  private void keyframeRequest(long ssrc, long nowNs) {
    Consumer consumer = session.consumer(ssrc);
    if (consumer != null) {
      consumer.onKeyframeRequest(nowNs);
    }
  }
}
