package dev.parley.contract;

import java.util.List;

/// Participants for tests.
public final class People {

  private People() {}

  /// One of a conference, with an account.
  public static Participant member(
      String id,
      String name,
      String socketId,
      Role role,
      long joinedAt,
      List<String> producerIds,
      boolean isMuted,
      boolean isVideoOff,
      boolean handRaised,
      String node,
      String standby) {
    return new Participant(
        id,
        id,
        true,
        name,
        "",
        socketId,
        role,
        joinedAt,
        producerIds,
        isMuted,
        isVideoOff,
        false,
        handRaised,
        "",
        node,
        standby);
  }

  /// One of a meeting, known by what he calls himself.
  public static Participant guest(String id, String name, String socketId, Role role) {
    return new Participant(
        id, id, false, name, "pic", socketId, role, 1, List.of(), false, true, true, true, "720p",
        "n1", "");
  }

  /// One of a light room.
  public static Participant peer(String userId, String name, String socketId) {
    return new Participant(
        socketId,
        userId,
        false,
        name,
        "",
        socketId,
        Role.PARTICIPANT,
        1,
        List.of(),
        false,
        false,
        false,
        false,
        "",
        "n1",
        "");
  }
}
