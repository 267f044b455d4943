package dev.parley.signaling.socketio;

/// Why a session or a socket ended. The labels are those that Socket.IO applications know, and fit
/// as metric labels.
public enum CloseReason {
  /// The client closed the connection, or it went away.
  TRANSPORT_CLOSE("transport close", 1000),
  /// The client's page was closed or went elsewhere (RFC 6455 §7.4.1, status 1001): nobody comes
  /// back.
  PAGE_GONE("page gone", 1000),
  /// The connection failed: it was reset, or a WebSocket frame was too large or malformed.
  TRANSPORT_ERROR("transport error", 1009),
  /// No pong came within the ping timeout.
  PING_TIMEOUT("ping timeout", 1000),
  /// The client broke the grammar or a state rule of either protocol.
  PARSE_ERROR("parse error", 1002),
  /// The server closed the connection.
  FORCED_CLOSE("forced close", 1000),
  /// The client joined no namespace in time.
  CONNECT_TIMEOUT("connect timeout", 1000),
  /// The client read too slowly: its outbound queue was full.
  SLOW_READER("slow reader", 1008),
  /// The client sent more, before it was let in, than is held for it, or went on to send when it
  /// was told that it sends too much.
  FLOOD("flood", 1008),
  /// The server is going down; the client comes back to another node.
  SERVER_SHUTTING_DOWN("server shutting down", 1001),
  /// The client left the namespace; its connection may live on.
  CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect", 1000),
  /// The server took the socket out of the namespace; its connection may live on.
  SERVER_NAMESPACE_DISCONNECT("server namespace disconnect", 1000);

  private final String label;
  private final short webSocketCode;

  CloseReason(String label, int webSocketCode) {
    this.label = label;
    this.webSocketCode = (short) webSocketCode;
  }

  /// The reason in Socket.IO's words.
  public String label() {
    return label;
  }

  /// Whether the client may come back and take its sockets up again: it did not mean to leave, and
  /// did nothing wrong.
  public boolean isRecoverable() {
    return switch (this) {
      case TRANSPORT_CLOSE,
          TRANSPORT_ERROR,
          PING_TIMEOUT,
          FORCED_CLOSE,
          SLOW_READER,
          SERVER_SHUTTING_DOWN ->
          true;
      case PARSE_ERROR,
          PAGE_GONE,
          CONNECT_TIMEOUT,
          FLOOD,
          CLIENT_NAMESPACE_DISCONNECT,
          SERVER_NAMESPACE_DISCONNECT ->
          false;
    };
  }

  /// The status a WebSocket is closed with for this reason (RFC 6455 §7.4.1).
  short webSocketCode() {
    return webSocketCode;
  }
}
