package dev.parley.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What a participant may do in a room.
public enum Role {
  @JsonProperty("host")
  HOST,
  @JsonProperty("co_host")
  CO_HOST,
  @JsonProperty("participant")
  PARTICIPANT;

  /// The word used on the wire and in Redis.
  public String wireName() {
    return switch (this) {
      case HOST -> "host";
      case CO_HOST -> "co_host";
      case PARTICIPANT -> "participant";
    };
  }
}
