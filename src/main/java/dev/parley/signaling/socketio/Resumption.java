package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// What a client says of the socket that it wants to take up again.
///
/// @param pid the secret it knows it by
/// @param offset the last one it was told; empty when it was told none
record Resumption(String pid, String offset) {

  private static final int MAX_PID = 64;

  /// Reads a CONNECT's payload; null when the client wants a new socket.
  static @Nullable Resumption of(@Nullable String auth) {
    // Most clients come for the first time: they are not worth a tree.
    if (auth == null || !auth.contains("\"pid\"")) {
      return null;
    }
    JsonNode payload = JsonText.parse(auth);
    JsonNode pid = payload.path("pid");
    if (!pid.isTextual() || pid.textValue().isEmpty() || pid.textValue().length() > MAX_PID) {
      return null;
    }
    JsonNode offset = payload.path("offset");
    // Anything else than a text or nothing is no offset of ours, nor is `?`.
    String told = offset.isTextual() ? offset.textValue() : offset.isMissingNode() ? "" : "?";
    return new Resumption(pid.textValue(), told);
  }

  /// The offset; null when it is none that was ever told.
  @Nullable Offset parsedOffset() {
    return offset.isEmpty() ? Offset.start() : Offset.parse(offset);
  }
}
