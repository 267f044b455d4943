package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// What a session answers to a poll or a post.
///
/// @param error why the request is refused; null when it is not
/// @param body bytes of the answer to a request that is not refused; not to be changed
public record Answer(@Nullable EngineError error, Buffer body) {

  private static final Buffer NOTHING = Buffer.buffer();
  private static final Answer TAKEN = new Answer(null, Buffer.buffer("ok"));

  /// Packets for a poll.
  public static Answer of(Buffer payload) {
    return new Answer(null, payload);
  }

  /// What a post brought has been handled.
  public static Answer taken() {
    return TAKEN;
  }

  /// The request is refused.
  public static Answer refused(EngineError error) {
    return new Answer(error, NOTHING);
  }
}
