package dev.parley.room;

import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Redis;
import dev.parley.kernel.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where rooms are found in Redis: by code or name, in lists, by when they are to be looked at.
/// These keys have slots of their own in a Redis cluster, hence are no part of any room's scripts:
/// what they name may have ended. All methods wait.
final class RoomIndex {

  private static final Logger log = LoggerFactory.getLogger(RoomIndex.class);

  private static final Script CLAIM = Script.of("room-name.lua");
  private static final Script FORGET = Script.of("socket-forget.lua");

  private static final String ACTIVE_ROOMS = "active_rooms";
  private static final String NAMES_DUE = "room_name:due";

  private final Redis redis;
  private final String meetingsDue;
  private final String ttlSeconds;

  /// @param meetingPrefix of the keys of meetings
  /// @param ttlSeconds of codes and names
  RoomIndex(Redis redis, String meetingPrefix, String ttlSeconds) {
    this.redis = redis;
    this.meetingsDue = meetingPrefix + "due";
    this.ttlSeconds = ttlSeconds;
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

  /// Claims a name for a room; returns the id of the room that has it, be it another.
  ///
  /// @param ended id of a room that has it no longer; empty when none is known
  String claimName(String name, String roomId, String ended) {
    Response id = redis.run(CLAIM, List.of(nameKey(name)), List.of(roomId, ended, ttlSeconds));
    return String.valueOf(id);
  }

  /// Gives a name up unless another room has it.
  void releaseName(String name, String roomId) {
    redis.run(FORGET, List.of(nameKey(name)), List.of(roomId));
  }

  @Nullable String roomIdOfName(String name) {
    Response id = redis.call(Command.GET, nameKey(name));
    return id == null ? null : id.toString();
  }

  /// Ids of the rooms of names, in their order; null where there is none. Asks for all at once.
  List<@Nullable String> roomIdsOfNames(List<String> names) {
    List<Future<@Nullable Response>> answers = new ArrayList<>();
    names.forEach(name -> answers.add(redis.send(Command.GET, nameKey(name))));
    List<@Nullable String> ids = new ArrayList<>();
    for (Future<@Nullable Response> answer : answers) {
      Response id = answer.await();
      ids.add(id == null ? null : id.toString());
    }
    return ids;
  }

  /// Code and name live as long as their room. Nothing waits for it: when it fails, the next join
  /// tries again.
  void renew(RoomState room) {
    if (!room.code().isEmpty()) {
      var _ = redis.send(Command.EXPIRE, codeKey(room.code()), ttlSeconds);
    }
    if (!room.passName().isEmpty()) {
      renewName(room.passName());
    }
  }

  void renewName(String name) {
    var _ = redis.send(Command.EXPIRE, nameKey(name), ttlSeconds);
  }

  /// Makes a room appear among those of its kind.
  void list(String roomId, RoomKind kind) {
    redis.call(Command.SADD, listOf(kind), roomId);
  }

  /// Ids of the rooms of a kind that were listed and have not ended; some may have expired.
  List<String> listed(RoomKind kind) {
    return strings(redis.call(Command.SMEMBERS, listOf(kind)));
  }

  private static String listOf(RoomKind kind) {
    return kind == RoomKind.PEER ? "p2p:rooms" : ACTIVE_ROOMS;
  }

  /// Takes a room that has ended out. The room is gone whether this is done or not.
  ///
  /// @param code empty when it has none
  void forget(String roomId, String code) {
    try {
      if (RoomId.isMeeting(roomId)) {
        lookedAt(roomId);
        return;
      }
      redis.call(Command.SREM, ACTIVE_ROOMS, roomId);
      redis.call(Command.SREM, listOf(RoomKind.PEER), roomId);
      if (!code.isEmpty()) {
        releaseCode(code);
      }
    } catch (Failure failure) {
      log.warn("room not taken out of the indexes room={} error={}", roomId, failure.text());
    }
  }

  /// Has a meeting looked at at a time, ms since 1970, for whether it is over.
  void lookAt(String roomId, long atMs) {
    redis.call(Command.ZADD, meetingsDue, Long.toString(atMs), roomId);
  }

  /// Meetings that are to be looked at by now, some.
  List<String> due(long nowMs) {
    return due(meetingsDue, nowMs);
  }

  void lookedAt(String roomId) {
    redis.call(Command.ZREM, meetingsDue, roomId);
  }

  /// As `lookAt`, of the room of a name.
  void lookAtName(String name, long atMs) {
    redis.call(Command.ZADD, NAMES_DUE, Long.toString(atMs), name);
  }

  /// Names whose rooms are to be looked at by now, some.
  List<String> namesDue(long nowMs) {
    return due(NAMES_DUE, nowMs);
  }

  void lookedAtName(String name) {
    redis.call(Command.ZREM, NAMES_DUE, name);
  }

  private List<String> due(String key, long nowMs) {
    return strings(
        redis.call(
            Command.ZRANGE, key, "-inf", Long.toString(nowMs), "BYSCORE", "LIMIT", "0", "100"));
  }

  private static List<String> strings(@Nullable Response list) {
    return list == null ? List.of() : RoomAnswers.strings(list);
  }

  private static String codeKey(String code) {
    return "room_code:{" + code + "}";
  }

  private static String nameKey(String name) {
    return "room_name:{" + name + "}";
  }
}
