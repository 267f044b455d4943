package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Args;
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

  /// Whether an event counts towards the connection's rate limit.
  boolean isLimited(String name);

  /// The acknowledgement of a command that succeeded, as JSON.
  String encode(Reply reply);

  /// The acknowledgement of a command that failed, as JSON.
  String encode(Failure failure);

  Message encode(Event event);

  /// What was passed on, for its receivers.
  Message encode(Relayed relayed);
}
