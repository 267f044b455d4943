package dev.parley.signaling.tunnel;

/// What one side of a tunnel has sent and the other has not passed on yet. Any thread.
final class Credit {

  /// Bytes under way with which a side stops to send.
  static final int WINDOW = 256 * 1024;

  /// Bytes passed on that are worth a frame.
  static final int QUANTUM = 32 * 1024;

  private long underWay;
  private boolean isExhausted;

  /// So much is sent. False when it should have been the last for now.
  synchronized boolean take(int bytes) {
    underWay += bytes;
    if (underWay >= WINDOW) {
      isExhausted = true;
    }
    return !isExhausted;
  }

  /// So much has been passed on. True when sending may go on after it had to stop.
  synchronized boolean give(int bytes) {
    underWay = Math.max(0, underWay - bytes);
    if (isExhausted && underWay < WINDOW / 2) {
      isExhausted = false;
      return true;
    }
    return false;
  }

  synchronized boolean isLeft() {
    return !isExhausted;
  }
}
