package dev.parley.signaling.socketio;

import dev.parley.kernel.Config;
import java.time.Duration;

/// What one Socket.IO client may ask for. Lengths in characters unless said otherwise.
///
/// @param connectTimeout time to join a first namespace
/// @param maxDepth nesting of arrays and objects in a payload
/// @param maxAttachments binary values in one packet
/// @param maxAttachmentBytes bytes of all binary values of one packet
/// @param maxEventName length of an event name
/// @param maxNamespaceName length of a namespace name
/// @param maxNamespaces namespaces joined or being joined by one session
/// @param joins attempts of one session to join a namespace; beyond, it is closed
/// @param maxPendingAcks acknowledgements one socket may owe the server
/// @param maxHeldEvents events kept while a socket is admitted or started
/// @param maxHeldBytes the same, in bytes of payload
public record SocketLimits(
    Duration connectTimeout,
    int maxDepth,
    int maxAttachments,
    int maxAttachmentBytes,
    int maxEventName,
    int maxNamespaceName,
    int maxNamespaces,
    Config.Bucket joins,
    int maxPendingAcks,
    int maxHeldEvents,
    int maxHeldBytes) {

  /// Checks that nothing is forbidden altogether by mistake.
  public SocketLimits {
    if (connectTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("connectTimeout must be at least 1 ms");
    }
    if (maxDepth < 2 || maxEventName < 1 || maxNamespaceName < 1 || maxNamespaces < 1) {
      throw new IllegalArgumentException("limits leave no room for an ordinary event");
    }
    if (maxAttachments < 0 || maxAttachmentBytes < 0 || maxPendingAcks < 0) {
      throw new IllegalArgumentException("limits must not be negative");
    }
    if (maxHeldEvents < 0 || maxHeldBytes < 0) {
      throw new IllegalArgumentException("limits must not be negative");
    }
  }

  /// 45 s to join, 32 levels, 10 attachments of 1 MB together, 8 namespaces, 100 attempts to join
  /// at once and 2 a second, 256 held events.
  public static SocketLimits defaults() {
    return new SocketLimits(
        Duration.ofSeconds(45),
        32,
        10,
        1_000_000,
        128,
        128,
        8,
        new Config.Bucket(2, 100),
        1000,
        256,
        1_000_000);
  }

  /// The same with another time to join a first namespace.
  public SocketLimits withConnectTimeout(Duration timeout) {
    return new SocketLimits(
        timeout,
        maxDepth,
        maxAttachments,
        maxAttachmentBytes,
        maxEventName,
        maxNamespaceName,
        maxNamespaces,
        joins,
        maxPendingAcks,
        maxHeldEvents,
        maxHeldBytes);
  }
}
