package dev.parley.bridge.ic;

/// How a call ended.
public sealed interface Reply {

  /// The canister answered.
  ///
  /// @param arg Candid
  @SuppressWarnings("ArrayRecordComponent")
  record Replied(byte[] arg) implements Reply {}

  /// It was refused, or the canister failed at it and undid what it had done.
  ///
  /// @param code 1 and 2: the system, for good and for now; 3: no such canister; 4: the canister
  ///   refused it; 5: the canister failed at it
  /// @param text the begin of the replica's or the canister's words, in ASCII
  /// @param beforeExecution the canister never ran it. Told by the replica that was asked alone,
  ///   without proof
  record Rejected(int code, String text, boolean beforeExecution) implements Reply {

    private static final int SYSTEM_FOR_NOW = 2;

    /// The same may be taken later.
    public boolean isTransient() {
      return code == SYSTEM_FOR_NOW;
    }
  }

  /// It was executed, so long ago that its outcome is forgotten.
  record Forgotten() implements Reply {}
}
