package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;

/// What uses one Engine.IO session. All calls on the session's context.
public interface EngineHandler {

  /// One text message of the client.
  void onText(String message);

  /// One binary message of the client.
  void onBinary(Buffer message);

  /// A ping follows all that was sent so far, and nothing waits.
  default void onPing() {}

  /// The client has answered the last ping: it has all that was sent before.
  default void onPong() {}

  /// The session has ended. Called once, last, and never from within a call of the session.
  void onClose(CloseReason reason);
}
