package dev.parley.contract;

/// What the frames between signaling nodes are for: the kinds of `dev.parley.kernel.Links`.
public final class LinkKind {

  /// From one socket to others of its room.
  public static final int RELAY = 1;

  /// Between the node a client is connected to and the one that owns its socket.
  public static final int CARRIER = 2;

  /// From the node that owns a socket to the one that stands by for it.
  public static final int STANDBY = 3;

  /// Between the node that a request has reached and the one that owns its session.
  public static final int TUNNEL = 4;

  private LinkKind() {}
}
