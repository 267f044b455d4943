package dev.parley.signaling.socketio;

import io.vertx.core.Future;

/// The application's side of one namespace: it decides who joins.
@FunctionalInterface
public interface Namespace {

  /// Decides whether `socket` may join, by `socket.auth()` and `socket.handshake()`, and who
  /// handles it. Called on the socket's context; the future may complete later and on any thread.
  ///
  /// A failure refuses: `ConnectRefused` with its message and data, a `Failure` with its text and
  /// its code as data, anything else without telling more than that it failed. Nothing may be kept
  /// of the socket here, since a client that goes away meanwhile is dropped without a word;
  /// `SocketHandler.onConnected` is the place for that.
  Future<? extends SocketHandler> connect(Socket socket);
}
