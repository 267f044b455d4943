package dev.parley.match;

import dev.parley.contract.Pair;

/// Where pairs are brought together. Each method may be called again for the same pair; all wait.
public interface Rendezvous {

  /// Makes the session of a pair; returns false when it had been made before.
  boolean open(Pair pair);

  /// Brings one of the two into it. One who is gone is taken out, and the session ends.
  ///
  /// @param isNew whether the session has just been made by who asks
  /// @throws dev.parley.kernel.Failure UNAVAILABLE when it is not known whether he is there
  void bring(Pair pair, boolean isSecond, boolean isNew);
}
