package dev.parley.room;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rooms for tests.
public final class RoomStates {

  private RoomStates() {}

  /// A room with everything allowed, whose host is `ann`.
  public static RoomState of(RoomKind kind, String roomId, Participant... people) {
    return of(kind, roomId, MeetingJson.defaults(9), List.of(people), List.of(), List.of());
  }

  public static RoomState of(
      RoomKind kind,
      String roomId,
      RoomSettings settings,
      List<Participant> people,
      List<ProducerInfo> producers,
      List<JoinRequest> pending) {
    Map<String, String> fields = new LinkedHashMap<>(RoomState.fields(settings));
    fields.put("roomId", roomId);
    fields.put("kind", kind.word());
    fields.put("title", "Talk");
    fields.put("hostUserId", "ann");
    fields.put("version", "7");
    return RoomState.of(fields, people, producers, pending);
  }
}
