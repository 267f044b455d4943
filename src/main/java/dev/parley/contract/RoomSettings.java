package dev.parley.contract;

import java.util.List;

/// What the participants of a room may do, and who may be one.
///
/// @param screenShare whether those who are no hosts may share their screens
/// @param whiteboard whether they may draw
/// @param chat whether anybody may chat
/// @param recording whether clients are told that they may record; nothing is recorded here
/// @param approval whether a host lets people in, one by one
/// @param allowedDomains of e-mail addresses of those who may join, in lower case; none for all
/// @param maxParticipants at once
public record RoomSettings(
    boolean screenShare,
    boolean whiteboard,
    boolean chat,
    boolean recording,
    boolean approval,
    List<String> allowedDomains,
    int maxParticipants) {

  public RoomSettings {
    allowedDomains = List.copyOf(allowedDomains);
  }
}
