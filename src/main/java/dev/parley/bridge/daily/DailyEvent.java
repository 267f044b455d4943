package dev.parley.bridge.daily;

/// What a webhook of Daily says, as far as the bridge needs it. Times are milliseconds since 1970,
/// by Daily's clock: webhooks come late, twice, and in any order.
public sealed interface DailyEvent {

  /// Daily tries whether webhooks are received, as one is registered.
  record Probe() implements DailyEvent {}

  /// Somebody was in a room at that time.
  record Occupied(String room, long atMs) implements DailyEvent {}

  /// Nobody was in a room any more from that time on.
  ///
  /// @param startedAtMs since when there had been somebody; 0 when that is not told
  record Vacated(String room, long startedAtMs, long endedAtMs) implements DailyEvent {}

  /// One of those in a room left it.
  record Left(String room, long atMs) implements DailyEvent {}

  /// Something that the bridge does not need.
  record Ignored(String type) implements DailyEvent {}
}
