package dev.parley.contract;

import dev.parley.kernel.Request;

/// What signaling nodes and matchmakers say to each other.
public sealed interface MatchRequest {

  /// Address of one matchmaker, which hears of those who begin to wait.
  static String matchmaker(String nodeId) {
    return "matchmaking." + nodeId;
  }

  /// Address of one signaling node.
  static String address(String nodeId) {
    return "pairs." + nodeId;
  }

  /// Somebody has begun to wait.
  record Wanted(Seeker seeker) implements MatchRequest {}

  /// Brings one of a pair into their session; to the node his socket is on.
  ///
  /// @param isSecond which of the two
  /// @param isNew whether nothing can have happened to the session but that it has ended
  record Meet(Pair pair, boolean isSecond, boolean isNew) implements MatchRequest, Request<Met> {}

  /// @param isHere whether he was there to be brought
  record Met(boolean isHere) {}
}
