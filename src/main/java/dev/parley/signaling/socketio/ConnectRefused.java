package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Why a client may not join a namespace. It sees the message and the data in its `connect_error`
/// event.
public final class ConnectRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String text;
  private final transient @Nullable JsonNode data;

  /// Without data.
  public ConnectRefused(String message) {
    this(message, null);
  }

  /// With data for the client's program.
  public ConnectRefused(String message, @Nullable JsonNode data) {
    super(message, null, false, false);
    this.text = message;
    this.data = data;
  }

  /// The message, never null (unlike `getMessage`).
  public String text() {
    return text;
  }

  /// Data for the client's program.
  public @Nullable JsonNode data() {
    return data;
  }
}
