package dev.parley.media.rtp;

import java.util.Arrays;

/// The packets of one received stream that are missing, and when to ask for each again (RFC 4585
/// §6.2.1).
///
/// A gap is left alone until three later packets came or 10 ms passed, since it may be reordering.
/// Then it is asked for at most `MAX_ASKS` times, one round trip apart; the round trip is measured
/// from how long a first answer takes. What cannot be had, because it was asked for in vain or
/// because too much is missing, needs a keyframe instead: `takeGivenUp` tells once.
public final class NackList {

  /// Packets that may be missing at once; more than that is not repaired but started anew.
  public static final int MAX_MISSING = 400;

  /// Times one packet is asked for.
  public static final int MAX_ASKS = 10;

  private static final int REORDER_PACKETS = 3;
  private static final long REORDER_NS = 10_000_000;
  private static final long MIN_RTT_NS = 20_000_000;
  private static final long MAX_RTT_NS = 500_000_000;
  private static final long FIRST_RTT_NS = 100_000_000;

  private final long[] seqs = new long[MAX_MISSING];
  private final long[] missingSinceNs = new long[MAX_MISSING];
  private final long[] askedNs = new long[MAX_MISSING];
  private final int[] asks = new int[MAX_MISSING];
  private int count;

  private long highest = Long.MIN_VALUE;
  private long keyframe = Long.MIN_VALUE;
  private long rttNs = FIRST_RTT_NS;
  private boolean givenUp;

  /// Notes a packet that arrived, by itself or as a retransmission.
  ///
  /// @param keyframe whether a receiver can start at this packet
  public void received(long extSeq, boolean keyframe, long nowNs) {
    if (keyframe && extSeq > this.keyframe) {
      this.keyframe = extSeq;
    }
    if (highest == Long.MIN_VALUE) {
      highest = extSeq;
    } else if (extSeq > highest) {
      addMissing(highest + 1, extSeq, nowNs);
      highest = extSeq;
    } else {
      found(extSeq, nowNs);
    }
  }

  private void addMissing(long from, long to, long nowNs) {
    if (to - from > MAX_MISSING) {
      giveUpAll();
      return;
    }
    if (count + (to - from) > MAX_MISSING) {
      forgetBefore(keyframe);
    }
    if (count + (to - from) > MAX_MISSING) {
      giveUpAll();
      return;
    }
    for (long seq = from; seq < to; seq++) {
      seqs[count] = seq;
      missingSinceNs[count] = nowNs;
      asks[count] = 0;
      count++;
    }
  }

  private void giveUpAll() {
    count = 0;
    givenUp = true;
  }

  private void forgetBefore(long seq) {
    int older = 0;
    while (older < count && seqs[older] < seq) {
      older++;
    }
    remove(0, older);
  }

  private void found(long extSeq, long nowNs) {
    int at = Arrays.binarySearch(seqs, 0, count, extSeq);
    if (at < 0) {
      return;
    }
    if (asks[at] == 1) {
      long sample = Math.clamp(nowNs - askedNs[at], MIN_RTT_NS, MAX_RTT_NS);
      rttNs += (sample - rttNs) / 8;
    }
    remove(at, 1);
  }

  private void remove(int from, int howMany) {
    int after = from + howMany;
    int rest = count - after;
    System.arraycopy(seqs, after, seqs, from, rest);
    System.arraycopy(missingSinceNs, after, missingSinceNs, from, rest);
    System.arraycopy(askedNs, after, askedNs, from, rest);
    System.arraycopy(asks, after, asks, from, rest);
    count -= howMany;
  }

  /// Writes the sequence numbers to ask for now into `into`, oldest first, and returns how many.
  public int collect(long nowNs, int[] into) {
    int due = 0;
    for (int i = 0; i < count && due < into.length; i++) {
      if (asks[i] == 0) {
        if (highest - seqs[i] < REORDER_PACKETS && nowNs - missingSinceNs[i] < REORDER_NS) {
          continue;
        }
      } else if (nowNs - askedNs[i] < rttNs + rttNs / 4) {
        continue;
      }
      if (asks[i] == MAX_ASKS) {
        remove(i--, 1);
        givenUp = true;
        continue;
      }
      asks[i]++;
      askedNs[i] = nowNs;
      into[due++] = Seq.wire(seqs[i]);
    }
    return due;
  }

  /// Whether something missing was given up since the last call, so that a keyframe is needed.
  public boolean takeGivenUp() {
    boolean taken = givenUp;
    givenUp = false;
    return taken;
  }

  /// Packets missing now.
  public int missing() {
    return count;
  }

  /// Round trip as answered requests show it, in ns.
  public long rttNs() {
    return rttNs;
  }

  /// Forgets everything: the stream starts anew.
  public void reset() {
    count = 0;
    highest = Long.MIN_VALUE;
    keyframe = Long.MIN_VALUE;
    givenUp = false;
  }
}
