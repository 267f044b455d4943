package dev.parley.bridge.daily;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// An error that Daily answers: `{"error": code, "info": text}`.
final class StandInRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String info;

  StandInRefusal(int status, String code, String info) {
    super(code + ": " + info);
    this.status = status;
    this.code = code;
    this.info = info;
  }

  static StandInRefusal invalid(String info) {
    return new StandInRefusal(400, "invalid-request-error", info);
  }

  static StandInRefusal notFound(String info) {
    return new StandInRefusal(404, "not-found", info);
  }

  int status() {
    return status;
  }

  ObjectNode body() {
    return JsonNodeFactory.instance.objectNode().put("error", code).put("info", info);
  }
}
