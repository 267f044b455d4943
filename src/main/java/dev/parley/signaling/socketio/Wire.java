package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/// One client's connection as its `Seats` see it: how it puts into frames what a socket has to say.
/// There are two, Socket.IO's and the plain one. On the connection's context only.
interface Wire {

  /// The request that opened the connection.
  Handshake handshake();

  /// The name of what moves the frames now.
  String channelName();

  /// The event-loop context the connection lives on.
  Context context();

  /// Whether frames still flow. Any thread; may be outdated when it is read.
  boolean isOpen();

  /// Whether a frame sent now would leave at once.
  boolean isWritable();

  /// The client has joined.
  ///
  /// @param pid the secret by which it takes the socket up again; null when it cannot
  /// @param isRecovered whether it goes on with the socket that it had
  void writeJoined(String namespace, String id, @Nullable String pid, boolean isRecovered);

  /// The client may not join.
  void writeRefused(String namespace, String message, @Nullable JsonNode data);

  /// The server has put the client out of a namespace that it was in.
  void writeDismissed(String namespace);

  /// @param ackId what the client's answer must carry; negative when it need not answer
  /// @param offset to tell the client with it; null for none
  void writeEvent(Encoded event, long ackId, @Nullable String offset);

  /// The answer to an event of the client.
  void writeAck(String namespace, long ackId, Args args);

  /// The answer to an event of the client that failed.
  ///
  /// @param args the failure as the client's dialect tells it
  void writeFailure(String namespace, long ackId, Args args, Failure failure);

  /// Asks the client for a sign of life, which also tells what has arrived.
  default void probe() {}

  /// The client has broken a rule, and loses its connection.
  ///
  /// @param why the rule
  void breach(String why);

  /// Closes the connection after what was written before has left.
  void close(CloseReason reason);
}
