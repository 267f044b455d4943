package dev.parley.room;

import dev.parley.contract.RoomSettings;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A meeting as it is remembered, from its being arranged until it is deleted.
///
/// @param hostId what its host calls himself, or his user id when `hostProven`
/// @param hostProven whether the host has proven who he is, so that nobody else can be host
/// @param scheduledAt when it is to begin; null when nobody said so
/// @param participants how many different people have been in it
/// @param peakParticipants how many were in it at once
public record MeetingRecord(
    String roomId,
    String title,
    String description,
    String hostId,
    String hostName,
    boolean hostProven,
    Status status,
    @Nullable Instant scheduledAt,
    RoomSettings settings,
    int participants,
    int peakParticipants,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  /// Where in its life a meeting is.
  public enum Status {
    /// To begin at a time. May be joined all the same.
    SCHEDULED,
    WAITING,
    /// Somebody has joined.
    ACTIVE,
    COMPLETED
  }
}
