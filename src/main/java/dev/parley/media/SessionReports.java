package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.media.congestion.RembEstimate;
import dev.parley.media.congestion.TwccFeedback;
import dev.parley.media.rtp.NackList;
import dev.parley.media.rtp.ReceiveStats;
import dev.parley.media.rtp.Rtcp;
import dev.parley.media.rtp.RtcpWriter;
import java.util.ArrayList;
import java.util.List;

/// The RTCP a session sends of itself: what is missing, what arrived when, reports once a second.
///
/// Feedback goes alone in reduced-size packets (RFC 5506); reports go as compound packets with a
/// CNAME (RFC 3550 §6.1).
final class SessionReports {

  private static final long REPORT_NS = 1_000_000_000;
  private static final int MAX_LENGTH = 1200;
  private static final int MAX_BLOCKS = 31;
  private static final int MAX_NACKS = 250;
  private static final int MAX_TWCC_PACKETS = 16;

  /// Longest sender report with its CNAME.
  private static final int SENDER_REPORT = 28 + 268;

  private final RtpSession session;
  private final long localSsrc;
  private final String cname;
  private final int[] missing = new int[MAX_NACKS];
  private final ArrayList<Encoding> reported = new ArrayList<>();
  private final RembEstimate remb = new RembEstimate();
  private final long[] rembSsrcs = new long[16];
  private long nextReportNs = Long.MIN_VALUE;

  SessionReports(RtpSession session, long localSsrc) {
    this.session = session;
    this.localSsrc = localSsrc;
    this.cname = "sfu-" + Long.toHexString(localSsrc);
  }

  void tick(long nowNs) {
    List<Consumer> consumers = session.consumers();
    for (int i = 0; i < consumers.size(); i++) {
      consumers.get(i).tick(nowNs);
    }
    if (!session.isConnected()) {
      return;
    }
    List<Producer> producers = session.producers();
    for (int i = 0; i < producers.size(); i++) {
      List<Encoding> encodings = producers.get(i).encodings();
      for (int k = 0; k < encodings.size(); k++) {
        repair(producers.get(i), encodings.get(k), nowNs);
      }
    }
    if (session.twccAgreed()) {
      sendTwcc(nowNs);
    } else if (remb.isDue(nowNs)) {
      sendRemb(nowNs);
    }
    if (nowNs >= nextReportNs) {
      nextReportNs = nowNs + REPORT_NS;
      sendReceiverReports(nowNs);
    }
    sendSenderReports(nowNs);
  }

  /// Asks for what an encoding misses: packets, or a keyframe.
  private void repair(Producer producer, Encoding encoding, long nowNs) {
    if (encoding.ssrc() == 0) {
      return;
    }
    NackList nacks = encoding.nacks();
    if (producer.isPaused() || !producer.hasConsumers()) {
      nacks.reset();
      encoding.keyframes().satisfied();
      return;
    }
    if (nacks.missing() > 0) {
      int count = nacks.collect(nowNs, missing);
      if (count > 0) {
        encoding.countNacks(count);
        session.rtcp().nack(localSsrc, encoding.ssrc(), missing, count);
        session.sendRtcp();
      }
    }
    if (nacks.takeGivenUp() && producer.spec().kind() == MediaKind.VIDEO) {
      encoding.requestKeyframe(nowNs);
    }
    session.askForKeyframe(encoding, nowNs);
  }

  private void sendTwcc(long nowNs) {
    TwccFeedback twcc = session.twcc();
    if (!twcc.isDue(nowNs)) {
      return;
    }
    for (int i = 0; i < MAX_TWCC_PACKETS; i++) {
      int length = twcc.write(session.buffer(), MAX_LENGTH, localSsrc, nowNs);
      if (length == 0) {
        return;
      }
      session.sendRtcp(length);
    }
  }

  private void sendRemb(long nowNs) {
    int count = 0;
    long arrivingBps = 0;
    long expected = 0;
    long lost = 0;
    for (Producer producer : session.producers()) {
      if (!producer.spec().remb()) {
        continue;
      }
      for (Encoding encoding : producer.encodings()) {
        if (encoding.ssrc() != 0 && count < rembSsrcs.length) {
          rembSsrcs[count++] = encoding.ssrc();
          arrivingBps += encoding.bitrateBps(nowNs);
          expected += encoding.receiveStats().packets() + encoding.receiveStats().packetsLost();
          lost += encoding.receiveStats().packetsLost();
        }
      }
    }
    long bitrateBps = remb.next(arrivingBps, expected, lost, nowNs);
    if (count > 0) {
      session.rtcp().remb(localSsrc, bitrateBps, rembSsrcs, count);
      session.sendRtcp();
    }
  }

  private void sendReceiverReports(long nowNs) {
    reported.clear();
    for (Producer producer : session.producers()) {
      for (Encoding encoding : producer.encodings()) {
        if (encoding.receiveStats().isStarted()) {
          reported.add(encoding);
        }
      }
    }
    for (int from = 0; from < reported.size(); from += MAX_BLOCKS) {
      int blocks = Math.min(MAX_BLOCKS, reported.size() - from);
      byte[] buffer = session.buffer();
      RtcpWriter writer = session.rtcp();
      int at = writer.receiverReport(localSsrc, blocks);
      for (int i = 0; i < blocks; i++) {
        Encoding encoding = reported.get(from + i);
        ReceiveStats stats = encoding.receiveStats();
        stats.writeReportBlock(encoding.ssrc(), buffer, at + i * Rtcp.REPORT_BLOCK, nowNs);
      }
      writer.cname(localSsrc, cname);
      session.sendRtcp();
    }
  }

  private void sendSenderReports(long nowNs) {
    RtcpWriter writer = session.rtcp();
    List<Consumer> consumers = session.consumers();
    for (int i = 0; i < consumers.size(); i++) {
      if (!consumers.get(i).isReportDue(nowNs)) {
        continue;
      }
      consumers.get(i).writeReport(writer, nowNs);
      if (writer.length() + SENDER_REPORT > MAX_LENGTH) {
        session.sendRtcp();
        writer = session.rtcp();
      }
    }
    if (writer.length() > 0) {
      session.sendRtcp();
    }
  }
}
