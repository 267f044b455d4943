package dev.parley.audit;

import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    SETTINGS_UPDATED,
    REPORT_CLAIMED,
    REPORT_ACCEPTED,
    REPORT_REJECTED,
    BAN_CREATED,
    BAN_LIFTED,
    ABUSE_DETECTED;

    /// As it is stored and shown.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String INSERT =
      """
      INSERT INTO audit_logs (id, action, "userId", "roomId", metadata, "ipAddress")
      SELECT
        $1::uuid, ($2::text)::audit_action, account.id, $4::uuid,
        CASE
          WHEN account.id IS NULL AND actor.id IS NOT NULL
          THEN COALESCE($5::jsonb, '{}') || jsonb_build_object('visitorId', actor.id)
          ELSE $5::jsonb
        END,
        ($6::text)::inet
      FROM (SELECT $3::uuid AS id) AS actor LEFT JOIN users AS account ON account.id = actor.id
      ON CONFLICT (id) DO NOTHING
      """;

  /// Asks for each action alone, as the index has them, however many there are of others.
  private static final String RECENT =
      """
      SELECT found.id, found.action::text AS action, found.metadata, found."createdAt"
      FROM unnest($1::text[]) AS wanted
      CROSS JOIN LATERAL (
        SELECT id, action, metadata, "createdAt" FROM audit_logs
        WHERE action = wanted::audit_action ORDER BY "createdAt" DESC LIMIT $2
      ) AS found
      ORDER BY found."createdAt" DESC, found.id LIMIT $2
      """;

  private final Journal journal;
  private final Postgres postgres;

  public AuditLog(Journal journal, Postgres postgres) {
    this.journal = journal;
    this.postgres = postgres;
  }

  /// Records one action; returns at once.
  ///
  /// @param userId who did it, null for the system; one who has no account is named in the metadata
  ///   as `visitorId`
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
        action.word(),
        userId == null ? null : UUID.fromString(userId),
        roomId == null ? null : UUID.fromString(roomId),
        metadata.isEmpty() ? null : new JsonObject(metadata),
        ip);
  }

  /// One action that was recorded.
  public record Recorded(
      String id, String action, Map<String, Object> metadata, Instant createdAt) {}

  /// The last actions of some kinds, the newest first. Waits.
  public List<Recorded> recent(List<Action> actions, int limit) {
    String[] words = actions.stream().map(Action::word).toArray(String[]::new);
    List<Recorded> recent = new ArrayList<>();
    for (Row row : postgres.query(RECENT, words, limit)) {
      JsonObject metadata = row.getJsonObject("metadata");
      recent.add(
          new Recorded(
              row.getUUID("id").toString(),
              row.getString("action"),
              metadata == null ? Map.of() : metadata.getMap(),
              row.getOffsetDateTime("createdAt").toInstant()));
    }
    return recent;
  }
}
