package dev.parley.signaling.socketio;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/// What the application does with a socket that has joined. One handler may serve one socket, with
/// its state in fields, or all of them. All calls on the socket's context; what they throw is
/// counted, logged sparsely and changes nothing.
public interface SocketHandler {

  /// The client has been told that it joined. Its events are held, in order, until the future
  /// completes, however long that takes within the limits; emits and acknowledgements flow. A
  /// failed future disconnects the socket.
  default Future<Void> onConnected(Socket socket) {
    return Future.succeededFuture();
  }

  /// One event.
  ///
  /// @param ack how to answer; null when the client wants no answer
  void onEvent(Socket socket, String event, Args args, @Nullable Ack ack);

  /// The client has got what it was sent until a while ago; what was kept of that for it is
  /// dropped. On any thread.
  ///
  /// @param offset up to where, as `Socket.forget` takes it
  default void onDelivered(Socket socket, String offset) {}

  /// The connection is lost; the client may come back within the window and find the socket as it
  /// was. What is emitted meanwhile is kept for it. Called on the lost connection's context, so
  /// that it may come after an `onResumed`: ask the socket how it is.
  default void onSuspended(Socket socket, CloseReason reason) {}

  /// The client has come back by another connection, and has been sent what it missed. On that
  /// connection's context.
  default void onResumed(Socket socket) {}

  /// The socket has left. Called exactly once for each `onConnected`, last, also when its future
  /// has not completed; events that were held are gone.
  void onDisconnect(Socket socket, CloseReason reason);
}
