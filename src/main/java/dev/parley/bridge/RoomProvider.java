package dev.parley.bridge;

import java.util.Collection;
import java.util.Set;

/// Who has rooms for calls. All wait, and fail with UNAVAILABLE when it does not answer.
public interface RoomProvider {

  /// Which of them it is.
  Call.Provider which();

  /// Whether there is such a room.
  boolean exists(String roomName);

  /// Makes a room, unless there is one that will do.
  ///
  /// @param lastsMs how long it is to last
  /// @return what kind it is
  Call.Kind open(String roomName, Call.Kind kind, long lastsMs);

  /// Somebody who is to come into a room.
  ///
  /// @param isOwner whether he may look after others
  /// @param hasStarted whether the call that goes on there is his
  /// @param untilMs when the room ends, ms since 1970
  record Guest(
      String roomName,
      Call.Kind kind,
      String userId,
      String name,
      boolean isOwner,
      boolean hasStarted,
      long untilMs) {

    /// Whether he may send.
    boolean presents() {
      return kind == Call.Kind.DEFAULT || isOwner || hasStarted;
    }
  }

  /// What lets somebody in.
  ///
  /// @param token for the client of the provider
  /// @param url of a page that opens the room; empty when the chat app has its own
  record Admission(String token, String url) {}

  /// @throws dev.parley.kernel.Failure NOT_FOUND when there is no such room
  Admission admit(Guest guest);

  /// Puts everybody out; nothing happens when there is no such room.
  void delete(String roomName);

  /// Which rooms have somebody in them. What it says may be as old as `lagMs`.
  Set<String> occupied(Collection<String> roomNames);

  /// How old what is said of presence may be.
  long lagMs();
}
