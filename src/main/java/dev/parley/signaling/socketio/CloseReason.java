package dev.parley.signaling.socketio;

/// Why a session or a socket ended, in the words of Socket.IO.
public enum CloseReason {
  /// The client closed the connection, or the network did.
  TRANSPORT_CLOSE("transport close"),
  /// The connection broke.
  TRANSPORT_ERROR("transport error"),
  /// No answer to a ping.
  PING_TIMEOUT("ping timeout"),
  /// The client broke the protocol.
  PARSE_ERROR("parse error"),
  /// The server closed the session, among others because no namespace was joined in time.
  FORCED_CLOSE("forced close"),
  /// The client did not read what it was sent.
  SLOW_CLIENT("slow client"),
  /// The server ends.
  SERVER_SHUTDOWN("server shutting down"),
  /// The server disconnected this socket; the session may go on.
  SERVER_DISCONNECT("server namespace disconnect"),
  /// The client left this namespace; the session may go on.
  CLIENT_DISCONNECT("client namespace disconnect");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
