package dev.parley.match;

import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who has met whom, table `match_sessions`. Writing is journaled; reading waits.
public final class Encounters {

  private final Postgres postgres;
  private final Journal journal;

  public Encounters(Postgres postgres, Journal journal) {
    this.postgres = postgres;
    this.journal = journal;
  }

  /// Two devices in one session.
  ///
  /// @param addressA IP address of the first one; null when it is not known
  public record Encounter(
      String sessionId,
      String deviceA,
      String deviceB,
      @Nullable String addressA,
      @Nullable String addressB,
      String region,
      String language,
      Instant startedAt) {

    /// The other of the two; null when the device is neither.
    public @Nullable String peerOf(String deviceId) {
      if (deviceId.equals(deviceA)) {
        return deviceB;
      }
      return deviceId.equals(deviceB) ? deviceA : null;
    }

    /// Where one of the two came from.
    public @Nullable String addressOf(String deviceId) {
      return deviceId.equals(deviceA) ? addressA : addressB;
    }
  }

  public void began(Encounter encounter) {
    journal.append(
        """
        INSERT INTO match_sessions
          (id, "deviceA", "deviceB", "addressA", "addressB", region, language, "startedAt")
        VALUES ($1, $2, $3, ($4::text)::inet, ($5::text)::inet, $6, $7, $8)
        ON CONFLICT (id) DO NOTHING
        """,
        UUID.fromString(encounter.sessionId),
        encounter.deviceA,
        encounter.deviceB,
        encounter.addressA,
        encounter.addressB,
        encounter.region,
        encounter.language,
        OffsetDateTime.ofInstant(encounter.startedAt, ZoneOffset.UTC));
  }

  /// @param reason in one word
  public void ended(String sessionId, String reason) {
    journal.append(
        """
        UPDATE match_sessions SET "endedAt" = $2, "endReason" = $3
        WHERE id = $1 AND "endedAt" IS NULL
        """,
        UUID.fromString(sessionId),
        OffsetDateTime.now(ZoneOffset.UTC),
        reason);
  }

  /// Null when there never was such a session.
  public @Nullable Encounter find(UUID sessionId) {
    RowSet<Row> rows =
        postgres.query(
            """
            SELECT "deviceA", "deviceB", host("addressA") AS a, host("addressB") AS b, region,
              language, "startedAt"
            FROM match_sessions WHERE id = $1
            """,
            sessionId);
    if (rows.size() == 0) {
      return null;
    }
    Row row = rows.iterator().next();
    return new Encounter(
        sessionId.toString(),
        row.getString("deviceA"),
        row.getString("deviceB"),
        row.getString("a"),
        row.getString("b"),
        row.getString("region"),
        row.getString("language"),
        row.getOffsetDateTime("startedAt").toInstant());
  }
}
