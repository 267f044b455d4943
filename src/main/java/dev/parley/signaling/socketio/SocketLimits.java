package dev.parley.signaling.socketio;

import dev.parley.kernel.Features;

/// What a session may do and how long it may be silent.
///
/// @param maxPayload bytes of one message
/// @param maxQueueBytes that may wait for a slow client
public record SocketLimits(
    long pingIntervalMs,
    long pingTimeoutMs,
    long connectTimeoutMs,
    int maxPayload,
    int maxQueueBytes) {

  /// Attachments of one packet, as the reference server.
  static final int MAX_ATTACHMENTS = 10;

  /// Namespaces one session may have joined at once.
  static final int MAX_NAMESPACES = 16;

  /// Acknowledgements one socket may owe the server.
  static final int MAX_PENDING_ACKS = 1_000;

  /// Nesting of JSON values.
  static final int MAX_DEPTH = 64;

  static final int MAX_NAME = 256;

  public static SocketLimits of(Features.Signaling config) {
    return new SocketLimits(
        config.pingInterval().toMillis(),
        config.pingTimeout().toMillis(),
        config.connectTimeout().toMillis(),
        config.maxPayload(),
        config.maxQueueBytes());
  }
}
