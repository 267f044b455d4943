package dev.parley.media;

import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.Rtcp;
import dev.parley.media.rtp.RtcpReader;
import dev.parley.media.rtp.RtcpWriter;
import dev.parley.media.rtp.RtpBytes;
import dev.parley.media.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A browser that sends VP8 simulcast at 25 frames a second and answers NACK and PLI.
///
/// After the payload descriptor each packet says which frame it is of: layer, frame number, index
/// in the frame.
final class SimSender {

  static final int FRAME_MS = 40;

  /// Time from frame to frame.
  int frameMs = FRAME_MS;

  /// One simulcast stream.
  final class Stream {
    final int layer;
    final String rid;
    final long ssrc;
    final int packetsPerFrame;
    final Map<Integer, byte[]> sent = new HashMap<>();
    final int timestampBase;
    int seq;
    int rtxSeq = 500;
    int picture;
    int tl0;
    int frame;
    boolean on = true;
    boolean keyframeWanted = true;
    int plis;
    int resent;

    Stream(int layer, String rid, long ssrc, int packetsPerFrame) {
      this.layer = layer;
      this.rid = rid;
      this.ssrc = ssrc;
      this.packetsPerFrame = packetsPerFrame;
      this.seq = 65_500 + layer;
      this.picture = 32_700 + layer * 7;
      this.tl0 = 250 + layer;
      this.timestampBase = 1_000_000_007 * (layer + 1);
    }

    int timestamp(long nowNs) {
      return timestampBase + (int) (nowNs / 1000 * 90 / 1000);
    }

    RtpBytes base(long ssrc, int payloadType, int seq, int timestamp, int ridId) {
      return RtpBytes.packet(ssrc, payloadType, seq & 0xffff, timestamp)
          .extension(Specs.SENDER.mid(), (byte) '1')
          .extension(ridId, rid.getBytes(StandardCharsets.UTF_8))
          .extension(Specs.SENDER.transportCc(), (byte) (transportSeq >> 8), (byte) transportSeq++);
    }

    void frame(long nowNs) {
      boolean key = keyframeWanted;
      keyframeWanted = false;
      picture = (picture + 1) & 0x7fff;
      tl0 = (tl0 + 1) & 0xff;
      frame++;
      for (int i = 0; i < packetsPerFrame; i++) {
        byte[] payload = new byte[6 + 8 + 100];
        payload[0] = (byte) (i == 0 ? 0x90 : 0x80);
        payload[1] = (byte) 0xe0;
        Bytes.put16(payload, 2, 0x8000 | picture);
        payload[4] = (byte) tl0;
        payload[6] = (byte) (key && i == 0 ? 0 : 1);
        payload[7] = (byte) layer;
        Bytes.put32(payload, 8, frame);
        payload[12] = (byte) i;
        payload[13] = (byte) (key ? 1 : 0);
        RtpBytes packet =
            base(ssrc, 96, seq, timestamp(nowNs), Specs.SENDER.rid()).payload(payload);
        if (i == packetsPerFrame - 1) {
          packet.marker();
        }
        byte[] bytes = packet.bytes();
        sent.put(seq & 0xffff, bytes);
        seq++;
        out.send(bytes, false, nowNs);
      }
    }

    /// A packet of nothing but padding, in the sequence of the media.
    void pad(long nowNs) {
      byte[] bytes = base(ssrc, 96, seq, timestamp(nowNs), Specs.SENDER.rid()).padding(200).bytes();
      sent.put(seq & 0xffff, bytes);
      seq++;
      out.send(bytes, false, nowNs);
    }

    void resend(int lost, long nowNs) {
      byte[] original = sent.get(lost);
      if (original == null) {
        return;
      }
      resent++;
      RtpPacket packet = new RtpPacket();
      packet.parse(original, 0, original.length);
      byte[] payload = new byte[2 + packet.payloadLength()];
      Bytes.put16(payload, 0, lost);
      System.arraycopy(original, packet.payloadOffset(), payload, 2, packet.payloadLength());
      RtpBytes rtx =
          base(ssrc + 1, 97, rtxSeq++, packet.timestamp(), Specs.SENDER.repairedRid())
              .payload(payload);
      if (packet.marker()) {
        rtx.marker();
      }
      out.send(rtx.bytes(), false, nowNs);
    }

    void report(long nowNs) {
      byte[] buffer = new byte[100];
      RtcpWriter writer = new RtcpWriter();
      writer.start(buffer);
      long ntp =
          ((3_900_000_000L + nowNs / 1_000_000_000L) << 32)
              + ((nowNs % 1_000_000_000L) << 32) / 1_000_000_000L;
      writer.senderReport(ssrc, ntp, timestamp(nowNs), seq, seq);
      out.send(Arrays.copyOf(buffer, writer.length()), true, nowNs);
    }
  }

  final List<Stream> streams = new ArrayList<>();
  final SimNet out;
  private final RtcpReader reader = new RtcpReader();
  int transportSeq = 65_000;
  int transportFeedbacks;
  int receiverReports;

  SimSender(SimNet out, int layers) {
    this.out = out;
    for (int i = 0; i < layers; i++) {
      streams.add(new Stream(i, "r" + i, 1000 + 10 * i, 2 + 2 * i));
    }
  }

  void tick(int ms, long nowNs) {
    for (Stream stream : streams) {
      if (stream.on && ms % frameMs == 0) {
        stream.frame(nowNs);
      }
      if (stream.on && ms % 500 == 250) {
        stream.report(nowNs);
      }
    }
  }

  void onRtcp(byte[] packet, long nowNs) {
    reader.start(packet, 0, packet.length);
    while (reader.next()) {
      if (reader.type() == Rtcp.RR) {
        receiverReports++;
      } else if (reader.type() == Rtcp.RTPFB && reader.count() == Rtcp.FORMAT_TRANSPORT_CC) {
        transportFeedbacks++;
      } else if (reader.type() == Rtcp.RTPFB) {
        onNack(nowNs);
      } else if (reader.type() == Rtcp.PSFB) {
        for (Stream stream : streams) {
          if (stream.ssrc == reader.u32(4)) {
            stream.keyframeWanted = true;
            stream.plis++;
          }
        }
      }
    }
  }

  private void onNack(long nowNs) {
    for (Stream stream : streams) {
      for (int at = 8; stream.ssrc == reader.u32(4) && reader.has(at + 4); at += 4) {
        int pid = reader.u16(at);
        stream.resend(pid, nowNs);
        for (int bit = 0; bit < 16; bit++) {
          if (((reader.u16(at + 2) >> bit) & 1) != 0) {
            stream.resend((pid + bit + 1) & 0xffff, nowNs);
          }
        }
      }
    }
  }
}
