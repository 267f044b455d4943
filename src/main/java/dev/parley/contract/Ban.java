package dev.parley.contract;

/// A device or an address is shut out, or not any more. Published to all nodes at `Ban.ADDRESS`.
///
/// @param value device id, or IP address
/// @param until ms since 1970; 0 for good
/// @param isLifted whether it is shut out no more
public record Ban(Kind kind, String value, long until, boolean isLifted) {

  /// Where it is published.
  public static final String ADDRESS = "bans";

  /// What is shut out.
  public enum Kind {
    DEVICE,
    IP
  }
}
