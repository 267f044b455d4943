package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/// The requests of one client reach its session by this, wherever the session lives: the edge that
/// terminates HTTP and WebSocket knows nothing else of a session.
///
/// Called on the event loop of a request. What is called back may be called on any thread, and at
/// most once.
public interface SessionPort {

  /// What a request asks for, in so far as a session has an opinion on it.
  ///
  /// @param transport the name in the query
  /// @param version the number in the query; empty when there is none
  /// @param isBinary whether the body claims to be bytes, which no client of version 4 sends
  record Head(Method method, String transport, String version, boolean isBinary) {}

  /// How a request is made.
  enum Method {
    /// A poll: wants packets.
    GET,
    /// Brings packets.
    POST,
    /// Neither.
    OTHER
  }

  /// One request under way.
  interface Exchange {

    /// The body is complete; for posts only.
    void body(Buffer bytes);

    /// The client has gone, or its body broke off: whoever does so loses the session. No answer is
    /// waited for any more.
    void abort();

    /// The edge has answered by itself; the session goes on.
    void release();
  }

  /// The right to bring a WebSocket. Exactly one of its methods is called, once.
  interface Upgrade {

    /// The WebSocket is there.
    ///
    /// @param channel leads to the client
    /// @return who is told what the client says
    Receiver open(Channel channel);

    /// It did not come to be.
    void cancel();
  }

  /// Hands over a request. A poll waits for its answer until there are packets, a post until its
  /// body has been handled.
  Exchange request(Head head, Consumer<Answer> answer);

  /// Asks whether a WebSocket may be brought for the session.
  void upgrade(Head head, Consumer<EngineError> refused, Consumer<Upgrade> granted);
}
