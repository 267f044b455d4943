package dev.parley.contract;

/// A track that a participant sends, as stored in Redis and as the nodes tell each other.
///
/// @param socketId of its owner
/// @param label what it shows: `audio`, `video` or `screen`; what the client called it otherwise
public record ProducerInfo(
    String producerId,
    String userId,
    String socketId,
    MediaKind kind,
    String label,
    boolean paused) {}
