package dev.parley.contract;

/// Two who have been matched. From the moment it is in Redis neither waits any more.
///
/// @param first the one who was looked for
/// @param second whom was found for him
/// @param madeMs when, ms since 1970
/// @param score how well they suit each other, 0 to 100
public record Pair(String sessionId, Seeker first, Seeker second, long madeMs, int score) {}
