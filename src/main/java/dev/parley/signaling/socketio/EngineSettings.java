package dev.parley.signaling.socketio;

import java.time.Duration;

/// What an Engine.IO server tells its clients and holds them to.
///
/// @param path prefix of the requests that are Engine.IO's, with a slash at both ends
/// @param pingInterval from the opening or a pong to the next ping
/// @param pingTimeout silence after a ping that ends the session
/// @param maxPayload longest message accepted, and longest body of a post, in bytes
/// @param maxQueueBytes most that waits for a client that reads slowly; beyond it the session is
///   closed
/// @param upgradeTimeout from a WebSocket's request to take a session over to the end of it
/// @param hasPolling whether clients may use HTTP long-polling, not only WebSocket
/// @param isForAnyOrigin whether answers are open to the pages of all origins, without credentials;
///   else to those that the admission allows, with credentials
/// @param idPrefix put before the ids of all sessions, to tell whose they are; letters, digits,
///   `.`, `-` and `_`
public record EngineSettings(
    String path,
    Duration pingInterval,
    Duration pingTimeout,
    int maxPayload,
    int maxQueueBytes,
    Duration upgradeTimeout,
    boolean hasPolling,
    boolean isForAnyOrigin,
    String idPrefix) {

  private static final Duration UPGRADE_TIMEOUT = Duration.ofSeconds(10);

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
    if (upgradeTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("upgradeTimeout must be at least 1 ms");
    }
    if (!idPrefix.matches("[\\w.-]*")) {
      throw new IllegalArgumentException("not a prefix of ids: " + idPrefix);
    }
  }

  /// Settings with 10 s to upgrade, polling, and answers for the admitted origins.
  public EngineSettings(
      String path, Duration pingInterval, Duration pingTimeout, int maxPayload, int maxQueueBytes) {
    this(
        path,
        pingInterval,
        pingTimeout,
        maxPayload,
        maxQueueBytes,
        UPGRADE_TIMEOUT,
        true,
        false,
        "");
  }

  /// The values that Socket.IO clients expect by default: ping every 25 s, 20 s to answer, 1 MB a
  /// message; 4 MB of queue.
  public static EngineSettings defaults() {
    return new EngineSettings(
        "/socket.io/", Duration.ofSeconds(25), Duration.ofSeconds(20), 1_000_000, 4 << 20);
  }

  /// The same under another path.
  public EngineSettings withPath(String newPath) {
    return new EngineSettings(
        newPath,
        pingInterval,
        pingTimeout,
        maxPayload,
        maxQueueBytes,
        upgradeTimeout,
        hasPolling,
        isForAnyOrigin,
        idPrefix);
  }

  /// The same with another heartbeat.
  public EngineSettings withHeartbeat(Duration interval, Duration timeout) {
    return new EngineSettings(
        path,
        interval,
        timeout,
        maxPayload,
        maxQueueBytes,
        upgradeTimeout,
        hasPolling,
        isForAnyOrigin,
        idPrefix);
  }

  /// The same with another limit of message size, in bytes.
  public EngineSettings withMaxPayload(int bytes) {
    return new EngineSettings(
        path,
        pingInterval,
        pingTimeout,
        bytes,
        maxQueueBytes,
        upgradeTimeout,
        hasPolling,
        isForAnyOrigin,
        idPrefix);
  }

  /// The same with another limit of the outbound queue, in bytes.
  public EngineSettings withMaxQueueBytes(int bytes) {
    return new EngineSettings(
        path,
        pingInterval,
        pingTimeout,
        maxPayload,
        bytes,
        upgradeTimeout,
        hasPolling,
        isForAnyOrigin,
        idPrefix);
  }

  /// The same with another time to upgrade.
  public EngineSettings withUpgradeTimeout(Duration timeout) {
    return new EngineSettings(
        path,
        pingInterval,
        pingTimeout,
        maxPayload,
        maxQueueBytes,
        timeout,
        hasPolling,
        isForAnyOrigin,
        idPrefix);
  }

  /// The same for WebSocket alone.
  public EngineSettings withoutPolling() {
    return new EngineSettings(
        path,
        pingInterval,
        pingTimeout,
        maxPayload,
        maxQueueBytes,
        upgradeTimeout,
        false,
        isForAnyOrigin,
        idPrefix);
  }

  /// The same with answers that pages of all origins may read.
  public EngineSettings forAnyOrigin() {
    return new EngineSettings(
        path,
        pingInterval,
        pingTimeout,
        maxPayload,
        maxQueueBytes,
        upgradeTimeout,
        hasPolling,
        true,
        idPrefix);
  }

  /// The same with something before the ids of all sessions.
  public EngineSettings withIdPrefix(String prefix) {
    return new EngineSettings(
        path,
        pingInterval,
        pingTimeout,
        maxPayload,
        maxQueueBytes,
        upgradeTimeout,
        hasPolling,
        isForAnyOrigin,
        prefix);
  }
}
