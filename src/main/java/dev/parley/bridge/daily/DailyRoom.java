package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// A room at Daily.
///
/// @param isBroadcast whether it was made for a broadcast: those who do not own it join hidden
/// @param expiresAtS seconds since 1970 from which nobody may be in it; 0 when it does not expire
public record DailyRoom(String name, boolean isBroadcast, long expiresAtS) {

  /// Daily allows these characters, and no more than 128 of them anywhere.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private static final long HOUR_S = 3_600;
  private static final int DEFAULT_PARTICIPANTS = 20;
  private static final int BROADCAST_PARTICIPANTS = 200;

  /// A room that is to be made.
  ///
  /// @param isBroadcast few speak, many watch
  /// @param isDiamond it may last two hours instead of one
  public record Wish(String name, boolean isBroadcast, boolean isDiamond) {
    public Wish {
      checkName(name);
    }

    /// What Daily is asked for, as the chat app's page expects a room to be.
    Map<String, Object> body(long nowS) {
      Map<String, Object> properties = new LinkedHashMap<>();
      properties.put("nbf", nowS);
      properties.put("exp", nowS + (isDiamond ? 2 * HOUR_S : HOUR_S));
      properties.put("enable_people_ui", false);
      properties.put("enable_pip_ui", true);
      properties.put("enable_emoji_reactions", false);
      properties.put("enable_hand_raising", false);
      properties.put("enable_prejoin_ui", false);
      properties.put("enable_network_ui", false);
      properties.put("enable_noise_cancellation_ui", true);
      properties.put("enable_breakout_rooms", false);
      properties.put("enable_knocking", false);
      properties.put("enable_screenshare", true);
      properties.put("eject_at_room_exp", true);
      properties.put("max_participants", DEFAULT_PARTICIPANTS);
      properties.put(
          "permissions", Map.of("hasPresence", true, "canSend", true, "canAdmin", false));
      if (isBroadcast) {
        properties.put("max_participants", BROADCAST_PARTICIPANTS);
        properties.put("enable_mesh_sfu", true);
        properties.put("enable_terse_logging", true);
        properties.put("enable_hidden_participants", true);
        properties.put("owner_only_broadcast", false);
        properties.put("experimental_optimize_large_calls", true);
      }
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("name", name);
      body.put("privacy", "private");
      body.put("properties", properties);
      return body;
    }
  }

  /// Whether nobody may be in it any more.
  public boolean isExpired(long nowMs) {
    return expiresAtS != 0 && nowMs / 1000 >= expiresAtS;
  }

  /// @throws Failure INVALID for what can be no room's name
  static void checkName(String name) {
    if (!isName(name)) {
      throw Failure.invalid("not the name of a room");
    }
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /// Reads what Daily tells of a room. Its `config` holds only what differs from the defaults.
  ///
  /// @throws Failure INVALID when it is not about that room, or malformed
  static DailyRoom of(ObjectNode told, String name) {
    if (!name.equals(told.path("name").textValue())) {
      throw Failure.invalid("a room of another name, or none");
    }
    JsonNode config = told.path("config");
    JsonNode hidden = config.path("enable_hidden_participants");
    JsonNode expiry = config.path("exp");
    if (!(isAbsent(config) || config.isObject())
        || !(isAbsent(hidden) || hidden.isBoolean())
        || !(isAbsent(expiry) || (expiry.isNumber() && expiry.asDouble() >= 0))) {
      throw Failure.invalid("a room of a malformed configuration");
    }
    return new DailyRoom(name, hidden.booleanValue(), expiry.longValue());
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
