package dev.parley.room;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.RoomEvent.Decision;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Json;
import dev.parley.kernel.Redis;
import dev.parley.kernel.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rooms in Redis: the keys, and one script per kind of change (`docs/redis.md`). All methods wait.
///
/// A change answers the room's new version and the nodes to be told; `null` means that there was
/// nothing to change.
final class RoomStore {

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
  private static final Script DECIDE = Script.of(PRELUDE, "room-decide.lua");
  private static final Script UPDATE = Script.of(PRELUDE, "room-update.lua");
  private static final Script EXPIRE = Script.of(PRELUDE, "room-expire.lua");
  private static final Script PAIR = Script.of(PRELUDE, "room-pair.lua");
  private static final Script PIN = Script.of(PRELUDE, "room-pin.lua");
  private static final Script KEEP = Script.of(PRELUDE, "room-keep.lua");

  /// Instead of a time until when a room stays: it ends with whoever leaves.
  static final String ENDS = "end";

  /// Rooms that are read at once when many are.
  private static final int AT_ONCE = 50;

  private final Redis redis;
  private final RoomIndex index;
  private final String meetingPrefix;
  private final String ttlSeconds;
  private final String meetingTtlSeconds;

  RoomStore(Redis redis, Features.Rooms rooms, Features.Meetings meetings) {
    this.redis = redis;
    this.meetingPrefix = meetings.keyPrefix();
    this.ttlSeconds = Long.toString(rooms.roomTtl().toSeconds());
    this.meetingTtlSeconds = Long.toString(meetings.ttl().toSeconds());
    this.index = new RoomIndex(redis, meetingPrefix, ttlSeconds);
  }

  /// Where rooms are found.
  RoomIndex index() {
    return index;
  }

  private String ttl(String roomId) {
    return RoomId.isMeeting(roomId) ? meetingTtlSeconds : ttlSeconds;
  }

  /// What a join came to: `Joined`, or `Waiting` when a host has to let the caller in.
  sealed interface Entry {
    List<String> nodes();
  }

  /// @param version of the room with the request in it
  record Waiting(long version, List<String> nodes, JoinRequest request) implements Entry {}

  /// @param formerMediaNode node its router was on while nobody was in it, when it is on another
  ///   now; empty when there is none
  record Joined(
      List<String> nodes,
      @Nullable Participant replaced,
      boolean activated,
      RoomState state,
      String formerMediaNode)
      implements Entry {}

  /// @param closed whether he was the last and the room is gone
  /// @param emptied whether he was the last and the room has stayed
  /// @param mediaNode node its router is on; empty when none was needed
  /// @param heir the new host, whose becoming so is the version after; null when there is none
  /// @param passName name of a room for passes; empty for any other
  record Left(
      long version,
      List<String> nodes,
      Participant participant,
      boolean closed,
      boolean emptied,
      @Nullable Participant heir,
      String mediaNode,
      String passName) {}

  /// @param mediaNode node its router is on; empty when none was needed
  /// @param passName name of a room for passes; empty for any other
  /// @param wasOccupied whether somebody was in it
  record Closed(
      long version, List<String> nodes, String mediaNode, String passName, boolean wasOccupied) {}

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

  /// @throws Failure CONFLICT when there is such a room
  void create(String roomId, Map<String, String> fields) {
    List<String> args = new ArrayList<>();
    args.add(ttl(roomId));
    fields.forEach((field, value) -> {
      args.add(field);
      args.add(value);
    });
    run(CREATE, roomId, args);
  }

  /// Makes a room that two are in. Null when it has been made before.
  @Nullable Changed pair(
      String roomId, Duration ttl, Participant a, Participant b, Map<String, String> fields) {
    List<String> args = new ArrayList<>();
    args.add(Long.toString(ttl.toSeconds()));
    args.add(Json.write(a));
    args.add(Json.write(b));
    fields.forEach((field, value) -> {
      args.add(field);
      args.add(value);
    });
    Response answer = run(PAIR, roomId, args);
    return answer == null
        ? null
        : new Changed(
            RoomAnswers.version(answer), RoomAnswers.strings(answer.get(2)), List.of(a, b));
  }

  /// @param domain of the caller's e-mail address; empty when there is none
  /// @param isProven whether it is proven who he is
  /// @param sfuFrom participants from which on the room uses the SFU; empty for none
  /// @param pass what the caller's pass for the room says
  Entry join(
      String roomId,
      RoomKind kind,
      Participant participant,
      String mediaNode,
      String domain,
      boolean isProven,
      String sfuFrom,
      PassRole pass) {
    Response answer =
        some(
            run(
                JOIN,
                roomId,
                Json.write(participant),
                mediaNode,
                ttl(roomId),
                kind.word(),
                domain,
                RoomState.flag(isProven),
                sfuFrom,
                pass.word()));
    if (answer.get(3).toString().equals("waiting")) {
      return new Waiting(
          RoomAnswers.version(answer),
          RoomAnswers.strings(answer.get(2)),
          RoomAnswers.request(answer.get(4)));
    }
    RoomState state = RoomAnswers.state(answer, 6);
    index.renew(state);
    return new Joined(
        RoomAnswers.strings(answer.get(2)),
        RoomAnswers.participantOrNull(answer.get(4)),
        !answer.get(5).toString().isEmpty(),
        state,
        answer.get(10).toString());
  }

  RoomState read(String roomId) {
    return RoomAnswers.state(some(run(READ, roomId)), 3);
  }

  /// Rooms that are there, of these; no more than `max`. Those that are not are taken out of the
  /// indexes.
  List<RoomState> readAll(List<String> roomIds, int max) {
    List<RoomState> rooms = new ArrayList<>();
    int last = Math.min(max, roomIds.size());
    for (int from = 0; from < last; from += AT_ONCE) {
      readSome(roomIds.subList(from, Math.min(last, from + AT_ONCE)), rooms);
    }
    return rooms;
  }

  private void readSome(List<String> roomIds, List<RoomState> rooms) {
    List<Future<@Nullable Response>> answers = new ArrayList<>();
    roomIds.forEach(roomId -> answers.add(redis.eval(READ, keys(roomId), List.of())));
    for (int i = 0; i < answers.size(); i++) {
      Response answer = answers.get(i).await();
      if (answer != null && answer.get(0).toString().equals("ok")) {
        rooms.add(RoomAnswers.state(answer, 3));
      } else {
        index.forget(roomIds.get(i), "");
      }
    }
  }

  /// @param version of the room without the request
  record Decided(long version, List<String> nodes, JoinRequest request) {}

  /// Ends somebody's waiting. Null when he does not wait (by that socket).
  ///
  /// @param key of the host, and his socket id; or his user id, and an empty socket id
  /// @param socketId by which he must wait; empty for any
  @Nullable Decided decide(
      String roomId,
      String key,
      String hostSocketId,
      String userId,
      Decision decision,
      String socketId,
      boolean isProven) {
    Response answer =
        run(
            DECIDE,
            roomId,
            key,
            hostSocketId,
            userId,
            decision.name(),
            socketId,
            ttl(roomId),
            RoomState.flag(isProven));
    return answer == null
        ? null
        : new Decided(
            RoomAnswers.version(answer),
            RoomAnswers.strings(answer.get(2)),
            RoomAnswers.request(answer.get(3)));
  }

  /// @param room all its fields
  record Updated(long version, List<String> nodes, Map<String, String> room) {}

  /// Changes fields of a room, whoever asks. Null when there is no such room.
  @Nullable Updated update(String roomId, Map<String, String> fields) {
    List<String> args = new ArrayList<>(List.of(ttl(roomId)));
    fields.forEach((field, value) -> {
      args.add(field);
      args.add(value);
    });
    Response answer = run(UPDATE, roomId, args);
    return answer == null
        ? null
        : new Updated(
            RoomAnswers.version(answer),
            RoomAnswers.strings(answer.get(2)),
            RoomAnswers.fields(answer.get(3)));
  }

  /// Keeps a room that is empty for longer. False when there is no such room.
  ///
  /// @param untilMs ms since 1970
  boolean keep(String roomId, long untilMs) {
    return run(KEEP, roomId, Long.toString(untilMs), ttl(roomId)) != null;
  }

  boolean exists(String roomId) {
    Response there = redis.call(Command.EXISTS, keys(roomId).getFirst());
    return there != null && there.toString().equals("1");
  }

  /// Takes back a room that nobody has got to know.
  void discard(String roomId) {
    keys(roomId).forEach(key -> redis.call(Command.DEL, key));
  }

  /// Of these rooms, those that somebody is in. Asks for all at once.
  Set<String> occupied(List<String> roomIds) {
    Map<String, Future<@Nullable Response>> answers = new LinkedHashMap<>();
    roomIds.forEach(roomId -> answers.put(roomId, redis.send(Command.HLEN, keys(roomId).get(1))));
    Set<String> occupied = new HashSet<>();
    answers.forEach((roomId, answer) -> {
      Response count = answer.await();
      if (count != null && !count.toString().equals("0")) {
        occupied.add(roomId);
      }
    });
    return occupied;
  }

  /// What became of a room that was looked at: `Expired`, or `Lasting`.
  sealed interface Look {}

  /// @param emptySince ms since 1970
  record Expired(long version, List<String> nodes, long emptySince, String mediaNode)
      implements Look {}

  /// @param until when it may be ended, ms since 1970; 0 while it is not empty
  record Lasting(long until) implements Look {}

  /// Ends a room that has been empty for as long as it may.
  ///
  /// @throws Failure NOT_FOUND when it is gone already
  Look expire(String roomId, long nowMs) {
    Response answer = some(run(EXPIRE, roomId, Long.toString(nowMs)));
    String when = answer.get(4).toString();
    return answer.get(3).toString().equals("ended")
        ? new Expired(
            RoomAnswers.version(answer),
            RoomAnswers.strings(answer.get(2)),
            Long.parseLong(when),
            answer.get(5).toString())
        : new Lasting(when.isEmpty() ? 0 : Long.parseLong(when));
  }

  /// Pins the room to a media node unless it is on one; returns the one it is on.
  String pin(String roomId, String key, String socketId, String mediaNode) {
    return some(run(PIN, roomId, key, socketId, mediaNode)).get(3).toString();
  }

  /// Keeps a room that nothing changes in from being forgotten. Nothing waits for it.
  void touch(String roomId) {
    touch(roomId, ttl(roomId));
  }

  void touch(String roomId, String seconds) {
    for (String key : keys(roomId)) {
      var _ = redis.send(Command.EXPIRE, key, seconds);
    }
  }

  record Moved(List<String> nodes, Participant participant, RoomState state) {}

  /// Makes `to` the node of a participant who is on `from`, with another to stand by. Null when he
  /// is not there by this socket, or on a third node.
  @Nullable Moved move(
      String roomId, String userId, String socketId, String from, String to, String standby) {
    Response answer = run(MOVE, roomId, userId, socketId, from, to, standby, ttl(roomId));
    return answer == null
        ? null
        : new Moved(
            RoomAnswers.strings(answer.get(2)),
            RoomAnswers.participant(answer.get(3)),
            RoomAnswers.state(answer, 4));
  }

  /// @param node that says so; nothing happens when another one owns the socket by now
  /// @param reassignHost whether a host who leaves is followed by another
  /// @param stays until when the room stays if he was the last, ms since 1970, or `ever`; empty for
  ///   not at all
  @Nullable Left leave(
      String roomId,
      String key,
      String socketId,
      String node,
      boolean reassignHost,
      String stays,
      long nowMs) {
    if (!RoomId.isAny(roomId)) {
      return null;
    }
    Response answer =
        run(
            LEAVE,
            roomId,
            key,
            socketId,
            ttl(roomId),
            RoomState.flag(reassignHost),
            node,
            stays,
            Long.toString(nowMs));
    if (answer == null) {
      return null;
    }
    String fate = answer.get(4).toString();
    boolean closed = fate.equals("closed");
    if (closed && !stays.equals(ENDS)) {
      index.forget(roomId, answer.get(5).toString());
    }
    return new Left(
        RoomAnswers.version(answer),
        RoomAnswers.strings(answer.get(2)),
        RoomAnswers.participant(answer.get(3)),
        closed,
        fate.equals("empty"),
        RoomAnswers.participantOrNull(answer.get(6)),
        answer.get(7).toString(),
        answer.get(8).toString());
  }

  /// @param key of a participant who is host, and his socket id; or the host's user id, and an
  ///   empty socket id
  /// @param refusal what one who may not is told
  Closed close(String roomId, String key, String socketId, String refusal, boolean isProven) {
    Response answer = some(run(CLOSE, roomId, key, socketId, refusal, RoomState.flag(isProven)));
    index.forget(roomId, answer.get(3).toString());
    return new Closed(
        RoomAnswers.version(answer),
        RoomAnswers.strings(answer.get(2)),
        answer.get(4).toString(),
        answer.get(5).toString(),
        !answer.get(6).toString().isEmpty());
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
                ttl(roomId))));
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
            ttl(roomId));
    return answer == null
        ? null
        : new ProducerChanged(
            RoomAnswers.version(answer),
            RoomAnswers.strings(answer.get(2)),
            Json.read(answer.get(3).toString(), ProducerInfo.class),
            RoomAnswers.participant(answer.get(4)));
  }

  /// Sets a participant's marks: each to `1`, to an empty text for no, to a text after `=`, or, by
  /// `toggle`, over.
  Marked mark(String roomId, String key, String socketId, Map<String, String> marks) {
    return state(roomId, key, socketId, "self", marks);
  }

  Marked settings(String roomId, String key, String socketId, Map<String, Boolean> settings) {
    Map<String, String> fields = new LinkedHashMap<>();
    settings.forEach((field, value) -> fields.put(field, RoomState.flag(value)));
    return state(roomId, key, socketId, "settings", fields);
  }

  private Marked state(
      String roomId, String key, String socketId, String what, Map<String, String> fields) {
    List<String> args = new ArrayList<>(List.of(key, socketId, what, ttl(roomId)));
    fields.forEach((field, value) -> {
      args.add(field);
      args.add(value);
    });
    return marked(some(run(STATE, roomId, args)));
  }

  private @Nullable Response run(Script script, String roomId, String... args) {
    return run(script, roomId, List.of(args));
  }

  private @Nullable Response run(Script script, String roomId, List<String> args) {
    String noun = (RoomId.isMeeting(roomId) ? RoomKind.MEETING : RoomKind.CONFERENCE).noun();
    if (!RoomId.isAny(roomId)) {
      // What is no id names no room, and must not become part of a key.
      throw Failure.notFound("Room not found");
    }
    Response answer = redis.run(script, keys(roomId), args);
    if (answer == null) {
      throw new IllegalStateException(script.name() + " answered nothing");
    }
    return switch (answer.get(0).toString()) {
      case "ok" -> answer;
      case "none" -> null;
      default ->
          throw new Failure(
              Failure.Code.valueOf(answer.get(1).toString()),
              answer.get(2).toString().replace("%s", noun));
    };
  }

  private List<String> keys(String roomId) {
    String room = (RoomId.isMeeting(roomId) ? meetingPrefix : "room:") + "{" + roomId + "}";
    return List.of(
        room,
        room + ":participants",
        room + ":producers",
        room + ":nodes",
        room + ":pending",
        room + ":approved");
  }

  private static Response some(@Nullable Response answer) {
    if (answer == null) {
      throw new IllegalStateException("script answered none");
    }
    return answer;
  }

  private static Changed changed(Response answer) {
    return new Changed(
        RoomAnswers.version(answer),
        RoomAnswers.strings(answer.get(2)),
        RoomAnswers.participants(answer.get(3)));
  }

  private static Marked marked(Response answer) {
    return new Marked(
        RoomAnswers.version(answer),
        RoomAnswers.strings(answer.get(2)),
        RoomAnswers.participant(answer.get(3)),
        RoomAnswers.fields(answer.get(4)));
  }
}
