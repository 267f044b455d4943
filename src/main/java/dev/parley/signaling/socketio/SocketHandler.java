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

  /// The socket has left. Called exactly once for each `onConnected`, last, also when its future
  /// has not completed; events that were held are gone.
  void onDisconnect(Socket socket, CloseReason reason);
}
