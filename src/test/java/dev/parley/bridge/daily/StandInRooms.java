package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rooms of the stand-in for Daily, and who is in them. From any thread.
public final class StandInRooms {

  private static final int MAX_NAME = 41;
  private static final int MAX_PARTICIPANTS = 200;
  private static final int MAX_USER_ID = 36;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// Properties of rooms, by their defaults, of which `config` does not tell; null has none.
  private static final Map<String, JsonNode> ROOM_PROPERTIES = roomProperties();

  private static final List<String> TOKEN_PROPERTIES =
      List.of(
          "room_name",
          "user_name",
          "user_id",
          "is_owner",
          "exp",
          "nbf",
          "eject_at_token_exp",
          "eject_after_elapsed",
          "start_video_off",
          "start_audio_off",
          "permissions");

  /// Somebody in a room.
  ///
  /// @param id of the session
  /// @param meetingId of the meeting, which begins with the first in the room and ends with the
  ///   last
  public record Seat(
      String id,
      String room,
      @Nullable String userId,
      String userName,
      boolean isOwner,
      String meetingId,
      long joinedAtMs) {}

  /// Told what webhooks tell.
  interface Listener {
    void happened(String type, ObjectNode payload, long atMs);
  }

  private record Room(
      String id, String name, String privacy, ObjectNode properties, long madeAtMs) {
    long endsAtMs() {
      return properties.has("exp") ? properties.get("exp").asLong() * 1000 : Long.MAX_VALUE;
    }
  }

  /// Somebody's time in a room.
  private static final class Stay {
    final Seat seat;
    long leftAtMs = Long.MAX_VALUE;

    Stay(Seat seat) {
      this.seat = seat;
    }

    boolean isAt(long timeMs) {
      return seat.joinedAtMs <= timeMs && timeMs < leftAtMs;
    }
  }

  private final LongSupplier nowMs;
  private final Listener listener;
  private final StandInTokens tokens = new StandInTokens();
  private final Map<String, Room> rooms = new LinkedHashMap<>();
  private final List<Stay> stays = new ArrayList<>();
  private final Map<String, Long> meetingBeganAtMs = new LinkedHashMap<>();
  private long lagMs;

  StandInRooms(LongSupplier nowMs, Listener listener) {
    this.nowMs = nowMs;
    this.listener = listener;
  }

  private static Map<String, JsonNode> roomProperties() {
    Map<String, JsonNode> properties = new LinkedHashMap<>();
    for (String name :
        List.of(
            "enable_prejoin_ui",
            "enable_network_ui",
            "enable_emoji_reactions",
            "enable_hand_raising",
            "enable_noise_cancellation_ui",
            "enable_breakout_rooms",
            "enable_knocking",
            "enable_hidden_participants",
            "enable_mesh_sfu",
            "enable_terse_logging",
            "owner_only_broadcast",
            "experimental_optimize_large_calls",
            "eject_at_room_exp",
            "start_video_off",
            "start_audio_off")) {
      properties.put(name, JSON.booleanNode(false));
    }
    for (String name : List.of("enable_people_ui", "enable_pip_ui", "enable_screenshare")) {
      properties.put(name, JSON.booleanNode(true));
    }
    properties.put("nbf", JSON.nullNode());
    properties.put("exp", JSON.nullNode());
    properties.put("eject_after_elapsed", JSON.nullNode());
    properties.put("permissions", JSON.nullNode());
    properties.put("max_participants", JSON.numberNode(MAX_PARTICIPANTS));
    return properties;
  }

  // What the API does.

  synchronized ObjectNode create(JsonNode body) {
    sweep();
    JsonNode named = body.path("name");
    String name =
        named.isMissingNode() ? UUID.randomUUID().toString() : String.valueOf(named.textValue());
    if (!name.matches("[A-Za-z0-9_-]{1," + MAX_NAME + "}")) {
      throw StandInRefusal.invalid("name should be letters, digits, - and _");
    }
    if (rooms.containsKey(name)) {
      throw StandInRefusal.invalid("a room named " + name + " already exists");
    }
    JsonNode properties = body.path("properties");
    for (Entry<String, JsonNode> property : properties.properties()) {
      checkRoomProperty(property.getKey(), property.getValue());
    }
    Room room =
        new Room(
            UUID.randomUUID().toString(),
            name,
            body.path("privacy").asText("public"),
            properties.isObject() ? properties.deepCopy() : JSON.objectNode(),
            nowMs.getAsLong());
    rooms.put(name, room);
    return told(room);
  }

  private static void checkRoomProperty(String name, JsonNode value) {
    JsonNode ordinary = ROOM_PROPERTIES.get(name);
    if (ordinary == null) {
      throw StandInRefusal.invalid("unknown parameter '" + name + "'");
    }
    boolean isSound =
        ordinary.isBoolean()
            ? value.isBoolean()
            : name.equals("permissions") ? value.isObject() : value.isIntegralNumber();
    if (!isSound) {
      throw StandInRefusal.invalid("parameter '" + name + "' has a wrong type");
    }
  }

  synchronized ObjectNode find(String name) {
    sweep();
    return told(room(name));
  }

  private Room room(String name) {
    Room room = rooms.get(name);
    if (room == null) {
      throw StandInRefusal.notFound("room " + name + " not found");
    }
    return room;
  }

  private static ObjectNode told(Room room) {
    ObjectNode config = JSON.objectNode();
    room.properties
        .properties()
        .forEach(property -> {
          if (!property.getValue().equals(ROOM_PROPERTIES.get(property.getKey()))) {
            config.set(property.getKey(), property.getValue());
          }
        });
    ObjectNode told =
        JSON.objectNode()
            .put("id", room.id)
            .put("name", room.name)
            .put("api_created", true)
            .put("privacy", room.privacy)
            .put("url", "https://stand-in.daily.co/" + room.name)
            .put("created_at", Instant.ofEpochMilli(room.madeAtMs).toString());
    told.set("config", config);
    return told;
  }

  synchronized ObjectNode delete(String name) {
    sweep();
    room(name);
    vacate(name, nowMs.getAsLong());
    rooms.remove(name);
    return JSON.objectNode().put("deleted", true).put("name", name);
  }

  synchronized ObjectNode token(JsonNode body) {
    JsonNode properties = body.path("properties");
    for (Entry<String, JsonNode> property : properties.properties()) {
      if (!TOKEN_PROPERTIES.contains(property.getKey())) {
        throw StandInRefusal.invalid("unknown parameter '" + property.getKey() + "'");
      }
    }
    if (properties.path("user_id").asText().length() > MAX_USER_ID) {
      throw StandInRefusal.invalid("user_id is too long");
    }
    if (!(properties instanceof ObjectNode wanted)) {
      throw StandInRefusal.invalid("properties are missing");
    }
    return JSON.objectNode().put("token", tokens.issue(wanted, nowMs.getAsLong()));
  }

  synchronized ObjectNode presence() {
    sweep();
    ObjectNode told = JSON.objectNode();
    for (Stay stay : seen(_ -> true)) {
      ArrayNode room =
          told.get(stay.seat.room) instanceof ArrayNode known
              ? known
              : told.putArray(stay.seat.room);
      room.add(told(stay));
    }
    return told;
  }

  synchronized ObjectNode presence(
      String room, @Nullable String limit, @Nullable String userId, @Nullable String userName) {
    sweep();
    room(room);
    List<Stay> seen =
        seen(seat ->
            seat.room.equals(room)
                && (userId == null || userId.equals(seat.userId))
                && (userName == null || userName.equals(seat.userName)));
    ObjectNode told = JSON.objectNode().put("total_count", seen.size());
    ArrayNode data = told.putArray("data");
    seen.stream()
        .limit(limit == null ? Long.MAX_VALUE : Long.parseLong(limit))
        .forEach(stay -> data.add(told(stay)));
    return told;
  }

  private List<Stay> seen(Predicate<Seat> wanted) {
    long thenMs = nowMs.getAsLong() - lagMs;
    return stays.stream().filter(stay -> stay.isAt(thenMs) && wanted.test(stay.seat)).toList();
  }

  private ObjectNode told(Stay stay) {
    Seat seat = stay.seat;
    return JSON.objectNode()
        .put("room", seat.room)
        .put("id", seat.id)
        .put("userId", seat.userId)
        .put("userName", seat.userName)
        .put("mtgSessionId", seat.meetingId)
        .put("joinTime", Instant.ofEpochMilli(seat.joinedAtMs).toString())
        .put("duration", (nowMs.getAsLong() - seat.joinedAtMs) / 1000);
  }

  // What tests do.

  /// Presence tells from now on what was so long ago; Daily says up to 15 seconds.
  public synchronized void lagsBy(Duration lag) {
    lagMs = lag.toMillis();
  }

  /// Names of the rooms there are.
  public synchronized List<String> names() {
    sweep();
    return List.copyOf(rooms.keySet());
  }

  /// All that a room was made with.
  public synchronized JsonNode properties(String name) {
    return room(name).properties.deepCopy();
  }

  /// Claims of a meeting token.
  ///
  /// @throws IllegalArgumentException when it is none of Daily's, or does not hold now
  public JsonNode claims(String token) {
    return tokens.verify(token, nowMs.getAsLong());
  }

  /// Lets the holder of a meeting token in.
  ///
  /// @throws IllegalArgumentException when Daily would not
  public synchronized Seat join(String token) {
    JsonNode claims = claims(token);
    return sit(
        claims.path("room_name").asText(),
        claims.path("user_id").textValue(),
        claims.path("user_name").asText("Guest"),
        claims.path("is_owner").asBoolean());
  }

  /// Lets somebody in who has a token.
  ///
  /// @throws IllegalArgumentException when the room does not let anybody in
  public synchronized Seat join(String room, String userId) {
    return sit(room, userId, userId, false);
  }

  private Seat sit(String name, @Nullable String userId, String userName, boolean isOwner) {
    sweep();
    Room room = rooms.get(name);
    long atMs = nowMs.getAsLong();
    List<Seat> others = seats(name);
    if (room == null || room.properties.path("nbf").asLong() * 1000 > atMs) {
      throw new IllegalArgumentException("no such room, or not yet: " + name);
    }
    if (others.size() >= room.properties.path("max_participants").asInt(MAX_PARTICIPANTS)) {
      throw new IllegalArgumentException("the room is full: " + name);
    }
    String meetingId =
        others.isEmpty() ? UUID.randomUUID().toString() : others.getFirst().meetingId;
    Seat seat =
        new Seat(UUID.randomUUID().toString(), name, userId, userName, isOwner, meetingId, atMs);
    stays.add(new Stay(seat));
    if (others.isEmpty()) {
      meetingBeganAtMs.put(meetingId, atMs);
      listener.happened("meeting.started", meeting(seat), atMs);
    }
    listener.happened("participant.joined", participant(seat), atMs);
    return seat;
  }

  /// Those in a room now.
  public synchronized List<Seat> seats(String room) {
    sweep();
    return stays.stream()
        .filter(stay -> stay.leftAtMs == Long.MAX_VALUE && stay.seat.room.equals(room))
        .map(stay -> stay.seat)
        .toList();
  }

  /// Somebody leaves.
  public synchronized void leave(Seat seat) {
    sweep();
    leave(seat, nowMs.getAsLong());
  }

  /// All leave.
  public synchronized void vacate(String room) {
    sweep();
    vacate(room, nowMs.getAsLong());
  }

  private void vacate(String room, long atMs) {
    stays.stream()
        .filter(stay -> stay.leftAtMs == Long.MAX_VALUE && stay.seat.room.equals(room))
        .map(stay -> stay.seat)
        .toList()
        .forEach(seat -> leave(seat, atMs));
  }

  private void leave(Seat seat, long atMs) {
    boolean isLast = true;
    for (Stay stay : stays) {
      if (stay.leftAtMs == Long.MAX_VALUE && stay.seat.room.equals(seat.room)) {
        if (stay.seat.equals(seat)) {
          stay.leftAtMs = atMs;
        } else {
          isLast = false;
        }
      }
    }
    ObjectNode payload = participant(seat);
    payload.put("duration", (atMs - seat.joinedAtMs) / 1000.0);
    listener.happened("participant.left", payload, atMs);
    if (isLast) {
      ObjectNode meeting = meeting(seat);
      meeting.put("end_ts", atMs / 1000.0);
      listener.happened("meeting.ended", meeting, atMs);
    }
  }

  /// Rooms whose time is over are gone, and nobody is in them.
  private void sweep() {
    long now = nowMs.getAsLong();
    List<Room> over = rooms.values().stream().filter(room -> room.endsAtMs() <= now).toList();
    for (Room room : over) {
      rooms.remove(room.name);
      vacate(room.name, room.endsAtMs());
    }
  }

  private ObjectNode meeting(Seat seat) {
    return JSON.objectNode()
        .put("start_ts", meetingBeganAtMs.getOrDefault(seat.meetingId, 0L) / 1000.0)
        .put("meeting_id", seat.meetingId)
        .put("room", seat.room);
  }

  private static ObjectNode participant(Seat seat) {
    ObjectNode told =
        JSON.objectNode()
            .put("joined_at", seat.joinedAtMs / 1000.0)
            .put("session_id", seat.id)
            .put("room", seat.room)
            .put("user_id", seat.userId)
            .put("user_name", seat.userName)
            .put("owner", seat.isOwner)
            .put("networkQualityState", "unknown")
            .put("will_eject_at", 0);
    told.putObject("permissions").put("hasPresence", true).put("canSend", true);
    return told;
  }
}
