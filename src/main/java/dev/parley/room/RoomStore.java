package dev.parley.room;

import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Redis;
import dev.parley.kernel.Script;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rooms in Redis: the keys, and one script per kind of change (`docs/redis.md`). All methods wait.
///
/// A change answers the room's new version and the nodes to be told; `null` means that there was
/// nothing to change.
final class RoomStore {

  private static final Pattern ROOM_ID = Pattern.compile("[0-9a-f-]{36}");
  private static final String PRELUDE = "room-prelude.lua";
  private static final Script CREATE = Script.of(PRELUDE, "room-create.lua");
  private static final Script JOIN = Script.of(PRELUDE, "room-join.lua");
  private static final Script READ = Script.of(PRELUDE, "room-read.lua");
  private static final Script LEAVE = Script.of(PRELUDE, "room-leave.lua");
  private static final Script MOVE = Script.of(PRELUDE, "room-move.lua");
  private static final Script CLOSE = Script.of(PRELUDE, "room-close.lua");
  private static final Script MODERATE = Script.of(PRELUDE, "room-moderate.lua");
  private static final Script PRODUCER = Script.of(PRELUDE, "room-producer.lua");
  private static final Script STATE = Script.of(PRELUDE, "room-state.lua");

  private static final Logger log = LoggerFactory.getLogger(RoomStore.class);

  private static final String ACTIVE_ROOMS = "active_rooms";

  private final Redis redis;
  private final String ttlSeconds;

  RoomStore(Redis redis, Duration ttl) {
    this.redis = redis;
    this.ttlSeconds = Long.toString(ttl.toSeconds());
  }

  record Joined(
      List<String> nodes, @Nullable Participant replaced, boolean activated, RoomState state) {}

  /// @param heir the new host, whose becoming so is the version after; null when there is none
  record Left(
      long version,
      List<String> nodes,
      Participant participant,
      boolean closed,
      @Nullable Participant heir) {}

  record Changed(long version, List<String> nodes, List<Participant> participants) {}

  record ProducerChanged(
      long version, List<String> nodes, ProducerInfo producer, Participant participant) {}

  record Marked(
      long version, List<String> nodes, Participant participant, Map<String, String> room) {}

  /// Which moderation a participant asks for.
  enum Moderation {
    KICK("kick"),
    MUTE("mute"),
    MUTE_ALL("mute-all"),
    ROLE("role");

    private final String word;

    Moderation(String word) {
      this.word = word;
    }
  }

  /// What happens to a producer.
  enum ProducerChange {
    ADD("add"),
    REMOVE("remove"),
    PAUSE("pause"),
    RESUME("resume");

    private final String word;

    ProducerChange(String word) {
      this.word = word;
    }
  }

  /// Claims a code for a room. False when another room has it.
  boolean claimCode(String code, String roomId) {
    return redis.call(Command.SET, codeKey(code), roomId, "NX", "EX", ttlSeconds) != null;
  }

  void releaseCode(String code) {
    redis.call(Command.DEL, codeKey(code));
  }

  @Nullable String roomIdOf(String code) {
    Response id = redis.call(Command.GET, codeKey(code));
    return id == null ? null : id.toString();
  }

  void create(String roomId, Map<String, String> fields) {
    List<String> args = new ArrayList<>();
    args.add(ttlSeconds);
    fields.forEach((field, value) -> {
      args.add(field);
      args.add(value);
    });
    run(CREATE, roomId, args);
    redis.call(Command.SADD, ACTIVE_ROOMS, roomId);
  }

  Joined join(String roomId, Participant participant, String mediaNode) {
    Response answer = some(run(JOIN, roomId, Json.write(participant), mediaNode, ttlSeconds));
    RoomState state = state(answer, 5);
    // The code lives as long as the room. When this fails, the next join tries again.
    var _ = redis.send(Command.EXPIRE, codeKey(state.code()), ttlSeconds);
    return new Joined(
        strings(answer.get(2)),
        participantOrNull(answer.get(3)),
        !answer.get(4).toString().isEmpty(),
        state);
  }

  RoomState read(String roomId) {
    return state(some(run(READ, roomId)), 3);
  }

  record Moved(List<String> nodes, Participant participant, RoomState state) {}

  /// Makes `to` the node of a participant who is on `from`, with another to stand by. Null when he
  /// is not there by this socket, or on a third node.
  @Nullable Moved move(
      String roomId, String userId, String socketId, String from, String to, String standby) {
    Response answer = run(MOVE, roomId, userId, socketId, from, to, standby, ttlSeconds);
    return answer == null
        ? null
        : new Moved(strings(answer.get(2)), participant(answer.get(3)), state(answer, 4));
  }

  /// @param node that says so; nothing happens when another one owns the socket by now
  /// @param reassignHost whether a host who leaves is followed by another
  @Nullable Left leave(
      String roomId, String userId, String socketId, String node, boolean reassignHost) {
    if (!ROOM_ID.matcher(roomId).matches()) {
      return null;
    }
    Response answer =
        run(LEAVE, roomId, userId, socketId, ttlSeconds, reassignHost ? "1" : "", node);
    if (answer == null) {
      return null;
    }
    boolean closed = !answer.get(4).toString().isEmpty();
    if (closed) {
      forget(roomId, answer.get(5).toString());
    }
    return new Left(
        version(answer),
        strings(answer.get(2)),
        participant(answer.get(3)),
        closed,
        participantOrNull(answer.get(6)));
  }

  Changed close(String roomId, String userId, String socketId) {
    Response answer = some(run(CLOSE, roomId, userId, socketId));
    forget(roomId, answer.get(4).toString());
    return changed(answer);
  }

  /// Takes a room that has ended out of the indexes. They have slots of their own in a Redis
  /// cluster, hence are no part of the script; the room is gone whether this is done or not.
  private void forget(String roomId, String code) {
    try {
      redis.call(Command.SREM, ACTIVE_ROOMS, roomId);
      if (!code.isEmpty()) {
        releaseCode(code);
      }
    } catch (Failure failure) {
      log.warn("room not taken out of the indexes room={} error={}", roomId, failure.text());
    }
  }

  Changed moderate(
      String roomId,
      String userId,
      String socketId,
      Moderation action,
      String targetUserId,
      String newRole,
      boolean coHostMayModerate) {
    return changed(
        some(
            run(
                MODERATE,
                roomId,
                userId,
                socketId,
                action.word,
                targetUserId,
                newRole,
                coHostMayModerate ? "1" : "",
                ttlSeconds)));
  }

  @Nullable ProducerChanged producer(
      String roomId,
      String userId,
      String socketId,
      ProducerChange change,
      String producerId,
      @Nullable ProducerInfo producer) {
    Response answer =
        run(
            PRODUCER,
            roomId,
            userId,
            socketId,
            change.word,
            producerId,
            producer == null ? "" : Json.write(producer),
            ttlSeconds);
    return answer == null
        ? null
        : new ProducerChanged(
            version(answer),
            strings(answer.get(2)),
            Json.read(answer.get(3).toString(), ProducerInfo.class),
            participant(answer.get(4)));
  }

  /// Sets a participant's marks (`true`, `false`) or turns them over (null).
  Marked mark(String roomId, String userId, String socketId, Map<String, @Nullable Boolean> marks) {
    List<String> args = new ArrayList<>(List.of(userId, socketId, "self", ttlSeconds));
    marks.forEach((field, value) -> {
      args.add(field);
      args.add(value == null ? "toggle" : value ? "1" : "");
    });
    return marked(some(run(STATE, roomId, args)));
  }

  Marked settings(String roomId, String userId, String socketId, Map<String, Boolean> settings) {
    List<String> args = new ArrayList<>(List.of(userId, socketId, "settings", ttlSeconds));
    settings.forEach((field, value) -> {
      args.add(field);
      args.add(value ? "1" : "");
    });
    return marked(some(run(STATE, roomId, args)));
  }

  private @Nullable Response run(Script script, String roomId, String... args) {
    return run(script, roomId, List.of(args));
  }

  private @Nullable Response run(Script script, String roomId, List<String> args) {
    if (!ROOM_ID.matcher(roomId).matches()) {
      // What is no id names no room, and must not become part of a key.
      throw Failure.notFound("Room not found");
    }
    String room = "room:{" + roomId + "}";
    List<String> keys = List.of(room, room + ":participants", room + ":producers", room + ":nodes");
    Response answer = redis.run(script, keys, args);
    if (answer == null) {
      throw new IllegalStateException(script.name() + " answered nothing");
    }
    return switch (answer.get(0).toString()) {
      case "ok" -> answer;
      case "none" -> null;
      default ->
          throw new Failure(
              Failure.Code.valueOf(answer.get(1).toString()), answer.get(2).toString());
    };
  }

  private static Response some(@Nullable Response answer) {
    if (answer == null) {
      throw new IllegalStateException("script answered none");
    }
    return answer;
  }

  private static Changed changed(Response answer) {
    return new Changed(version(answer), strings(answer.get(2)), participants(answer.get(3)));
  }

  private static Marked marked(Response answer) {
    return new Marked(
        version(answer), strings(answer.get(2)), participant(answer.get(3)), fields(answer.get(4)));
  }

  private static RoomState state(Response answer, int from) {
    List<ProducerInfo> producers = new ArrayList<>();
    for (Response text : answer.get(from + 2)) {
      producers.add(Json.read(text.toString(), ProducerInfo.class));
    }
    return RoomState.of(fields(answer.get(from)), participants(answer.get(from + 1)), producers);
  }

  private static long version(Response answer) {
    return Long.parseLong(answer.get(1).toString());
  }

  private static List<String> strings(Response list) {
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add(item.toString()));
    return strings;
  }

  private static Map<String, String> fields(Response pairs) {
    Map<String, String> fields = new HashMap<>();
    if (pairs.isArray()) {
      for (String key : pairs.getKeys()) {
        fields.put(key, pairs.get(key).toString());
      }
    }
    return fields;
  }

  private static List<Participant> participants(Response list) {
    List<Participant> participants = new ArrayList<>();
    list.forEach(text -> participants.add(participant(text)));
    return participants;
  }

  private static Participant participant(Response text) {
    return Json.read(text.toString(), Participant.class);
  }

  private static @Nullable Participant participantOrNull(Response text) {
    return text.toString().isEmpty() ? null : participant(text);
  }

  private static String codeKey(String code) {
    return "room_code:{" + code + "}";
  }
}
