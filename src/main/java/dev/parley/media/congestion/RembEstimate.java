package dev.parley.media.congestion;

/// What a sender without transport-wide feedback is told it may send (REMB): twice what arrives, so
/// that it can ramp up, halved back to what arrives when packets are lost.
///
/// It is a ceiling and no estimate of the path: a sender's own loss-based control does the rest.
public final class RembEstimate {

  /// Time between two messages.
  public static final long INTERVAL_NS = 500_000_000;

  private static final long MIN_BPS = 500_000;
  private static final long MAX_BPS = 20_000_000;

  /// Losses above which the path counts as full: one packet in ten.
  private static final int FULL_PER_MILLE = 100;

  private long lastNs = Long.MIN_VALUE / 2;
  private long lastExpected;
  private long lastLost;

  /// Whether a message is to be sent now.
  public boolean isDue(long nowNs) {
    return nowNs - lastNs >= INTERVAL_NS;
  }

  /// The ceiling to tell.
  ///
  /// @param arrivingBps rate of what arrives
  /// @param expected packets that were sent so far, by their sequence numbers
  /// @param lost those of them that never arrived
  public long next(long arrivingBps, long expected, long lost, long nowNs) {
    lastNs = nowNs;
    long expectedNow = expected - lastExpected;
    long lostNow = lost - lastLost;
    lastExpected = expected;
    lastLost = lost;
    boolean full = expectedNow > 0 && lostNow * 1000 > expectedNow * FULL_PER_MILLE;
    return Math.clamp(full ? arrivingBps : 2 * arrivingBps, MIN_BPS, MAX_BPS);
  }
}
