package dev.parley.media.codec;

import dev.parley.media.rtp.Bytes;

/// What the forwarder must know of H.264 payloads (RFC 6184): where a keyframe begins.
public final class H264 {

  private static final int IDR = 5;
  private static final int SPS = 7;
  private static final int STAP_A = 24;
  private static final int FU_A = 28;

  private H264() {}

  /// Whether a decoder can start at this payload: it holds a sequence parameter set or the start of
  /// an IDR slice, alone (§5.6), in an aggregate (STAP-A, §5.7.1) or as the first fragment (FU-A,
  /// §5.8).
  public static boolean isKeyframe(byte[] data, int at, int length) {
    if (length < 2) {
      return false;
    }
    int type = data[at] & 0x1f;
    return switch (type) {
      case IDR, SPS -> true;
      case STAP_A -> aggregateHasKeyframe(data, at + 1, at + length);
      case FU_A -> data[at + 1] < 0 && startsDecoding(data[at + 1] & 0x1f);
      default -> false;
    };
  }

  private static boolean aggregateHasKeyframe(byte[] data, int from, int end) {
    int at = from;
    while (at + 3 <= end) {
      int size = Bytes.u16(data, at);
      if (size == 0 || at + 2 + size > end) {
        return false;
      }
      if (startsDecoding(data[at + 2] & 0x1f)) {
        return true;
      }
      at += 2 + size;
    }
    return false;
  }

  private static boolean startsDecoding(int nalType) {
    return nalType == IDR || nalType == SPS;
  }
}
