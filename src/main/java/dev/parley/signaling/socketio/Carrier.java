package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/// What a socket's packets travel by while its client is connected: a connection of this node, or
/// the way to the node that has it.
///
/// Sends are made in order, under the socket's lock, and must not wait.
public interface Carrier {

  /// The request that opened the client's connection.
  Handshake handshake();

  /// The name of what moves the packets now.
  String channelName();

  /// The event-loop context on which what the client sends is handed over.
  Context context();

  /// Whether `send…` may be called by the current thread. Otherwise `post` must be used.
  boolean isHere();

  /// Runs `write` where `send…` may be called; what is posted runs in order.
  void post(Runnable write);

  /// Whether the client's connection is open, as far as is known.
  boolean isOpen();

  /// Whether what is sent now leaves at once.
  boolean isWritable();

  /// Sends an event.
  ///
  /// @param ackId what the client's answer must carry; negative when it need not answer
  /// @param offset to tell the client with it; null for none
  void sendEvent(Encoded event, long ackId, @Nullable String offset);

  /// Asks the client for a sign that it has got what was sent, if that can be asked.
  default void probe() {}

  /// Sends the answer to an event of the client.
  void sendAck(String namespace, long ackId, Args args);

  /// Sends the answer to an event of the client that failed.
  ///
  /// @param args the failure as the client's dialect tells it
  void sendFailure(String namespace, long ackId, Args args, Failure failure);

  /// Tells the client that its socket goes on: it was recovered.
  ///
  /// @param pid the secret it knows the socket by
  void sendResumed(Socket socket, String pid);

  /// Tells the client that it is out of the namespace, and forgets the socket.
  ///
  /// @param closeConnection whether the connection ends as well, with all its sockets
  void dismiss(Socket socket, boolean closeConnection);

  /// Forgets the socket, which another carrier has taken, and closes the connection if it had no
  /// other.
  void abandon(Socket socket);

  /// Closes the connection under the socket and all others on it.
  void close(CloseReason reason);
}
