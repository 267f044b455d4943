package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/// The sockets that other nodes own: where a client's socket is looked for that is not here.
public interface Elsewhere {

  /// What a client wants to take up again.
  ///
  /// @param namespace it is in
  /// @param pid the secret it knows it by
  /// @param offset what it has of its events; empty when none
  /// @param handshake of its new connection
  /// @param channelName what carries the packets
  /// @param client where the owner's packets go
  record Claim(
      String namespace,
      String pid,
      String offset,
      Handshake handshake,
      String channelName,
      Client client) {}

  /// The client's connection, for the owner. May be called from any thread, in order.
  interface Client {

    /// The socket goes on here: told to the client with what it has missed, in order.
    ///
    /// @param id the socket's
    void resumed(String id);

    /// Sends an event.
    ///
    /// @param ackId negative when no answer is wanted
    /// @param offset null for none
    void event(String name, Args args, long ackId, @Nullable String offset);

    /// Sends an answer.
    void ack(long ackId, Args args);

    /// Sends the answer to an event that failed.
    ///
    /// @param args the failure as the client's dialect tells it
    void failure(long ackId, Args args, Failure failure);

    /// The server has put the client out of the namespace.
    void dismissed(boolean closeConnection);

    /// The socket goes on by another connection, or its owner is gone.
    void abandoned();

    /// The connection is to be closed.
    void close(CloseReason reason);
  }

  /// The owner, for the client's connection. On the connection's context.
  interface Owner {

    void event(String name, Args args, long ackId);

    void ack(long ackId, Args args);

    /// The client has left the namespace or lost its connection.
    void gone(CloseReason reason);
  }

  /// Looks for the socket. Completes with null when no node can give it back; otherwise the owner
  /// has taken it up, and its packets have begun to flow to the client, or will.
  Future<@Nullable Owner> find(Claim claim);
}
