package dev.parley.media.codec;

/// The codecs a router forwards.
public enum Codec {
  OPUS("audio/opus"),
  VP8("video/VP8"),
  H264("video/H264");

  private final String mimeType;

  Codec(String mimeType) {
    this.mimeType = mimeType;
  }

  /// As written in capabilities, for example `video/VP8`; compared without case.
  public String mimeType() {
    return mimeType;
  }
}
