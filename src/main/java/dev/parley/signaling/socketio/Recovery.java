package dev.parley.signaling.socketio;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// What is kept of a socket that lost its connection, so that its client can take it up again
/// (Socket.IO's connection state recovery), and how much all sockets of a server keep now. Any
/// thread.
public final class Recovery {

  /// When all sockets keep too much, each may keep this part of what it else might.
  private static final int CROWDED_SHARE = 16;

  private final Duration window;
  private final Duration maxAge;
  private final int maxEvents;
  private final int maxBytes;
  private final long maxTotalBytes;
  private final AtomicLong totalBytes = new AtomicLong();

  /// @param window for which a lost socket is kept; zero when none is
  /// @param maxAge of the events kept: the window, and the time until a loss is noticed
  /// @param maxEvents kept for one socket
  /// @param maxBytes kept for one socket
  /// @param maxTotalBytes kept for all; with more, each socket keeps little
  public Recovery(
      Duration window, Duration maxAge, int maxEvents, int maxBytes, long maxTotalBytes) {
    this.window = window;
    this.maxAge = maxAge;
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.maxTotalBytes = maxTotalBytes;
  }

  /// Keeps nothing: a connection lost is a socket lost.
  public static Recovery off() {
    return new Recovery(Duration.ZERO, Duration.ZERO, 0, 0, 0);
  }

  /// Whether anything is kept.
  public boolean isOn() {
    return window.toMillis() > 0;
  }

  /// Bytes that all sockets keep now.
  public long totalBytes() {
    return totalBytes.get();
  }

  Duration window() {
    return window;
  }

  Duration maxAge() {
    return maxAge;
  }

  int maxEvents() {
    return maxEvents;
  }

  int maxBytes() {
    return maxBytes;
  }

  /// Bytes that one socket may keep as things are.
  int allowedBytes() {
    return totalBytes.get() > maxTotalBytes ? maxBytes / CROWDED_SHARE : maxBytes;
  }

  void count(int bytes) {
    totalBytes.addAndGet(bytes);
  }
}
