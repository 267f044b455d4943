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

  /// What this codec keeps of a payload beside the packet; 0 when it keeps nothing. See
  /// `Vp8.parse`.
  public int parse(byte[] data, int at, int length) {
    return this == VP8 ? Vp8.parse(data, at, length) : 0;
  }

  /// Whether a receiver can start at this payload. Always, for audio.
  ///
  /// @param info what `parse` returned for it
  public boolean isKeyframe(byte[] data, int at, int length, int info) {
    return switch (this) {
      case OPUS -> true;
      case VP8 -> Vp8.isKeyframe(info);
      case H264 -> dev.parley.media.codec.H264.isKeyframe(data, at, length);
    };
  }
}
