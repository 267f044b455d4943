package dev.parley.contract;

/// A device has come by a new socket: those it had before are nobody's any more. Published to all
/// nodes at `DeviceCame.ADDRESS`.
public record DeviceCame(String deviceId, String socketId) {

  /// Where it is published.
  public static final String ADDRESS = "devices";
}
