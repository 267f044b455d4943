package dev.parley.bridge;

import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call of a chat app, as the ledger knows it.
///
/// @param messageId of the message that stands for the call in the chat, unsigned 64 bits
/// @param chat as the chat app writes it in its tokens; null for a room that is of no chat
/// @param provider who has the room
/// @param startedBy the chat app's id of who has started it
/// @param avatarId of his picture, unsigned 128 bits
/// @param maxDurationMs after which the room ends
/// @param startTargets who is told of its start, as `ChatBackend` names them
/// @param endTargets who is told of its end
/// @param announcedAtMs since when it may be joined and the chat is being told; 0 not yet
/// @param confirmedAtMs when somebody was first known to be in the room; 0 not yet
/// @param seenAtMs somebody was in the room at that time or later; 0 nobody ever was
/// @param foundAtMs when it was last asked who is in the room, and somebody was, as of then or a
///   while before; 0 never
/// @param missedAtMs since when nobody is found in it; 0 when somebody is, or nobody ever was
/// @param endedAtMs 0 while it goes on
public record Call(
    UUID id,
    String roomName,
    BigInteger messageId,
    @Nullable String chat,
    Provider provider,
    Kind kind,
    String startedBy,
    String username,
    String displayName,
    @Nullable BigInteger avatarId,
    long maxDurationMs,
    List<String> startTargets,
    List<String> endTargets,
    long requestedAtMs,
    long announcedAtMs,
    long confirmedAtMs,
    long seenAtMs,
    long foundAtMs,
    long missedAtMs,
    long endedAtMs,
    @Nullable String endReason) {

  /// Who has the room.
  public enum Provider {
    DAILY,
    /// Our own SFU.
    PARLEY;

    /// The word for it in stores and to others.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// In a broadcast only those who present send.
  public enum Kind {
    DEFAULT,
    BROADCAST;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How far it has come.
  public enum State {
    REQUESTED,
    ANNOUNCED,
    CONFIRMED,
    ENDED
  }

  static final String COLUMNS =
      """
      c.id AS "callId", c."roomName", c."messageId", c.chat, c.provider::text AS provider,
        c.kind::text AS "callKind", c."startedBy", c.username, c."displayName", c."avatarId",
        c."maxDurationMs", c."startTargets", c."endTargets", c."requestedAt", c."announcedAt",
        c."confirmedAt", c."seenAt", c."foundAt", c."missedAt", c."endedAt", c."endReason"
      """;

  static Call of(Row row) {
    BigDecimal avatar = row.getBigDecimal("avatarId");
    return new Call(
        row.getUUID("callId"),
        row.getString("roomName"),
        row.getBigDecimal("messageId").toBigIntegerExact(),
        row.getString("chat"),
        Provider.valueOf(row.getString("provider").toUpperCase(Locale.ROOT)),
        Kind.valueOf(row.getString("callKind").toUpperCase(Locale.ROOT)),
        row.getString("startedBy"),
        row.getString("username"),
        row.getString("displayName"),
        avatar == null ? null : avatar.toBigIntegerExact(),
        row.getLong("maxDurationMs"),
        List.of(row.getArrayOfStrings("startTargets")),
        List.of(row.getArrayOfStrings("endTargets")),
        ms(row, "requestedAt"),
        ms(row, "announcedAt"),
        ms(row, "confirmedAt"),
        ms(row, "seenAt"),
        ms(row, "foundAt"),
        ms(row, "missedAt"),
        ms(row, "endedAt"),
        row.getString("endReason"));
  }

  /// 0 for null.
  static long ms(Row row, String column) {
    OffsetDateTime at = row.getOffsetDateTime(column);
    return at == null ? 0 : at.toInstant().toEpochMilli();
  }

  /// How far it has come. Somebody may be in the room before the chat has been told.
  public State state() {
    if (endedAtMs > 0) {
      return State.ENDED;
    }
    if (confirmedAtMs > 0) {
      return State.CONFIRMED;
    }
    return announcedAtMs > 0 ? State.ANNOUNCED : State.REQUESTED;
  }

  /// Whether it may be joined.
  public boolean isAnnounced() {
    return announcedAtMs > 0;
  }
}
