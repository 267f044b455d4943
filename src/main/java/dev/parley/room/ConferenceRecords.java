package dev.parley.room;

import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import io.vertx.pgclient.PgException;
import java.util.UUID;

/// The persisted record of a room's life, table `meetings`. Creation waits, since the code must be
/// unique; the rest is journaled.
final class ConferenceRecords {

  private final Postgres postgres;
  private final Journal journal;

  ConferenceRecords(Postgres postgres, Journal journal) {
    this.postgres = postgres;
    this.journal = journal;
  }

  /// Returns false when the code is taken.
  boolean create(String roomId, String title, String code, String hostId, int maxParticipants) {
    String sql =
        """
        INSERT INTO meetings (id, title, "roomCode", "hostId", "maxParticipants")
        VALUES ($1, $2, $3, $4, $5)
        """;
    try {
      postgres.query(
          sql, UUID.fromString(roomId), title, code, UUID.fromString(hostId), maxParticipants);
      return true;
    } catch (PgException e) {
      if (Postgres.UNIQUE_VIOLATION.equals(e.getSqlState())) {
        return false;
      }
      throw e;
    }
  }

  void joined(String roomId, int participants, boolean active) {
    String sql =
        """
        UPDATE meetings SET
          "peakParticipants" = GREATEST("peakParticipants", $2),
          "startedAt" = COALESCE("startedAt", now()),
          status = CASE WHEN $3 AND status = 'waiting' THEN 'active' ELSE status END,
          "updatedAt" = now()
        WHERE id = $1
        """;
    journal.append(sql, UUID.fromString(roomId), participants, active);
  }

  void closed(String roomId) {
    String sql =
        """
        UPDATE meetings SET status = 'closed', "endedAt" = now(), "updatedAt" = now()
        WHERE id = $1 AND status <> 'closed'
        """;
    journal.append(sql, UUID.fromString(roomId));
  }
}
