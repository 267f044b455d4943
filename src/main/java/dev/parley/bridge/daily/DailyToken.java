package dev.parley.bridge.daily;

import dev.parley.kernel.Failure;
import java.util.LinkedHashMap;
import java.util.Map;

/// A meeting token that is to be made: with it one user may enter one room.
///
/// @param userName as the others in the call see it
/// @param userId the user's id in the chat app, at most 36 characters
/// @param isOwner the user starts the call, or rings again, rather than joins
/// @param hasStarted the call that goes on is one that the user has started
/// @param expiresAtS seconds since 1970 from which the token lets nobody in
public record DailyToken(
    DailyRoom room,
    String userName,
    String userId,
    boolean isOwner,
    boolean hasStarted,
    long expiresAtS) {

  private static final int MAX_USER_ID = 36;

  public DailyToken {
    DailyRoom.checkName(room.name());
    if (userId.isEmpty() || userId.length() > MAX_USER_ID) {
      throw Failure.invalid("a user id of 1 to " + MAX_USER_ID + " characters is needed");
    }
    if (expiresAtS <= 0) {
      throw Failure.invalid("a token must expire");
    }
  }

  /// Whether the user may be heard and seen in a broadcast.
  public boolean isPresenter() {
    return isOwner || hasStarted;
  }

  Map<String, Object> body() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("room_name", room.name());
    properties.put("user_name", userName);
    properties.put("user_id", userId);
    properties.put("is_owner", isOwner);
    properties.put("exp", expiresAtS);
    Map<String, Object> permissions = new LinkedHashMap<>();
    boolean isHeard = !room.isBroadcast() || isPresenter();
    permissions.put("hasPresence", isHeard);
    permissions.put("canSend", isHeard);
    permissions.put("canAdmin", room.isBroadcast() ? isPresenter() : isOwner);
    properties.put("permissions", permissions);
    if (room.isBroadcast()) {
      properties.put("start_video_off", !isPresenter());
      properties.put("start_audio_off", !isPresenter());
    }
    return Map.of("properties", properties);
  }
}
