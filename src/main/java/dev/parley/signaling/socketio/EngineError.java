package dev.parley.signaling.socketio;

/// Why an Engine.IO request is refused: the codes, messages and statuses that clients know.
public enum EngineError {
  /// The transport is missing, unknown or switched off.
  TRANSPORT_UNKNOWN(0, "Transport unknown", 400),
  /// No session has this id (any more).
  SESSION_UNKNOWN(1, "Session ID unknown", 400),
  /// A session is opened by GET alone.
  BAD_METHOD(2, "Bad handshake method", 400),
  /// The request contradicts itself or its session.
  BAD_REQUEST(3, "Bad request", 400),
  /// The origin or the application's rule forbids it.
  FORBIDDEN(4, "Forbidden", 403),
  /// Not Engine.IO version 4.
  UNSUPPORTED_VERSION(5, "Unsupported protocol version", 400);

  private final int code;
  private final String message;
  private final int status;

  EngineError(int code, String message, int status) {
    this.code = code;
    this.message = message;
    this.status = status;
  }

  /// The number in the body.
  public int code() {
    return code;
  }

  /// The text in the body.
  public String message() {
    return message;
  }

  /// HTTP status code.
  public int status() {
    return status;
  }
}
