package dev.parley.match;

import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Those who wait, each device once, and the pairs that have been made and not yet brought
/// together. Each method is one step that happens wholly or not at all; all wait.
public interface MatchQueue {

  /// What became of a wish to wait.
  sealed interface Entry {}

  /// @param position in the queue of the language, from 1
  /// @param length of that queue
  /// @param isHopeful whether it is worth looking for somebody now: false when nobody waits whom
  ///   the rule lets him meet, so that whoever comes looks for him
  record Queued(int position, int length, boolean isHopeful) implements Entry {}

  /// He waits already, by this socket and with this wish.
  record Unchanged() implements Entry {}

  /// He has just been matched, and will be told.
  record Taken() implements Entry {}

  /// He asks too often.
  ///
  /// @param retryAfterMs when he may ask again
  record Limited(long retryAfterMs) implements Entry {}

  /// Begins to wait. Who waits already goes on doing so since then, by his newest socket and with
  /// his newest wish.
  ///
  /// @param over id of the session that he was in last, as far as is known; may be empty
  Entry join(Seeker seeker, String over, long nowMs);

  /// Waits again as if he had never been taken out, unless he has asked by himself, or been
  /// matched.
  ///
  /// @param over id of the session he was taken out for, which has ended; empty when that was not
  ///   why he does not wait
  void restore(Seeker seeker, String over, long nowMs);

  /// Waits no longer; returns whether he did, by that socket.
  boolean leave(String deviceId, String socketId);

  /// The socket of one who waits is on another node, or another stands by for it; returns him as he
  /// is now, or null when he does not wait by that socket.
  @Nullable Seeker move(String deviceId, String socketId, String node, String standby);

  /// What there is for somebody to choose from.
  ///
  /// @param seeker as he is now
  /// @param candidates none whom he has blocked, or who has blocked him
  record Choice(Seeker seeker, List<MatchRule.Candidate> candidates) {}

  /// Null when he does not wait.
  ///
  /// @param seeker as he was when he was last heard of
  @Nullable Choice choice(Seeker seeker, long nowMs);

  /// Takes both out of the queue, for a session. False when one does not wait any more, or not as
  /// he did, or when one has blocked the other meanwhile.
  boolean claim(Pair pair, long nowMs);

  /// A pair is together, or never will be.
  void confirm(Pair pair);

  /// Pairs that were made before a time and have not been confirmed, some.
  List<Pair> unconfirmed(long beforeMs);

  /// Those for whom somebody is to be looked for once more by now, some; each is given to one who
  /// asks.
  List<Seeker> due(long nowMs);
}
