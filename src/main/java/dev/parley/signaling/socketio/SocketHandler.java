package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The application behind a namespace. All calls come on the event loop of the socket's session, so
/// none may wait.
public interface SocketHandler {

  /// Decides whether a client may connect. A failed future refuses it with that message, and with
  /// the data of a `Refusal`.
  default Future<?> admit(String namespace, Handshake handshake) {
    return Future.succeededFuture();
  }

  /// A socket has connected: its CONNECT is on the way.
  void onConnect(Socket socket);

  /// A client sent an event.
  ///
  /// @param arguments without the name
  /// @param ack present when the client waits for one
  void onEvent(Socket socket, String name, List<JsonNode> arguments, @Nullable Ack ack);

  /// A socket is gone; called once, after the last event.
  void onDisconnect(Socket socket, CloseReason reason);
}
