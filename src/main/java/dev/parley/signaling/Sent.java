package dev.parley.signaling;

import dev.parley.signaling.socketio.Ack;
import dev.parley.signaling.socketio.Args;
import org.jspecify.annotations.Nullable;

/// What a client has sent.
///
/// @param ack how to answer; null when the client wants no answer
/// @param dialect that has such an event; null when none has
record Sent(String name, Args args, @Nullable Ack ack, @Nullable Dialect dialect) {

  boolean isRelay() {
    return dialect != null && dialect.isRelay(name);
  }
}
