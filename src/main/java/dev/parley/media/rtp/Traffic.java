package dev.parley.media.rtp;

/// Counters of one worker's or one session's packets: plain fields, read by metrics on the same
/// event loop.
public final class Traffic {

  private long packetsIn;
  private long bytesIn;
  private long packetsOut;
  private long bytesOut;
  private long rtcpIn;
  private long rtcpOut;
  private final long[] drops = new long[Drop.COUNT];

  /// One RTP packet received.
  public void in(int bytes) {
    packetsIn++;
    bytesIn += bytes;
  }

  /// One RTP packet handed to an outlet.
  public void out(int bytes) {
    packetsOut++;
    bytesOut += bytes;
  }

  /// One compound RTCP packet received.
  public void rtcpIn() {
    rtcpIn++;
  }

  /// One compound RTCP packet handed to an outlet.
  public void rtcpOut() {
    rtcpOut++;
  }

  /// One packet that went no further.
  public void drop(Drop reason) {
    drops[reason.index()]++;
  }

  public long packetsIn() {
    return packetsIn;
  }

  public long bytesIn() {
    return bytesIn;
  }

  public long packetsOut() {
    return packetsOut;
  }

  public long bytesOut() {
    return bytesOut;
  }

  public long rtcpPacketsIn() {
    return rtcpIn;
  }

  public long rtcpPacketsOut() {
    return rtcpOut;
  }

  /// Packets that went no further for this reason.
  public long drops(Drop reason) {
    return drops[reason.index()];
  }
}
