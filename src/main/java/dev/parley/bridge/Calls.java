package dev.parley.bridge;

import dev.parley.kernel.Ids;
import dev.parley.kernel.Postgres;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The ledger of calls, table `calls`: what is going on, and what has been. Each method is one
/// statement, which happens wholly or not at all together with the deliveries that follow from it
/// (`Outbox`): whatever dies, no start and no end is lost, and there is one of each.
///
/// Times are given by the caller, in ms since 1970, so that all of a decision is of one clock. All
/// wait, on virtual threads only, and fail with UNAVAILABLE when PostgreSQL does not answer.
public final class Calls {

  /// After which nobody wants to hear of it any more.
  static final Duration DELIVERED_WITHIN = Duration.ofHours(24);

  /// Clocks of others may differ from ours by this.
  static final Duration SKEW = Duration.ofSeconds(2);

  private static final int MOST_LISTED = 10_000;

  private final Postgres postgres;
  private final SecureRandom random = new SecureRandom();

  public Calls(Postgres postgres) {
    this.postgres = postgres;
  }

  /// A call that somebody wants to start.
  ///
  /// @param chat null for a room that is of no chat
  /// @param provider who is to have the room
  public record Wish(
      String roomName,
      @Nullable String chat,
      Call.Provider provider,
      Call.Kind kind,
      String startedBy,
      String username,
      String displayName,
      @Nullable BigInteger avatarId,
      long maxDurationMs,
      List<String> startTargets,
      List<String> endTargets) {}

  private static OffsetDateTime at(long ms) {
    return Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Call first(RowSet<Row> rows) {
    Iterator<Row> all = rows.iterator();
    return all.hasNext() ? Call.of(all.next()) : null;
  }

  /// The call that goes on in a room; null when there is none.
  public @Nullable Call live(String roomName) {
    return first(
        postgres.query(
            "SELECT "
                + Call.COLUMNS
                + "FROM calls c WHERE \"roomName\" = $1 AND \"endedAt\" IS NULL",
            roomName));
  }

  /// Calls that go on, the oldest first.
  public List<Call> live() {
    List<Call> calls = new ArrayList<>();
    postgres
        .query(
            "SELECT "
                + Call.COLUMNS
                + "FROM calls c WHERE \"endedAt\" IS NULL ORDER BY \"requestedAt\" LIMIT $1",
            MOST_LISTED)
        .forEach(row -> calls.add(Call.of(row)));
    return calls;
  }

  /// The call that goes on in the room, which is the one that is wished for unless there is one:
  /// whoever asks first makes it.
  public Call request(Wish wish, long nowMs) {
    while (true) {
      Call known = live(wish.roomName);
      if (known != null) {
        return known;
      }
      Call made =
          first(
              postgres.query(
                  """
                  INSERT INTO calls AS c (id, "roomName", "messageId", chat, provider, kind,
                    "startedBy", username, "displayName", "avatarId", "maxDurationMs",
                    "startTargets", "endTargets", "requestedAt")
                  VALUES ($1, $2, $3, $4, $5::call_provider, $6::call_kind, $7, $8, $9, $10, $11,
                    $12, $13, $14)
                  ON CONFLICT ("roomName") WHERE "endedAt" IS NULL DO NOTHING
                  RETURNING
                  """
                      + Call.COLUMNS,
                  UUID.fromString(Ids.uuid()),
                  wish.roomName,
                  new BigDecimal(new BigInteger(Long.SIZE, random)),
                  wish.chat,
                  wish.provider.word(),
                  wish.kind.word(),
                  wish.startedBy,
                  wish.username,
                  wish.displayName,
                  wish.avatarId == null ? null : new BigDecimal(wish.avatarId),
                  wish.maxDurationMs,
                  wish.startTargets.toArray(String[]::new),
                  wish.endTargets.toArray(String[]::new),
                  at(nowMs)));
      if (made != null) {
        return made;
      }
    }
  }

  /// Takes it on oneself to open the room of a call, for a time. False when another has, or when it
  /// has been done, or the call has ended.
  public boolean claimOpening(UUID id, long untilMs, long nowMs) {
    return changes(
        """
        WITH changed AS (
          UPDATE calls SET "openingUntil" = $2
          WHERE id = $1 AND "announcedAt" IS NULL AND "endedAt" IS NULL
            AND ("openingUntil" IS NULL OR "openingUntil" <= $3)
          RETURNING id)
        SELECT count(*) FROM changed
        """,
        id,
        at(untilMs),
        at(nowMs));
  }

  /// The room could not be opened: another may try at once.
  public void releaseOpening(UUID id) {
    var _ =
        postgres.query(
            "UPDATE calls SET \"openingUntil\" = NULL WHERE id = $1 AND \"announcedAt\" IS NULL",
            id);
  }

  /// Makes a call joinable, and lets the chat be told. False when it has been done before, or the
  /// call has ended.
  ///
  /// @param wish of who has opened the room: the call is his
  /// @param provider who has the room
  /// @param kind of the room
  public boolean announce(UUID id, Wish wish, Call.Provider provider, Call.Kind kind, long nowMs) {
    return changes(
        """
        WITH changed AS (
          UPDATE calls SET "announcedAt" = $2, provider = $3::call_provider, kind = $4::call_kind,
            "startedBy" = $6, username = $7, "displayName" = $8, "avatarId" = $9,
            "maxDurationMs" = $10, "startTargets" = $11, "endTargets" = $12, chat = $13
          WHERE id = $1 AND "announcedAt" IS NULL AND "endedAt" IS NULL
          RETURNING id, "startTargets"),
        told AS (
          INSERT INTO call_deliveries (id, "callId", kind, target, "createdAt", "expiresAt", "nextAt")
          SELECT gen_random_uuid(), id, 'start', t.target, $2, $5, $2
          FROM changed, unnest("startTargets") AS t (target))
        SELECT count(*) FROM changed
        """,
        id,
        at(nowMs),
        provider.word(),
        kind.word(),
        at(nowMs + DELIVERED_WITHIN.toMillis()),
        wish.startedBy,
        wish.username,
        wish.displayName,
        wish.avatarId == null ? null : new BigDecimal(wish.avatarId),
        wish.maxDurationMs,
        wish.startTargets.toArray(String[]::new),
        wish.endTargets.toArray(String[]::new),
        wish.chat);
  }

  /// Somebody is in the room, as is known for a time.
  ///
  /// @param seenMs somebody was in it then, or later; what is older than the call is of another one
  /// @return whether it is of a call that goes on
  public boolean seen(String roomName, Call.Provider provider, long seenMs, long nowMs) {
    return changes(
        """
        WITH changed AS (
          UPDATE calls SET "confirmedAt" = COALESCE("confirmedAt", $4), "missedAt" = NULL,
            "seenAt" = GREATEST("seenAt", $3)
          WHERE "roomName" = $1 AND provider = $2::call_provider AND "endedAt" IS NULL
            AND "announcedAt" IS NOT NULL AND "requestedAt" <= $5
          RETURNING id)
        SELECT count(*) FROM changed
        """,
        roomName,
        provider.word(),
        at(seenMs),
        at(nowMs),
        at(seenMs + SKEW.toMillis()));
  }

  /// The same of many calls whose rooms were looked into at once.
  ///
  /// @param askedMs when they were looked into
  public void seen(Collection<Call> calls, long seenMs, long askedMs, long nowMs) {
    if (calls.isEmpty()) {
      return;
    }
    var _ =
        postgres.query(
            """
            UPDATE calls SET "confirmedAt" = COALESCE("confirmedAt", $3), "missedAt" = NULL,
              "seenAt" = GREATEST("seenAt", $2), "foundAt" = GREATEST("foundAt", $5)
            WHERE id = ANY($1) AND "endedAt" IS NULL AND "requestedAt" <= $4
            """,
            calls.stream().map(Call::id).toArray(UUID[]::new),
            at(seenMs),
            at(nowMs),
            at(seenMs + SKEW.toMillis()),
            at(askedMs));
  }

  /// Nobody was found in the room.
  public void missed(Call call, long atMs) {
    var _ =
        postgres.query(
            """
            UPDATE calls SET "missedAt" = $2
            WHERE id = $1 AND "endedAt" IS NULL AND "missedAt" IS NULL
              AND ("seenAt" IS NULL OR "seenAt" <= $2)
            """,
            call.id(),
            at(atMs));
  }

  /// A call is over, unless somebody is known to have been in the room later than was thought. Its
  /// chat is told if it was told of the start, and the room goes.
  ///
  /// @param call as it was when that was decided: if nobody had been found in its room, still so
  /// @param emptyMs when nobody was in the room; `Long.MAX_VALUE` when that does not matter
  /// @param epoch of the lease by which it is decided; 0 for none
  /// @return false when it has ended before, or is not over, or the lease is another's
  public boolean end(Call call, String reason, long emptyMs, long epoch, long nowMs) {
    return changes(
        """
        WITH changed AS (
          UPDATE calls SET "endedAt" = $2, "endReason" = $3
          WHERE id = $1 AND "endedAt" IS NULL
            AND ($4::timestamptz IS NULL OR "seenAt" IS NULL OR "seenAt" <= $4)
            AND ($4::timestamptz IS NULL OR $7::timestamptz IS NULL OR "missedAt" = $7)
            AND ($5 = 0 OR EXISTS (SELECT 1 FROM presence_lease WHERE epoch = $5))
          RETURNING id, "endTargets", "announcedAt", provider::text AS provider, chat),
        told AS (
          INSERT INTO call_deliveries
            (id, "callId", kind, target, "createdAt", "expiresAt", "nextAt", state, "doneAt")
          SELECT gen_random_uuid(), changed.id, 'end', t.target, $2, $6, $2,
            CASE WHEN s.id IS NULL THEN 'pending' ELSE 'dropped' END::delivery_state,
            CASE WHEN s.id IS NULL THEN NULL ELSE $2::timestamptz END
          FROM changed CROSS JOIN unnest("endTargets") AS t (target)
            LEFT JOIN call_deliveries s ON s."callId" = changed.id AND s.kind = 'start'
              AND s.state = 'dead' AND split_part(s.target, '/', 1) = split_part(t.target, '/', 1)
          WHERE "announcedAt" IS NOT NULL
          ON CONFLICT DO NOTHING),
        room AS (
          INSERT INTO call_deliveries (id, "callId", kind, target, "createdAt", "expiresAt", "nextAt")
          SELECT gen_random_uuid(), id, 'delete_room', provider, $2, $6, $2 FROM changed
            WHERE chat IS NOT NULL)
        SELECT count(*) FROM changed
        """,
        call.id(),
        at(nowMs),
        reason,
        emptyMs == Long.MAX_VALUE ? null : at(emptyMs),
        epoch,
        at(nowMs + DELIVERED_WITHIN.toMillis()),
        call.missedAtMs() == 0 ? null : at(call.missedAtMs()));
  }

  /// The room of a call that has ended is wanted again: it need not be deleted any more.
  ///
  /// @return false while it is just being deleted
  public boolean keepRoom(String roomName, long nowMs) {
    Row row =
        postgres
            .query(
                """
                WITH old AS (
                  SELECT d.id, d."claimedUntil" IS NOT NULL AND d."claimedUntil" > $2 AS busy
                  FROM call_deliveries d JOIN calls c ON c.id = d."callId"
                  WHERE c."roomName" = $1 AND d.kind = 'delete_room' AND d.state = 'pending'
                  FOR UPDATE OF d),
                dropped AS (
                  UPDATE call_deliveries SET state = 'dropped', "doneAt" = $2
                  WHERE id IN (SELECT id FROM old WHERE NOT busy))
                SELECT count(*) AS busy FROM old WHERE busy
                """,
                roomName,
                at(nowMs))
            .iterator()
            .next();
    return row.getLong("busy") == 0;
  }

  /// Forgets calls that ended before a time, unless somebody is still to be told of them.
  public void forget(long endedBeforeMs) {
    var _ =
        postgres.query(
            """
            DELETE FROM calls c WHERE "endedAt" < $1 AND NOT EXISTS (
              SELECT 1 FROM call_deliveries d
              WHERE d."callId" = c.id AND d.state IN ('pending', 'dead'))
            """,
            at(endedBeforeMs));
  }

  private boolean changes(String sql, @Nullable Object... values) {
    return postgres.query(sql, values).iterator().next().getLong(0) == 1;
  }
}
