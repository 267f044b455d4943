package dev.parley.contract;

import java.util.Objects;

/// Somebody who waits to be matched.
///
/// @param socketId of the connection he waits by; the newest one of the device
/// @param address IP address of his; empty when it is not known
/// @param node signaling node the socket is on
/// @param standby signaling node that takes the socket over if that node dies; empty when none
/// @param sinceMs since when he waits, ms since 1970
public record Seeker(
    String deviceId,
    String socketId,
    String address,
    String node,
    String standby,
    long sinceMs,
    Wish wish) {

  public Seeker {
    standby = Objects.requireNonNullElse(standby, "");
  }

  /// The same, his socket being on other nodes.
  public Seeker at(String newNode, String newStandby) {
    return new Seeker(deviceId, socketId, address, newNode, newStandby, sinceMs, wish);
  }

  /// The same, waiting since another time.
  public Seeker since(long ms) {
    return new Seeker(deviceId, socketId, address, node, standby, ms, wish);
  }
}
