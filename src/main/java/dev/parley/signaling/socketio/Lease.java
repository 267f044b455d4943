package dev.parley.signaling.socketio;

import java.util.concurrent.atomic.AtomicBoolean;

/// A place that a client occupies while its session lives: taken before the handshake, given back
/// once, however often and from whatever thread it is released.
public final class Lease {

  private final AtomicBoolean isReleased = new AtomicBoolean();
  private final Runnable onRelease;

  /// @param onRelease called once, by the first who releases; any thread
  public Lease(Runnable onRelease) {
    this.onRelease = onRelease;
  }

  /// A place that nobody counts.
  public static Lease none() {
    return new Lease(() -> {});
  }

  /// Gives the place back. Later calls do nothing.
  public void release() {
    if (isReleased.compareAndSet(false, true)) {
      onRelease.run();
    }
  }
}
