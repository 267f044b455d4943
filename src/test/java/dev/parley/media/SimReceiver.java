package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.codec.Vp8;
import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.Rtcp;
import dev.parley.media.rtp.RtcpReader;
import dev.parley.media.rtp.RtcpWriter;
import dev.parley.media.rtp.RtpPacket;
import dev.parley.media.rtp.Seq;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// A browser that receives one VP8 stream, asks for what it misses, and remembers what it got.
final class SimReceiver {

  /// What a packet held.
  record Got(
      int timestamp,
      boolean marker,
      int picture,
      int tl0,
      int layer,
      int frame,
      int index,
      boolean key,
      boolean empty) {}

  final TreeMap<Long, Got> got = new TreeMap<>();
  final Map<Integer, Integer> transportSeqs = new HashMap<>();
  private final Map<Long, Long> askedNs = new HashMap<>();
  private final SimNet out;
  private final long ssrc;
  private final RtpPacket packet = new RtpPacket();
  private final RtcpReader reader = new RtcpReader();
  int duplicates;
  int retransmissions;
  int senderReports;
  private int lastReport;
  private long lastReportNs;

  SimReceiver(SimNet out, long ssrc) {
    this.out = out;
    this.ssrc = ssrc;
  }

  void onRtp(byte[] bytes) {
    assertTrue(packet.parse(bytes, 0, bytes.length));
    int mid = packet.extensions().find(Specs.ROUTER.mid(), 1);
    assertEquals('0', bytes[mid]);
    int transport = Bytes.u16(bytes, packet.extensions().find(Specs.ROUTER.transportCc(), 2));
    transportSeqs.merge(transport, 1, Integer::sum);
    int at = packet.payloadOffset();
    int length = packet.payloadLength();
    int seq = packet.seq();
    if (packet.ssrc() == ssrc + 1) {
      assertEquals(102, packet.payloadType());
      seq = Bytes.u16(bytes, at);
      at += 2;
      length -= 2;
      retransmissions++;
    } else {
      assertEquals(ssrc, packet.ssrc());
      assertEquals(101, packet.payloadType());
    }
    long extSeq = got.isEmpty() ? Seq.first(seq) : Seq.unwrap(got.lastKey(), seq);
    Got now = content(bytes, at, length);
    Got before = got.put(extSeq, now);
    if (before != null) {
      assertEquals(before, now, "a packet sent again is the same");
      duplicates++;
    }
  }

  private Got content(byte[] bytes, int at, int length) {
    if (length == 0) {
      return new Got(packet.timestamp(), packet.marker(), 0, 0, 0, 0, 0, false, true);
    }
    int info = Vp8.parse(bytes, at, length);
    return new Got(
        packet.timestamp(),
        packet.marker(),
        Vp8.pictureId(info),
        Vp8.tl0PicIdx(info),
        bytes[at + 7],
        Bytes.i32(bytes, at + 8),
        bytes[at + 12],
        bytes[at + 13] == 1,
        false);
  }

  void onRtcp(byte[] bytes, long nowNs) {
    reader.start(bytes, 0, bytes.length);
    while (reader.next()) {
      if (reader.type() == Rtcp.SR && reader.u32(0) == ssrc) {
        senderReports++;
        lastReport = (reader.i32(4) << 16) | reader.u16(8);
        lastReportNs = nowNs;
      }
    }
  }

  /// Every 20 ms: NACKs for what has been missing; every second a receiver report.
  void tick(int ms, long nowNs) {
    byte[] buffer = new byte[1400];
    RtcpWriter writer = new RtcpWriter();
    writer.start(buffer);
    int[] missing = new int[200];
    int count = 0;
    for (long seq = got.isEmpty() ? 0 : got.lastKey() - 400;
        !got.isEmpty() && seq < got.lastKey();
        seq++) {
      if (seq > got.firstKey() && !got.containsKey(seq) && count < missing.length) {
        long asked = askedNs.getOrDefault(seq, Long.MIN_VALUE / 2);
        if (nowNs - asked > 60_000_000) {
          askedNs.put(seq, nowNs);
          missing[count++] = Seq.wire(seq);
        }
      }
    }
    if (count > 0) {
      writer.nack(77, ssrc, missing, count);
      out.send(Arrays.copyOf(buffer, writer.length()), true, nowNs);
    }
    if (ms % 1000 == 0) {
      writer.start(buffer);
      int at = writer.receiverReport(77, 1);
      Arrays.fill(buffer, at, at + 24, (byte) 0);
      Bytes.put32(buffer, at, ssrc);
      Bytes.put32(buffer, at + 16, lastReport);
      Bytes.put32(buffer, at + 20, (nowNs - lastReportNs) / 1000 * 65_536 / 1_000_000);
      out.send(Arrays.copyOf(buffer, writer.length()), true, nowNs);
    }
  }

  /// The layer of the newest packet.
  int layer() {
    return got.lastEntry().getValue().layer();
  }

  /// Asserts one unbroken stream of whole frames, up to `tail` packets before its end; frames may
  /// be cut only where the layer changes or, when allowed, where it was paused.
  void assertContinuous(int tail, boolean paused) {
    Got before = null;
    long expected = got.firstKey();
    assertTrue(got.firstEntry().getValue().key(), "starts at a keyframe");
    for (Map.Entry<Long, Got> entry : got.headMap(got.lastKey() - tail).entrySet()) {
      Got now = entry.getValue();
      assertEquals(expected++, entry.getKey(), "a gap");
      if (now.empty()) {
        continue;
      }
      if (before != null) {
        boolean sameFrame = now.layer() == before.layer() && now.frame() == before.frame();
        if (sameFrame) {
          assertEquals(before.index() + 1, now.index());
          assertEquals(before.timestamp(), now.timestamp());
          assertEquals(before.picture(), now.picture());
          assertEquals(before.tl0(), now.tl0());
        } else {
          int ticks = now.timestamp() - before.timestamp();
          assertTrue(ticks > 0, "timestamp went back by " + -ticks);
          assertEquals((before.picture() + 1) & 0x7fff, now.picture());
          assertEquals((before.tl0() + 1) & 0xff, now.tl0());
          assertEquals(0, now.index());
          boolean cut = now.layer() != before.layer() || now.frame() != before.frame() + 1;
          assertTrue(before.marker() || cut, "a frame without its end");
          assertTrue(!cut || now.key(), "a cut that is no keyframe");
          assertTrue(now.layer() != before.layer() || !cut || paused, "frames are missing");
          if (!paused) {
            assertTrue(ticks <= 90_000 * 2, "timestamp jumped by " + ticks);
          }
        }
      }
      before = now;
    }
    transportSeqs.forEach((seq, times) -> assertTrue(times <= 1 + duplicates, "number " + seq));
  }
}
