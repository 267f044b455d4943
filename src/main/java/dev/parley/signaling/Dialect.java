package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.signaling.socketio.Args;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names and manners of one kind of client: a table between wire messages and `Command`,
/// `Reply` and `Event`. Stateless, usable from any thread.
interface Dialect {

  /// An event as it goes out.
  ///
  /// @param json the payload, or null for none
  record Message(String name, @Nullable Utf8 json) {
    Message(String name, String json) {
      this(name, Utf8.of(json));
    }

    /// A message whose payload is an object of these fields: name, value, name, value …
    static Message of(String name, @Nullable Object... fields) {
      Map<String, @Nullable Object> payload = new LinkedHashMap<>();
      for (int i = 0; i < fields.length; i += 2) {
        payload.put(String.valueOf(fields[i]), fields[i + 1]);
      }
      return new Message(name, Json.write(payload));
    }
  }

  /// A failure as `{status:"error", message, code, retryAfterMs?}`.
  static String refusal(Failure failure) {
    Map<String, Object> refusal = new LinkedHashMap<>();
    refusal.put("status", "error");
    refusal.put("message", failure.text());
    refusal.put("code", failure.code().name());
    if (failure.retryAfterMs() > 0) {
      refusal.put("retryAfterMs", failure.retryAfterMs());
    }
    return Json.write(refusal);
  }

  /// The kind of rooms that its clients meet in.
  RoomKind kind();

  /// The namespace that it is spoken in.
  default String namespace() {
    return "/";
  }

  /// Whether clients of this dialect send an event of this name.
  boolean knows(String name);

  /// Reads what a client sent.
  ///
  /// @param payload the first argument; a missing node when there was none
  /// @throws Failure INVALID, naming the field that is wrong
  Command decode(String name, JsonNode payload);

  /// Whether an event of this name is passed on to others as it is, so that it is never decoded.
  boolean isRelay(String name);

  /// Reads as much of an event that `isRelay` as it takes to pass it on. On event loops.
  ///
  /// @throws Failure INVALID, naming the field that is wrong
  Relay relay(String name, Args args);

  /// What is passed on, for its receivers. On event loops.
  ///
  /// @param sender as the sender's node knows him
  /// @throws Failure FORBIDDEN when the room does not allow it
  Message encode(Relay relay, Participant sender, RoomState room);

  /// Whether an event counts towards the connection's rate limit.
  boolean isLimited(String name);

  /// The acknowledgement of a command that succeeded, as JSON.
  String encode(Reply reply);

  /// The acknowledgement of a command that failed, as JSON.
  String encode(Failure failure);

  /// The event by which a client hears that what it sent failed; null when it is not told.
  ///
  /// @param name of what it sent
  @Nullable Message complaint(String name, Args args, Failure failure);

  /// Null when clients of this dialect are not told of it.
  @Nullable Message encode(Event event);
}
