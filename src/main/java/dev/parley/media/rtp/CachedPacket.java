package dev.parley.media.rtp;

/// A view of one packet in a `SendCache`: its payload, and those header values that are forwarded.
/// Reusable: `SendCache.load` moves it. It must be read before the cache takes the next packet.
///
/// Before the payload the cache keeps `PREFIX` bytes with the extension values, in one fixed layout
/// whatever the sender's form and ids were:
///
/// | byte | value |
/// |---|---|
/// | 0 | audio level (RFC 6464) |
/// | 1 | video orientation |
/// | 2–4 | playout delay |
/// | 5 | length of the capture time: 8 or 16 |
/// | 6–21 | absolute capture time |
public final class CachedPacket {

  static final int PREFIX = 22;

  static final int MARKER = 1;
  static final int KEYFRAME = 1 << 1;
  static final int AUDIO_LEVEL = 1 << 2;
  static final int ORIENTATION = 1 << 3;
  static final int PLAYOUT_DELAY = 1 << 4;
  static final int CAPTURE_TIME = 1 << 5;

  byte[] data = new byte[0];
  int payloadOffset;
  int payloadLength;
  int timestamp;
  int flags;
  int codecInfo;
  long extSeq;
  long arrivalNs;

  public byte[] data() {
    return data;
  }

  public int payloadOffset() {
    return payloadOffset;
  }

  /// 0 for a packet that was only padding.
  public int payloadLength() {
    return payloadLength;
  }

  /// Index of the prefix.
  int prefix() {
    return payloadOffset - PREFIX;
  }

  public int timestamp() {
    return timestamp;
  }

  public boolean marker() {
    return (flags & MARKER) != 0;
  }

  /// Whether a receiver can start here.
  public boolean keyframe() {
    return (flags & KEYFRAME) != 0;
  }

  /// What the codec knows of the payload; its own packing.
  public int codecInfo() {
    return codecInfo;
  }

  public long extSeq() {
    return extSeq;
  }

  public long arrivalNs() {
    return arrivalNs;
  }
}
