package dev.parley.signaling.socketio;

import java.time.Duration;

/// What an Engine.IO server tells its clients and holds them to.
///
/// @param path prefix of the requests that are Engine.IO's, with a slash at both ends
/// @param pingInterval from the opening or a pong to the next ping
/// @param pingTimeout silence after a ping that ends the session
/// @param maxPayload longest message accepted, in bytes
/// @param maxQueueBytes most that waits for a client that reads slowly; beyond it the session is
///   closed
public record EngineSettings(
    String path, Duration pingInterval, Duration pingTimeout, int maxPayload, int maxQueueBytes) {

  /// Checks that the values make sense together.
  public EngineSettings {
    if (!path.startsWith("/") || !path.endsWith("/")) {
      throw new IllegalArgumentException("path must start and end with a slash: " + path);
    }
    if (pingInterval.toMillis() < 1 || pingTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("ping times must be at least 1 ms");
    }
    if (maxPayload < 1 || maxQueueBytes < 1) {
      throw new IllegalArgumentException("maxPayload and maxQueueBytes must be positive");
    }
  }

  /// The values that Socket.IO clients expect by default: ping every 25 s, 20 s to answer, 1 MB a
  /// message; 4 MB of queue.
  public static EngineSettings defaults() {
    return new EngineSettings(
        "/socket.io/", Duration.ofSeconds(25), Duration.ofSeconds(20), 1_000_000, 4 << 20);
  }

  /// The same under another path.
  public EngineSettings withPath(String newPath) {
    return new EngineSettings(newPath, pingInterval, pingTimeout, maxPayload, maxQueueBytes);
  }

  /// The same with another heartbeat.
  public EngineSettings withHeartbeat(Duration interval, Duration timeout) {
    return new EngineSettings(path, interval, timeout, maxPayload, maxQueueBytes);
  }

  /// The same with another limit of message size, in bytes.
  public EngineSettings withMaxPayload(int bytes) {
    return new EngineSettings(path, pingInterval, pingTimeout, bytes, maxQueueBytes);
  }

  /// The same with another limit of the outbound queue, in bytes.
  public EngineSettings withMaxQueueBytes(int bytes) {
    return new EngineSettings(path, pingInterval, pingTimeout, maxPayload, bytes);
  }
}
