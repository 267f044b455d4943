package dev.parley.contract;

import dev.parley.kernel.Request;

/// What signaling nodes ask each other about the sockets of clients that come back. Served at
/// `SocketRequest.address(nodeId)`.
///
/// @param <R> the answer
public sealed interface SocketRequest<R extends Record> extends Request<R> {

  /// Address of one signaling node.
  static String address(String nodeId) {
    return "sockets." + nodeId;
  }

  /// A client of `node` wants to take up a socket again. Where it is owned, its packets go to that
  /// node from now on.
  ///
  /// @param carrierId names the client's connection and namespace on `node`
  /// @param pid the secret it knows the socket by
  /// @param offset what it has of the socket's events; empty when nothing
  /// @param address IP address of the client
  /// @param channelName what carries its packets
  record Claim(
      String node,
      String carrierId,
      String namespace,
      String pid,
      String offset,
      String address,
      String channelName)
      implements SocketRequest<Claimed> {}

  /// @param isOwner whether the node owns the socket and has given it
  record Claimed(boolean isOwner) {}

  /// Asks whether a node is there at all.
  record Ping() implements SocketRequest<Pong> {}

  record Pong() {}
}
