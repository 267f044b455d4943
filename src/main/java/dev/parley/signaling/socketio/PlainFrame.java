package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import org.jspecify.annotations.Nullable;

/// One frame as it goes to a plain client: the text of an object. Immutable; one frame may be sent
/// to many.
///
/// @param bytes length of the text in UTF-8
record PlainFrame(String text, int bytes) {

  private static PlainFrame of(StringBuilder json) {
    String text = json.toString();
    return new PlainFrame(text, EnginePacket.utf8Length(text));
  }

  private static StringBuilder begin(String event) {
    return new StringBuilder(128).append("{\"event\":").append(JsonText.quote(event));
  }

  /// The client has joined. The frame has the name of what it answers, which no dialect uses.
  ///
  /// @param pid null for none
  static PlainFrame joined(String id, @Nullable String pid, boolean isRecovered) {
    StringBuilder json = begin("connect").append(",\"data\":{\"sid\":\"").append(id);
    if (pid != null) {
      json.append("\",\"pid\":\"").append(pid);
    }
    return of(json.append("\",\"recovered\":").append(isRecovered).append("}}"));
  }

  /// The client may not join.
  static PlainFrame refused(String message, @Nullable JsonNode data) {
    StringBuilder json =
        begin("connect_error").append(",\"data\":{\"message\":").append(JsonText.quote(message));
    if (data != null) {
      json.append(",\"data\":").append(JsonText.write(data));
    }
    return of(json.append("}}"));
  }

  /// The client is out, and the connection will be closed.
  static PlainFrame dismissed() {
    return of(begin("disconnect").append('}'));
  }

  /// The client has sent what is no frame, or not now; the connection will be closed.
  static PlainFrame breach(Failure.Code code, String message) {
    StringBuilder json = begin("error").append(",\"data\":");
    return of(failure(json, new Failure(code, message)).append('}'));
  }

  /// An event, without what differs between its receivers.
  static PlainFrame event(String event, Args args) {
    return of(arguments(begin(event), args).append('}'));
  }

  /// The same frame with an id to answer with and an offset.
  ///
  /// @param id negative for none
  /// @param offset null for none; it needs no escapes
  PlainFrame with(long id, @Nullable String offset) {
    if (id < 0 && offset == null) {
      return this;
    }
    StringBuilder json = new StringBuilder(text.length() + 64).append(text, 0, text.length() - 1);
    if (id >= 0) {
      json.append(",\"id\":").append(id);
    }
    if (offset != null) {
      json.append(",\"offset\":\"").append(offset).append('"');
    }
    json.append('}');
    return new PlainFrame(json.toString(), bytes + json.length() - text.length());
  }

  /// The answer to an event of the client.
  static PlainFrame answer(long id, Args args) {
    return of(arguments(new StringBuilder(128).append("{\"id\":").append(id), args).append('}'));
  }

  /// The answer to an event of the client that failed.
  static PlainFrame failure(long id, Failure failure) {
    StringBuilder json = new StringBuilder(128).append("{\"id\":").append(id).append(",\"error\":");
    return of(failure(json, failure).append('}'));
  }

  /// The answer to a ping.
  ///
  /// @param id negative when it asked for none
  static PlainFrame pong(long id) {
    return id < 0 ? of(begin("pong").append('}')) : answer(id, Args.none());
  }

  private static StringBuilder failure(StringBuilder json, Failure failure) {
    json.append("{\"code\":\"")
        .append(failure.code().name())
        .append("\",\"message\":")
        .append(JsonText.quote(failure.text()));
    if (failure.retryAfterMs() > 0) {
      json.append(",\"retryAfterMs\":").append(failure.retryAfterMs());
    }
    return json.append('}');
  }

  private static StringBuilder arguments(StringBuilder json, Args args) {
    int size = args.size();
    if (size > 0) {
      json.append(",\"data\":").append(argument(args, 0));
    }
    if (size > 1) {
      json.append(",\"args\":[");
      for (int i = 1; i < size; i++) {
        json.append(i == 1 ? "" : ",").append(argument(args, i));
      }
      json.append(']');
    }
    return json;
  }

  /// Binary values are written as text in base64 (RFC 4648 §4), as frames carry none.
  private static String argument(Args args, int index) {
    return args.attachments().isEmpty() ? args.json(index) : JsonText.write(args.node(index));
  }
}
