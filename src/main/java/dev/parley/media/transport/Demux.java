package dev.parley.media.transport;

/// What a datagram is, told by its first bytes (RFC 7983 §7, RFC 5761 §4).
enum Demux {
  /// First byte 0 to 3.
  STUN,
  /// First byte 20 to 63.
  DTLS,
  /// First byte 128 to 191, second byte outside 192 to 223.
  RTP,
  /// First byte 128 to 191, second byte 192 to 223.
  RTCP,
  /// Anything else: ZRTP, TURN channels, garbage.
  OTHER;

  private static final int HEADER = 2;

  /// Total over every datagram, also an empty one.
  static Demux of(byte[] data, int length) {
    if (length < HEADER) {
      return OTHER;
    }
    int first = data[0] & 0xff;
    if (first < 4) {
      return STUN;
    }
    if (first >= 20 && first < 64) {
      return DTLS;
    }
    if (first >= 128 && first < 192) {
      int second = data[1] & 0xff;
      return second >= 192 && second < 224 ? RTCP : RTP;
    }
    return OTHER;
  }
}
