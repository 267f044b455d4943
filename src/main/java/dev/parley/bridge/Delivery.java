package dev.parley.bridge;

import java.util.Locale;
import java.util.UUID;

/// Something that somebody is to be told, or to do, for a call. It is handed out to one at a time.
///
/// @param id by which who is told knows it again
/// @param target as `ChatBackend` names it; of a room, its provider
/// @param attempt from 1
/// @param expiresAtMs when it is given up
/// @param requestExpiryMs until when what was sent first can be carried out, where a target puts a
///   limit to that
public record Delivery(
    UUID id,
    Kind kind,
    String target,
    int attempt,
    long createdAtMs,
    long expiresAtMs,
    long requestExpiryMs,
    Call call) {

  /// What it is.
  public enum Kind {
    START,
    END,
    DELETE_ROOM;

    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /// What has become of it.
  public enum State {
    PENDING,
    DONE,
    /// Not needed any more.
    DROPPED,
    /// Refused, or given up.
    DEAD;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Delivery until(long requestExpiry) {
    return new Delivery(id, kind, target, attempt, createdAtMs, expiresAtMs, requestExpiry, call);
  }
}
