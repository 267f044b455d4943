package dev.parley.media.rtp;

import java.nio.charset.StandardCharsets;

/// Appends RTCP packets to a byte array. Callers leave room: the longest of each is named.
public final class RtcpWriter {

  private byte[] out = new byte[0];
  private int at;

  /// Begins a compound packet at index 0 of `out`.
  public void start(byte[] out) {
    this.out = out;
    this.at = 0;
  }

  /// Bytes written since `start`.
  public int length() {
    return at;
  }

  private int open(int count, int type, int bytes) {
    int start = at;
    out[start] = (byte) (0x80 | count);
    out[start + 1] = (byte) type;
    Bytes.put16(out, start + 2, bytes / 4 - 1);
    at += bytes;
    return start;
  }

  /// A sender report without report blocks: 28 bytes.
  ///
  /// @param ntp 64 bits, seconds since 1900 and their fraction
  /// @param timestamp of the same moment on the RTP clock
  public void senderReport(long ssrc, long ntp, int timestamp, long packets, long octets) {
    int start = open(0, Rtcp.SR, 28);
    Bytes.put32(out, start + 4, ssrc);
    Bytes.put32(out, start + 8, ntp >>> 32);
    Bytes.put32(out, start + 12, ntp);
    Bytes.put32(out, start + 16, timestamp);
    Bytes.put32(out, start + 20, packets);
    Bytes.put32(out, start + 24, octets);
  }

  /// A receiver report with room for `blocks` report blocks, at most 31; returns the index where
  /// the first is to be written.
  public int receiverReport(long ssrc, int blocks) {
    int start = open(blocks, Rtcp.RR, 8 + blocks * Rtcp.REPORT_BLOCK);
    Bytes.put32(out, start + 4, ssrc);
    return start + 8;
  }

  /// A source description with one chunk that names `cname`, of which at most 255 bytes are used:
  /// at most 268 bytes.
  public void cname(long ssrc, String cname) {
    byte[] name = cname.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(255, name.length);
    // The item list ends with at least one zero and at a multiple of four.
    int bytes = 8 + ((2 + length + 1 + 3) & ~3);
    int start = open(1, Rtcp.SDES, bytes);
    Bytes.put32(out, start + 4, ssrc);
    out[start + 8] = Rtcp.CNAME;
    out[start + 9] = (byte) length;
    System.arraycopy(name, 0, out, start + 10, length);
    for (int i = start + 10 + length; i < at; i++) {
      out[i] = 0;
    }
  }

  /// A goodbye of one source: 8 bytes.
  public void bye(long ssrc) {
    Bytes.put32(out, open(1, Rtcp.BYE, 8) + 4, ssrc);
  }

  /// Generic NACK for `count` sequence numbers in rising order: 12 bytes and 4 for each run of 17.
  public void nack(long senderSsrc, long mediaSsrc, int[] seqs, int count) {
    int start = at;
    int end = start + 12;
    int i = 0;
    while (i < count) {
      int pid = seqs[i++];
      int blp = 0;
      while (i < count && ((seqs[i] - pid) & 0xffff) <= 16 && seqs[i] != pid) {
        blp |= 1 << (((seqs[i++] - pid) & 0xffff) - 1);
      }
      Bytes.put16(out, end, pid);
      Bytes.put16(out, end + 2, blp);
      end += 4;
    }
    open(Rtcp.FORMAT_NACK, Rtcp.RTPFB, end - start);
    feedback(start, senderSsrc, mediaSsrc);
  }

  /// Picture loss indication: 12 bytes.
  public void pli(long senderSsrc, long mediaSsrc) {
    feedback(open(Rtcp.FORMAT_PLI, Rtcp.PSFB, 12), senderSsrc, mediaSsrc);
  }

  /// Full intra request for one source: 20 bytes.
  ///
  /// @param commandSeq 8 bits, one more for each new request of a source
  public void fir(long senderSsrc, long mediaSsrc, int commandSeq) {
    int start = open(Rtcp.FORMAT_FIR, Rtcp.PSFB, 20);
    feedback(start, senderSsrc, 0);
    Bytes.put32(out, start + 12, mediaSsrc);
    Bytes.put32(out, start + 16, commandSeq << 24);
  }

  /// Receiver estimated maximum bitrate for `count` sources, at most 255: 20 bytes and 4 for each.
  public void remb(long senderSsrc, long bitrateBps, long[] ssrcs, int count) {
    int start = open(Rtcp.FORMAT_AFB, Rtcp.PSFB, 20 + 4 * count);
    feedback(start, senderSsrc, 0);
    Bytes.put32(out, start + 12, Rtcp.REMB);
    int exponent = Math.max(0, 64 - Long.numberOfLeadingZeros(bitrateBps) - 18);
    out[start + 16] = (byte) count;
    Bytes.put24(out, start + 17, (exponent << 18) | (int) (bitrateBps >>> exponent));
    for (int i = 0; i < count; i++) {
      Bytes.put32(out, start + 20 + 4 * i, ssrcs[i]);
    }
  }

  private void feedback(int start, long senderSsrc, long mediaSsrc) {
    Bytes.put32(out, start + 4, senderSsrc);
    Bytes.put32(out, start + 8, mediaSsrc);
  }
}
