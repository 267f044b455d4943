package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Refuses a connection to a namespace: the client sees `connect_error` with this message and data.
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable JsonNode data;

  public Refusal(String message, @Nullable JsonNode data) {
    super(message, null, false, false);
    this.data = data;
  }

  @Nullable JsonNode data() {
    return data;
  }
}
