package dev.parley.room;

import dev.parley.audit.AuditLog;
import dev.parley.audit.AuditLog.Action;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Ids;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How conferences come to be: each has a code that no other has, and a row in the history. Waits.
final class NewConferences {

  /// Rooms never hold more than this, whatever the configuration says.
  static final int MOST_PARTICIPANTS = 500;

  private static final int CODE_ATTEMPTS = 5;

  private final RoomStore store;
  private final ConferenceRecords records;
  private final AuditLog audit;
  private final Features.Rooms config;

  NewConferences(
      RoomStore store, ConferenceRecords records, AuditLog audit, Features.Rooms config) {
    this.store = store;
    this.records = records;
    this.audit = audit;
    this.config = config;
  }

  Rooms.Created create(Rooms.Caller caller, String title, @Nullable Integer maxParticipants) {
    int wanted = maxParticipants == null ? config.maxParticipants() : maxParticipants;
    int max = Math.min(wanted, MOST_PARTICIPANTS);
    String roomId = Ids.uuid();
    String code = record(caller, roomId, title, max);
    Map<String, String> fields = fields(roomId, caller.userId(), "waiting", title, max);
    fields.put("roomCode", code);
    store.create(roomId, fields);
    store.index().list(roomId, RoomKind.CONFERENCE);
    audit.record(
        Action.ROOM_CREATED,
        caller.userId(),
        roomId,
        Map.of("title", title, "roomCode", code, "maxParticipants", max),
        caller.ip());
    return new Rooms.Created(roomId, code);
  }

  /// The fields of a new conference's record.
  static Map<String, String> fields(
      String roomId, String host, String status, String title, int maxParticipants) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("roomId", roomId);
    fields.put("kind", RoomKind.CONFERENCE.word());
    fields.put("hostUserId", host);
    fields.put("status", status);
    fields.put("createdAt", Long.toString(System.currentTimeMillis()));
    fields.putAll(
        RoomState.fields(
            new RoomSettings(true, true, true, false, false, List.of(), maxParticipants)));
    fields.put("routerId", roomId);
    fields.put("title", title);
    fields.put("version", "0");
    return fields;
  }

  private String record(Rooms.Caller caller, String roomId, String title, int max) {
    for (int attempt = 0; attempt < CODE_ATTEMPTS; attempt++) {
      String code = RoomCode.random();
      if (store.index().claimCode(code, roomId)) {
        boolean created = false;
        try {
          created = records.create(roomId, title, code, caller.userId(), max);
        } finally {
          if (!created) {
            store.index().releaseCode(code);
          }
        }
        if (created) {
          return code;
        }
      }
    }
    throw Failure.unavailable("No room code could be found, try again");
  }
}
