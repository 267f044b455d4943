package dev.parley.media.rtp;

/// What a receiver reports of one RTP stream (RFC 3550 §6.4, A.3, A.8): loss, jitter, and the times
/// by which the sender measures the round trip. Retransmissions on a stream of their own are not
/// counted.
public final class ReceiveStats {

  private final int clockRate;

  private long baseSeq = -1;

  /// Wraps are counted from the first packet on.
  private long cycles;

  private long maxSeq;
  private long received;
  private long bytes;
  private long expectedPrior;
  private long receivedPrior;

  private int lastTransit;
  private boolean hasTransit;

  /// Jitter times 16, as A.8 keeps it.
  private long jitter16;

  private int lastSr;
  private long lastSrNs;

  /// @param clockRate RTP clock in Hz
  public ReceiveStats(int clockRate) {
    this.clockRate = clockRate;
  }

  /// Notes one packet.
  ///
  /// @param packetBytes length of its payload
  public void received(long extSeq, int timestamp, int packetBytes, long nowNs) {
    if (baseSeq < 0) {
      baseSeq = extSeq;
      maxSeq = extSeq;
      cycles = extSeq & ~0xffffL;
    }
    baseSeq = Math.min(baseSeq, extSeq);
    boolean inOrder = extSeq >= maxSeq;
    maxSeq = Math.max(maxSeq, extSeq);
    received++;
    bytes += packetBytes;
    if (!inOrder) {
      return;
    }
    int transit = (int) toClock(nowNs) - timestamp;
    if (hasTransit) {
      long difference = Math.abs((long) (transit - lastTransit));
      // A pause or a restart of the source is not jitter.
      if (difference < 10L * clockRate) {
        jitter16 += difference - ((jitter16 + 8) >> 4);
      }
    }
    lastTransit = transit;
    hasTransit = true;
  }

  private long toClock(long ns) {
    return Math.floorDiv(ns, 1_000_000_000L) * clockRate
        + Math.floorMod(ns, 1_000_000_000L) * clockRate / 1_000_000_000L;
  }

  /// Notes a sender report.
  ///
  /// @param ntpMiddle the middle 32 bits of its NTP timestamp
  public void senderReport(int ntpMiddle, long nowNs) {
    lastSr = ntpMiddle;
    lastSrNs = nowNs;
  }

  /// Writes a report block of 24 bytes (RFC 3550 §6.4.1) and begins the next interval.
  public void writeReportBlock(long ssrc, byte[] out, int at, long nowNs) {
    Bytes.put32(out, at, ssrc);
    out[at + 4] = (byte) nextFraction();
    Bytes.put24(out, at + 5, Math.clamp(packetsLost(), -0x80_0000, 0x7f_ffff));
    Bytes.put32(out, at + 8, baseSeq < 0 ? 0 : maxSeq - cycles);
    Bytes.put32(out, at + 12, jitter());
    Bytes.put32(out, at + 16, lastSr);
    long delay = lastSr == 0 ? 0 : (nowNs - lastSrNs) / 1000 * 65_536 / 1_000_000;
    Bytes.put32(out, at + 20, delay);
  }

  /// Fraction lost since the last call, times 256 (A.3).
  private int nextFraction() {
    long expected = expected();
    long expectedInterval = expected - expectedPrior;
    long lostInterval = expectedInterval - (received - receivedPrior);
    expectedPrior = expected;
    receivedPrior = received;
    if (expectedInterval <= 0 || lostInterval <= 0) {
      return 0;
    }
    return (int) Math.min(255, lostInterval * 256 / expectedInterval);
  }

  private long expected() {
    return baseSeq < 0 ? 0 : maxSeq - baseSeq + 1;
  }

  /// Cumulative loss; negative when there were more duplicates than losses.
  public long packetsLost() {
    return expected() - received;
  }

  public long packets() {
    return received;
  }

  public long bytes() {
    return bytes;
  }

  /// Interarrival jitter in RTP clock units.
  public long jitter() {
    return jitter16 >> 4;
  }

  /// Whether any packet came.
  public boolean isStarted() {
    return baseSeq >= 0;
  }
}
