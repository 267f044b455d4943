package dev.parley.room;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.JoinRequest;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What meetings are written as, to clients of either edge: settings, and requests to be let in.
public final class MeetingJson {

  /// Meetings never hold more than this.
  private static final int MOST_PARTICIPANTS = 500;

  private static final int MAX_DOMAINS = 100;
  private static final int MAX_DOMAIN = 253;

  private MeetingJson() {}

  public static Map<String, Object> settings(RoomSettings settings) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("maxParticipants", settings.maxParticipants());
    fields.put("isRecordingEnabled", settings.recording());
    fields.put("isChatEnabled", settings.chat());
    fields.put("isScreenShareEnabled", settings.screenShare());
    fields.put("requireApproval", settings.approval());
    fields.put("allowedDomains", settings.allowedDomains());
    return fields;
  }

  /// The settings of a meeting whose host names none.
  public static RoomSettings defaults(int maxParticipants) {
    return new RoomSettings(true, false, true, false, false, List.of(), maxParticipants);
  }

  /// Settings with those of a client's object in the place of the ones there were; what it does not
  /// name stays.
  ///
  /// @param given an object, or a missing or null node for no changes
  /// @throws Failure INVALID, naming the field that is wrong
  public static RoomSettings merge(RoomSettings before, JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return before;
    }
    if (!given.isObject()) {
      throw Failure.invalid("settings must be an object");
    }
    return new RoomSettings(
        flag(given, "isScreenShareEnabled", before.screenShare()),
        before.whiteboard(),
        flag(given, "isChatEnabled", before.chat()),
        flag(given, "isRecordingEnabled", before.recording()),
        flag(given, "requireApproval", before.approval()),
        domains(given, before.allowedDomains()),
        max(given, before.maxParticipants()));
  }

  private static boolean flag(JsonNode given, String field, boolean before) {
    JsonNode value = given.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return before;
    }
    if (!value.isBoolean()) {
      throw Failure.invalid("settings." + field + " must be a boolean value");
    }
    return value.booleanValue();
  }

  private static int max(JsonNode given, int before) {
    JsonNode value = given.path("maxParticipants");
    if (value.isMissingNode() || value.isNull()) {
      return before;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw Failure.invalid("settings.maxParticipants must be an integer number");
    }
    if (value.intValue() < 1 || value.intValue() > MOST_PARTICIPANTS) {
      throw Failure.invalid("settings.maxParticipants must be between 1 and " + MOST_PARTICIPANTS);
    }
    return value.intValue();
  }

  private static List<String> domains(JsonNode given, List<String> before) {
    JsonNode value = given.path("allowedDomains");
    if (value.isMissingNode() || value.isNull()) {
      return before;
    }
    if (!value.isArray() || value.size() > MAX_DOMAINS) {
      throw Failure.invalid("settings.allowedDomains must be a list of up to " + MAX_DOMAINS);
    }
    List<String> domains = new ArrayList<>();
    for (JsonNode each : value) {
      String text = each.asText("").strip().toLowerCase(Locale.ROOT);
      String domain = text.startsWith("@") ? text.substring(1) : text;
      if (!each.isTextual() || domain.isEmpty() || domain.length() > MAX_DOMAIN) {
        throw Failure.invalid("settings.allowedDomains must hold names of domains");
      }
      domains.add(domain);
    }
    return domains;
  }

  public static Map<String, Object> request(String roomId, JoinRequest request) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("roomId", roomId);
    fields.put("userId", request.userId());
    fields.put("userName", request.displayName());
    fields.put("userPicture", request.picture());
    fields.put("socketId", request.socketId());
    fields.put("requestedAt", Instant.ofEpochMilli(request.requestedAt()).toString());
    return fields;
  }
}
