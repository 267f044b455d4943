package dev.parley.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Kind of a track, as mediasoup names it on the wire.
public enum MediaKind {
  @JsonProperty("audio")
  AUDIO,
  @JsonProperty("video")
  VIDEO;

  /// The word used on the wire: `audio` or `video`.
  public String wireName() {
    return this == AUDIO ? "audio" : "video";
  }
}
