package dev.parley.media;

/// When to ask for a keyframe of one encoding: at once when somebody wants one, no more often than
/// the throttle allows, and again until one arrives.
final class Keyframes {

  /// Least time between two different requests.
  static final long THROTTLE_NS = 500_000_000;

  /// Time after which an unanswered request is repeated.
  static final long RETRY_NS = 500_000_000;

  /// Times a request is made before it is dropped; whoever still waits wants it anew.
  static final int MAX_ASKS = 10;

  private boolean wanted;
  private int asks;
  private long lastAskNs = Long.MIN_VALUE / 2;

  /// Somebody needs a keyframe.
  void want() {
    if (!wanted) {
      wanted = true;
      asks = 0;
    }
  }

  /// A keyframe began, or nobody wants one any more.
  void satisfied() {
    wanted = false;
  }

  /// Whether one is to be asked for now; counts as asked for when true.
  boolean takeDue(long nowNs) {
    if (!wanted || nowNs - lastAskNs < (asks == 0 ? THROTTLE_NS : RETRY_NS)) {
      return false;
    }
    if (asks == MAX_ASKS) {
      wanted = false;
      return false;
    }
    asks++;
    lastAskNs = nowNs;
    return true;
  }

  boolean isWanted() {
    return wanted;
  }
}
