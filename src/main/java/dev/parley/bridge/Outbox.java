package dev.parley.bridge;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Postgres;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is still to be told or done for calls, table `call_deliveries`. `Calls` puts it there; each
/// is handed out to one at a time, and again when nothing was heard of it for a while.
///
/// What is of an end waits for the start of the same call to be told, where both are for the same
/// backend; and no room is deleted in which another call goes on. Times are given by the caller, in
/// ms since 1970. All wait.
public final class Outbox {

  /// Longer than any attempt takes.
  static final long CLAIM_MS = 120_000;

  /// The same of deleting a room, for which those wait who want to begin a call in it.
  static final long DELETE_CLAIM_MS = 40_000;

  /// A request can be carried out for so long, where a target puts a limit to that.
  static final long REQUEST_MS = 240_000;

  private static final int MAX_ERROR = 300;

  private static final String COLUMNS =
      """
      d.id, d.kind::text AS kind, d.target, d.attempts, d."createdAt", d."expiresAt",
        d."requestExpiry",
      """
          + Call.COLUMNS;

  private final Postgres postgres;

  public Outbox(Postgres postgres) {
    this.postgres = postgres;
  }

  private static OffsetDateTime at(long ms) {
    return Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC);
  }

  private static Delivery delivery(Row row) {
    return new Delivery(
        row.getUUID("id"),
        Delivery.Kind.of(row.getString("kind")),
        row.getString("target"),
        row.getInteger("attempts"),
        Call.ms(row, "createdAt"),
        Call.ms(row, "expiresAt"),
        row.getLong("requestExpiry"),
        Call.of(row));
  }

  /// Hands out some of what is due.
  ///
  /// @param scheme what the targets begin with, before the first `/`
  public List<Delivery> claim(String scheme, int most, long nowMs) {
    List<Delivery> claimed = new ArrayList<>();
    postgres
        .query(
            """
            WITH due AS (
              SELECT d.id FROM call_deliveries d JOIN calls o ON o.id = d."callId"
              WHERE d.state = 'pending' AND d."nextAt" <= $1
                AND (d."claimedUntil" IS NULL OR d."claimedUntil" <= $1)
                AND split_part(d.target, '/', 1) = $6
                AND (d.kind <> 'end' OR NOT EXISTS (
                  SELECT 1 FROM call_deliveries s
                  WHERE s."callId" = d."callId" AND s.kind = 'start'
                    AND s.state IN ('pending', 'dead')
                    AND split_part(s.target, '/', 1) = split_part(d.target, '/', 1)))
                AND (d.kind <> 'delete_room' OR NOT EXISTS (
                  SELECT 1 FROM calls l
                  WHERE l."roomName" = o."roomName" AND l."endedAt" IS NULL))
              ORDER BY d."nextAt" LIMIT $2 FOR UPDATE OF d SKIP LOCKED)
            UPDATE call_deliveries d SET attempts = attempts + 1,
              "claimedUntil" = CASE d.kind WHEN 'delete_room' THEN $5::timestamptz ELSE $3 END,
              "requestExpiry" = COALESCE("requestExpiry", $4)
            FROM due, calls c WHERE d.id = due.id AND c.id = d."callId"
            RETURNING
            """
                + COLUMNS,
            at(nowMs),
            most,
            at(nowMs + CLAIM_MS),
            nowMs + REQUEST_MS,
            at(nowMs + DELETE_CLAIM_MS),
            scheme)
        .forEach(row -> claimed.add(delivery(row)));
    return claimed;
  }

  /// It is done.
  public void done(Delivery delivery, long nowMs) {
    settle(delivery, Delivery.State.DONE, null, nowMs);
  }

  /// It never will be. What was to be told of the end of a call whose start has not been told is
  /// not told either.
  public void dead(Delivery delivery, String error, long nowMs) {
    settle(delivery, Delivery.State.DEAD, error, nowMs);
  }

  private void settle(Delivery delivery, Delivery.State state, @Nullable String error, long nowMs) {
    var _ =
        postgres.query(
            """
            WITH settled AS (
              UPDATE call_deliveries SET state = $3::delivery_state, "doneAt" = $4,
                "claimedUntil" = NULL, "lastError" = $5
              WHERE id = $1 AND attempts = $2 AND state = 'pending'
              RETURNING "callId", kind, state, target)
            UPDATE call_deliveries d SET state = 'dropped', "doneAt" = $4
            FROM settled s
            WHERE s.state = 'dead' AND s.kind = 'start' AND d."callId" = s."callId"
              AND d.kind = 'end' AND d.state = 'pending'
              AND split_part(d.target, '/', 1) = split_part(s.target, '/', 1)
            """,
            delivery.id(),
            delivery.attempt(),
            state.word(),
            at(nowMs),
            shortened(error));
  }

  private static @Nullable String shortened(@Nullable String error) {
    return error == null ? null : error.substring(0, Math.min(MAX_ERROR, error.length()));
  }

  /// It is tried again later.
  public void retry(Delivery delivery, long nextMs, String error) {
    var _ =
        postgres.query(
            """
            UPDATE call_deliveries SET "nextAt" = $3, "claimedUntil" = NULL, "lastError" = $4
            WHERE id = $1 AND attempts = $2 AND state = 'pending'
            """,
            delivery.id(),
            delivery.attempt(),
            at(nextMs),
            shortened(error));
  }

  /// Writes down until when another request can be carried out.
  ///
  /// @throws Failure CONFLICT when it is not ours any more
  public long renew(Delivery delivery, long requestExpiryMs) {
    boolean isOurs =
        postgres
                .query(
                    """
                    UPDATE call_deliveries SET "requestExpiry" = $3
                    WHERE id = $1 AND attempts = $2 AND state = 'pending'
                    """,
                    delivery.id(),
                    delivery.attempt(),
                    requestExpiryMs)
                .rowCount()
            == 1;
    if (!isOurs) {
      throw new Failure(Failure.Code.CONFLICT, "the delivery has been given to another");
    }
    return requestExpiryMs;
  }

  /// Deliveries in a state, the newest first, as operators see them.
  ///
  /// @param before only those made before that time, ms since 1970
  public List<Map<String, @Nullable Object>> list(Delivery.State state, int most, long before) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    postgres
        .query(
            """
            SELECT d.id, d.kind::text AS kind, d.target, d.state::text AS state, d.attempts,
              d."createdAt", d."nextAt", d."expiresAt", d."lastError", c."roomName", c."messageId"
            FROM call_deliveries d JOIN calls c ON c.id = d."callId"
            WHERE d.state = $1::delivery_state AND d."createdAt" < $2
            ORDER BY d."createdAt" DESC LIMIT $3
            """,
            state.word(),
            at(before),
            most)
        .forEach(row -> all.add(shown(row)));
    return all;
  }

  private static Map<String, @Nullable Object> shown(Row row) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("id", row.getUUID("id").toString());
    shown.put("kind", row.getString("kind").toLowerCase(Locale.ROOT));
    shown.put("target", row.getString("target"));
    shown.put("state", row.getString("state"));
    shown.put("attempts", row.getInteger("attempts"));
    shown.put("roomName", row.getString("roomName"));
    shown.put("messageId", row.getBigDecimal("messageId").toBigIntegerExact().toString());
    for (String column : List.of("createdAt", "nextAt", "expiresAt")) {
      shown.put(column, Instant.ofEpochMilli(Call.ms(row, column)).toString());
    }
    shown.put("lastError", row.getString("lastError"));
    return shown;
  }

  /// Tries one once more that was given up, and what was dropped because of it. False when there is
  /// no such one; a room is not deleted that late.
  public boolean redeliver(UUID id, long nowMs) {
    Row row =
        postgres
            .query(
                """
                WITH again AS (
                  UPDATE call_deliveries SET state = 'pending', "doneAt" = NULL, "nextAt" = $2,
                    "expiresAt" = $3, "requestExpiry" = NULL
                  WHERE id = $1 AND state = 'dead' AND kind <> 'delete_room'
                  RETURNING "callId", kind, target),
                ends AS (
                  UPDATE call_deliveries d SET state = 'pending', "doneAt" = NULL, "nextAt" = $2,
                    "expiresAt" = $3
                  FROM again
                  WHERE again.kind = 'start' AND d."callId" = again."callId" AND d.kind = 'end'
                    AND d.state = 'dropped'
                    AND split_part(d.target, '/', 1) = split_part(again.target, '/', 1))
                SELECT count(*) FROM again
                """,
                id,
                at(nowMs),
                at(nowMs + Calls.DELIVERED_WITHIN.toMillis()))
            .iterator()
            .next();
    return row.getLong(0) == 1;
  }
}
