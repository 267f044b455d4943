package dev.parley.account;

/// What lets somebody who has no account into one conference room.
///
/// @param room id of the room
/// @param owner whether he moderates there
/// @param publish whether he may send sound and pictures; else he watches, and may chat
public record Pass(String room, boolean owner, boolean publish) {}
