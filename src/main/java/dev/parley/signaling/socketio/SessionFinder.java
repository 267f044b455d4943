package dev.parley.signaling.socketio;

import org.jspecify.annotations.Nullable;

/// Finds sessions that live on other nodes.
@FunctionalInterface
public interface SessionFinder {

  /// The way to the session of this id, which came from a client and may be anything; null when no
  /// node that lives can have it. Whether it exists is found out by asking it. Any event loop; must
  /// not wait.
  @Nullable SessionPort find(String sid);

  /// There are no other nodes.
  static SessionFinder none() {
    return _ -> null;
  }
}
