package dev.parley.room;

import dev.parley.contract.Participant;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Json;
import dev.parley.kernel.Postgres;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The history of meetings, tables `mesh_meetings` and `mesh_participants`. What happens in a
/// meeting is journaled; all else waits.
final class MeetingRecords {

  private static final long SETTLE_MS = 250;

  private static final String COLUMNS =
      """
      SELECT m."roomId", m.title, m.description, m."hostId", m."hostName", m."hostProven",
        m.status::text AS status, m."scheduledAt", m.settings, m."peakParticipants",
        m."createdAt", m."startedAt", m."endedAt",
        (SELECT count(*) FROM mesh_participants p WHERE p."roomId" = m."roomId")::int AS participants
      FROM mesh_meetings m
      """;

  private static final String OF_USER =
      """
      WHERE (m."hostId" = $1 OR EXISTS (SELECT FROM mesh_participants p
          WHERE p."roomId" = m."roomId" AND p."userId" = $1))
        AND ($2::text = '' OR m.status::text = $2) AND ($3::boolean OR NOT m."hostProven")
      """;

  private final Postgres postgres;
  private final Journal journal;

  MeetingRecords(Postgres postgres, Journal journal) {
    this.postgres = postgres;
    this.journal = journal;
  }

  /// Returns false when the id is taken.
  boolean create(MeetingRecord meeting) {
    String sql =
        """
        INSERT INTO mesh_meetings ("roomId", title, description, "hostId", "hostName",
          "hostProven", status, "scheduledAt", settings, "createdAt")
        VALUES ($1, $2, $3, $4, $5, $6, ($7::text)::mesh_meeting_status, $8, $9, $10)
        """;
    try {
      postgres.query(
          sql,
          meeting.roomId(),
          meeting.title(),
          meeting.description(),
          meeting.hostId(),
          meeting.hostName(),
          meeting.hostProven(),
          word(meeting.status()),
          time(meeting.scheduledAt()),
          json(meeting.settings()),
          time(meeting.createdAt()));
      return true;
    } catch (PgException e) {
      if (Postgres.UNIQUE_VIOLATION.equals(e.getSqlState())) {
        return false;
      }
      throw e;
    }
  }

  @Nullable MeetingRecord find(String roomId) {
    RowSet<Row> rows = postgres.query(COLUMNS + "WHERE m.\"roomId\" = $1", roomId);
    return rows.size() == 0 ? null : meeting(rows.iterator().next());
  }

  void update(String roomId, String title, String description, RoomSettings settings) {
    String sql =
        """
        UPDATE mesh_meetings SET title = $2, description = $3, settings = $4, "updatedAt" = now()
        WHERE "roomId" = $1
        """;
    postgres.query(sql, roomId, title, description, json(settings));
  }

  void delete(String roomId) {
    postgres.query("DELETE FROM mesh_meetings WHERE \"roomId\" = $1", roomId);
  }

  /// @param meetings one page, the newest first
  /// @param total number of all
  record Page(List<MeetingRecord> meetings, int total) {}

  /// Meetings that a user is host of or has been in.
  ///
  /// @param isProven whether meetings of proven hosts are among them
  /// @param status to have; null for any
  Page ofUser(
      String userId, boolean isProven, MeetingRecord.@Nullable Status status, int limit, int skip) {
    String wanted = status == null ? "" : word(status);
    int total =
        postgres
            .query("SELECT count(*)::int FROM mesh_meetings m " + OF_USER, userId, wanted, isProven)
            .iterator()
            .next()
            .getInteger(0);
    List<MeetingRecord> meetings = new ArrayList<>();
    String order = " ORDER BY m.\"createdAt\" DESC, m.\"roomId\" LIMIT $4 OFFSET $5";
    for (Row row :
        postgres.query(COLUMNS + OF_USER + order, userId, wanted, isProven, limit, skip)) {
      meetings.add(meeting(row));
    }
    return new Page(meetings, total);
  }

  /// Somebody has joined, the meeting's being active being one thing with it.
  ///
  /// @param present how many are in it now
  void joined(String roomId, Participant participant, int present) {
    String meeting =
        """
        UPDATE mesh_meetings SET
          "peakParticipants" = GREATEST("peakParticipants", $2),
          "startedAt" = COALESCE("startedAt", $3),
          status = CASE WHEN status = 'completed' THEN status ELSE 'active' END,
          "updatedAt" = now()
        WHERE "roomId" = $1
        """;
    OffsetDateTime since = time(Instant.ofEpochMilli(participant.joinedAt()));
    journal.append(meeting, roomId, present, since);
    String person =
        """
        INSERT INTO mesh_participants ("roomId", "userId", "userName", "joinedAt")
        SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT FROM mesh_meetings WHERE "roomId" = $1)
        ON CONFLICT ("roomId", "userId") DO UPDATE SET "userName" = $3, "leftAt" = NULL
        """;
    journal.append(person, roomId, participant.userId(), participant.displayName(), since);
  }

  void left(String roomId, String userId) {
    String sql =
        """
        UPDATE mesh_participants SET "leftAt" = now() WHERE "roomId" = $1 AND "userId" = $2
        """;
    journal.append(sql, roomId, userId);
  }

  /// The meeting is over.
  ///
  /// @param atMs ms since 1970
  void completed(String roomId, long atMs) {
    String sql =
        """
        UPDATE mesh_meetings SET status = 'completed', "endedAt" = $2, "updatedAt" = now()
        WHERE "roomId" = $1 AND status <> 'completed'
        """;
    journal.append(sql, roomId, time(Instant.ofEpochMilli(atMs)));
  }

  /// Waits a moment for what was journaled here to be written, so that who asks finds what he has
  /// done.
  void settle() {
    journal.drained().timeout(SETTLE_MS, TimeUnit.MILLISECONDS).otherwiseEmpty().await();
  }

  static String word(MeetingRecord.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static MeetingRecord meeting(Row row) {
    return new MeetingRecord(
        row.getString("roomId"),
        row.getString("title"),
        row.getString("description"),
        row.getString("hostId"),
        row.getString("hostName"),
        row.getBoolean("hostProven"),
        MeetingRecord.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        instant(row.getOffsetDateTime("scheduledAt")),
        Json.read(row.getJsonObject("settings").encode(), RoomSettings.class),
        row.getInteger("participants"),
        row.getInteger("peakParticipants"),
        row.getOffsetDateTime("createdAt").toInstant(),
        instant(row.getOffsetDateTime("startedAt")),
        instant(row.getOffsetDateTime("endedAt")));
  }

  private static JsonObject json(RoomSettings settings) {
    return new JsonObject(Json.write(settings));
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
