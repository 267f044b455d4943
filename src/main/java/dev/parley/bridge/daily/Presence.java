package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/// Who is in which room, as Daily saw it up to 15 seconds ago. Calls are ended by it, so it is made
/// of an answer that is sound in all its parts, or not at all.
///
/// @param rooms participants by room; a room without any is not named
public record Presence(Map<String, List<Participant>> rooms) {

  /// @param id of the participant's session
  /// @param userId as the meeting token has it, if it does
  public record Participant(String id, @Nullable String userId, @Nullable String userName) {}

  public Presence {
    rooms = Map.copyOf(rooms);
  }

  public boolean isOccupied(String room) {
    return rooms.containsKey(room);
  }

  public List<Participant> participants(String room) {
    return rooms.getOrDefault(room, List.of());
  }

  /// @throws Failure INVALID when any of it is not as Daily documents it
  static Presence of(ObjectNode told) {
    Map<String, List<Participant>> rooms = new HashMap<>();
    for (Entry<String, JsonNode> entry : told.properties()) {
      List<Participant> participants = participants(entry.getKey(), entry.getValue());
      if (!participants.isEmpty()) {
        rooms.put(entry.getKey(), participants);
      } else if (entry.getKey().equals("error")) {
        throw malformed();
      }
    }
    return new Presence(rooms);
  }

  private static List<Participant> participants(String room, JsonNode told) {
    if (!told.isArray()) {
      throw malformed();
    }
    List<Participant> participants = new ArrayList<>(told.size());
    for (JsonNode one : told) {
      String id = text(one, "id");
      String where = text(one, "room");
      if (id == null || id.isEmpty() || (where != null && !where.equals(room))) {
        throw malformed();
      }
      participants.add(new Participant(id, text(one, "userId"), text(one, "userName")));
    }
    return List.copyOf(participants);
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isTextual() && !value.isNull() && !value.isMissingNode()) {
      throw malformed();
    }
    return value.textValue();
  }

  private static Failure malformed() {
    return Failure.invalid("no map of rooms to participants");
  }
}
