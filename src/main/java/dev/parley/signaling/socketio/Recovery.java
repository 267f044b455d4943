package dev.parley.signaling.socketio;

import java.time.Duration;

/// What is kept of a socket that lost its connection, so that its client can take it up again
/// (Socket.IO's connection state recovery).
///
/// @param window for which a lost socket is kept; zero when none is
/// @param maxAge of the events kept: the window, and the time until a loss is noticed
/// @param maxEvents kept for one socket
/// @param maxBytes kept for one socket
public record Recovery(Duration window, Duration maxAge, int maxEvents, int maxBytes) {

  /// Keeps nothing: a connection lost is a socket lost.
  public static Recovery off() {
    return new Recovery(Duration.ZERO, Duration.ZERO, 0, 0);
  }

  /// @param detection longest time until a loss is noticed
  public static Recovery of(Duration window, Duration detection, int maxEvents, int maxBytes) {
    return new Recovery(window, window.plus(detection), maxEvents, maxBytes);
  }

  /// Whether anything is kept.
  public boolean isOn() {
    return window.toMillis() > 0;
  }
}
