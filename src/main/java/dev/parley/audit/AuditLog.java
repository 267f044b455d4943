package dev.parley.audit;

import dev.parley.kernel.Journal;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The trail of state-changing actions, table `audit_logs`.
public final class AuditLog {

  /// What happened; stored in lower case.
  public enum Action {
    ROOM_CREATED,
    ROOM_CLOSED,
    USER_JOINED,
    USER_LEFT,
    USER_KICKED,
    USER_MUTED,
    ALL_MUTED,
    ROLE_CHANGED,
    PRODUCER_CREATED,
    PRODUCER_CLOSED,
    CONSUMER_CREATED,
    HAND_RAISE_TOGGLED,
    SETTINGS_UPDATED
  }

  private static final String INSERT =
      """
      INSERT INTO audit_logs (id, action, "userId", "roomId", metadata, "ipAddress")
      VALUES ($1, ($2::text)::audit_action, $3, $4, $5, ($6::text)::inet)
      ON CONFLICT (id) DO NOTHING
      """;

  private final Journal journal;

  public AuditLog(Journal journal) {
    this.journal = journal;
  }

  /// Records one action; returns at once.
  ///
  /// @param userId who did it, null for the system
  /// @param ip address it came from, when known
  public void record(
      Action action,
      @Nullable String userId,
      @Nullable String roomId,
      Map<String, Object> metadata,
      @Nullable String ip) {
    journal.append(
        INSERT,
        UUID.randomUUID(),
        action.name().toLowerCase(Locale.ROOT),
        userId == null ? null : UUID.fromString(userId),
        roomId == null ? null : UUID.fromString(roomId),
        metadata.isEmpty() ? null : new JsonObject(metadata),
        ip);
  }
}
