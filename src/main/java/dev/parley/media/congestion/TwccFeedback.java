package dev.parley.media.congestion;

import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.Rtcp;
import dev.parley.media.rtp.Seq;
import java.util.Arrays;

/// The receiver's half of transport-wide congestion control: notes when each packet of a transport
/// arrived and writes the feedback packets its sender estimates its bandwidth by
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
///
/// A packet that arrives after it was reported lost is reported again. Reports go out at most every
/// `INTERVAL_NS`; what does not fit into one packet goes into the next.
public final class TwccFeedback {

  /// Least time between two rounds of reports.
  public static final long INTERVAL_NS = 100_000_000;

  private static final int WINDOW = 8192;
  private static final long NOT_ARRIVED = Long.MIN_VALUE;
  private static final long TICK_NS = 250_000;
  private static final int TICKS_PER_REFERENCE = 256;
  private static final int HEADER = 20;

  /// Losses reported before the first packet of a report that did arrive.
  private static final int MAX_LEADING_LOSSES = 100;

  private static final int NOT_RECEIVED = 0;
  private static final int SMALL_DELTA = 1;
  private static final int LARGE_DELTA = 2;

  // Made when the first packet comes: a transport that only sends needs none.
  private long[] arrivals = new long[0];
  private byte[] symbols = new byte[0];
  private int[] deltas = new int[0];
  private long highest = -1;
  private long next = -1;
  private long mediaSsrc;
  private long lastRoundNs = Long.MIN_VALUE / 2;
  private int feedbackCount;

  /// Notes a packet that carried transport-wide number `seq`.
  public void received(int seq, long ssrc, long nowNs) {
    mediaSsrc = ssrc;
    if (highest < 0) {
      arrivals = new long[WINDOW];
      symbols = new byte[WINDOW];
      deltas = new int[WINDOW];
      Arrays.fill(arrivals, NOT_ARRIVED);
      highest = Seq.first(seq);
      next = highest;
      arrivals[slot(highest)] = nowNs;
      return;
    }
    long extSeq = Seq.unwrap(highest, seq);
    if (extSeq > highest) {
      if (extSeq - highest >= WINDOW) {
        Arrays.fill(arrivals, NOT_ARRIVED);
      } else {
        for (long missing = highest + 1; missing < extSeq; missing++) {
          arrivals[slot(missing)] = NOT_ARRIVED;
        }
      }
      highest = extSeq;
      next = Math.max(next, highest - WINDOW + 1);
      arrivals[slot(extSeq)] = nowNs;
    } else if (extSeq > highest - WINDOW && extSeq > 0 && arrivals[slot(extSeq)] == NOT_ARRIVED) {
      arrivals[slot(extSeq)] = nowNs;
      next = Math.min(next, extSeq);
    }
  }

  /// Whether a round of reports is to be written now.
  public boolean isDue(long nowNs) {
    return highest >= 0 && next <= highest && nowNs - lastRoundNs >= INTERVAL_NS;
  }

  /// Writes the next feedback packet of a round into `out` and returns its length, or 0 when all is
  /// reported. The last one of a round, the one that reports the newest packet, ends the round.
  ///
  /// @param maxLength most bytes it may take, at least 256
  public int write(byte[] out, int maxLength, long senderSsrc, long nowNs) {
    lastRoundNs = nowNs;
    long first = firstArrived();
    if (first < 0) {
      return 0;
    }
    long base = Math.max(next, first - MAX_LEADING_LOSSES);
    long reference = Math.floorDiv(arrivals[slot(first)], TICK_NS * TICKS_PER_REFERENCE);
    int count = collect(base, reference, Math.min(out.length, maxLength));
    next = base + count;

    out[0] = (byte) (0x80 | Rtcp.FORMAT_TRANSPORT_CC);
    out[1] = (byte) Rtcp.RTPFB;
    Bytes.put32(out, 4, senderSsrc);
    Bytes.put32(out, 8, mediaSsrc);
    Bytes.put16(out, 12, Seq.wire(base));
    Bytes.put16(out, 14, count);
    Bytes.put24(out, 16, (int) reference);
    out[19] = (byte) feedbackCount++;
    int end = writeDeltas(out, writeChunks(out, HEADER, count), count);
    while ((end & 3) != 0) {
      out[end++] = 0;
    }
    Bytes.put16(out, 2, end / 4 - 1);
    return end;
  }

  private long firstArrived() {
    for (long seq = next; seq <= highest && seq >= 0; seq++) {
      if (arrivals[slot(seq)] != NOT_ARRIVED) {
        return seq;
      }
    }
    return -1;
  }

  /// Fills `symbols` and `deltas` from `base` on, as far as they fit into `maxLength` bytes;
  /// returns how many.
  private int collect(long base, long reference, int maxLength) {
    long previousTick = reference * TICKS_PER_REFERENCE;
    int deltaBytes = 0;
    int count = 0;
    while (base + count <= highest) {
      long arrival = arrivals[slot(base + count)];
      int symbol = NOT_RECEIVED;
      int delta = 0;
      if (arrival != NOT_ARRIVED) {
        long tick = Math.floorDiv(arrival, TICK_NS);
        long distance = tick - previousTick;
        if (distance != (short) distance) {
          break;
        }
        delta = (int) distance;
        symbol = delta >= 0 && delta <= 255 ? SMALL_DELTA : LARGE_DELTA;
        previousTick = tick;
      }
      // Seven symbols a chunk is the worst case; up to three bytes of padding.
      if (HEADER + 2 * (count / 7 + 1) + deltaBytes + symbol + 3 > maxLength) {
        break;
      }
      deltaBytes += symbol;
      symbols[count] = (byte) symbol;
      deltas[count] = delta;
      count++;
    }
    return count;
  }

  private int writeChunks(byte[] out, int from, int count) {
    int end = from;
    int at = 0;
    while (at < count) {
      int run = runLength(at, count);
      if (run >= 7 || at + run == count) {
        Bytes.put16(out, end, (symbols[at] << 13) | run);
        at += run;
      } else if (isAllBelowLarge(at, Math.min(count, at + 14))) {
        int chunk = 0x8000;
        for (int i = 0; i < 14 && at < count; i++, at++) {
          chunk |= symbols[at] << (13 - i);
        }
        Bytes.put16(out, end, chunk);
      } else {
        int chunk = 0xc000;
        for (int i = 0; i < 7 && at < count; i++, at++) {
          chunk |= symbols[at] << (12 - 2 * i);
        }
        Bytes.put16(out, end, chunk);
      }
      end += 2;
    }
    return end;
  }

  private int runLength(int from, int count) {
    int limit = Math.min(count, from + 0x1fff);
    int at = from + 1;
    while (at < limit && symbols[at] == symbols[from]) {
      at++;
    }
    return at - from;
  }

  private boolean isAllBelowLarge(int from, int to) {
    for (int i = from; i < to; i++) {
      if (symbols[i] == LARGE_DELTA) {
        return false;
      }
    }
    return true;
  }

  private int writeDeltas(byte[] out, int from, int count) {
    int end = from;
    for (int i = 0; i < count; i++) {
      if (symbols[i] == SMALL_DELTA) {
        out[end++] = (byte) deltas[i];
      } else if (symbols[i] == LARGE_DELTA) {
        Bytes.put16(out, end, deltas[i]);
        end += 2;
      }
    }
    return end;
  }

  private static int slot(long extSeq) {
    return (int) extSeq & (WINDOW - 1);
  }
}
