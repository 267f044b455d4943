package dev.parley.media.codec;

import dev.parley.media.rtp.Bytes;

/// The VP8 payload descriptor (RFC 7741 §4.2), packed into an `int` so that it can be kept beside a
/// packet, and rewritten in a copy of it.
///
/// | bits | meaning |
/// |---|---|
/// | 0–14 | picture id |
/// | 15 | the picture id has 15 bits, else 7 |
/// | 16 | there is a picture id |
/// | 17 | there is a TL0PICIDX |
/// | 18–25 | TL0PICIDX |
/// | 26–27 | temporal layer |
/// | 28 | layer sync |
/// | 29 | first packet of a keyframe |
public final class Vp8 {

  /// Not a VP8 payload.
  public static final int MALFORMED = -1;

  private static final int LONG_ID = 1 << 15;
  private static final int HAS_ID = 1 << 16;
  private static final int HAS_TL0 = 1 << 17;
  private static final int LAYER_SYNC = 1 << 28;
  private static final int KEYFRAME = 1 << 29;

  private Vp8() {}

  /// Reads the descriptor of the payload in `data[at, at + length)`; `MALFORMED` when it ends
  /// within it or right after it.
  public static int parse(byte[] data, int at, int length) {
    int end = at + length;
    if (length < 2) {
      return MALFORMED;
    }
    int first = data[at];
    int next = at + 1;
    int info = 0;
    if ((first & 0x80) != 0) {
      int present = data[next++];
      if ((present & 0x80) != 0) {
        if (next + 2 > end) {
          return MALFORMED;
        }
        boolean wide = data[next] < 0;
        info |= HAS_ID | (wide ? LONG_ID | (Bytes.u16(data, next) & 0x7fff) : data[next]);
        next += wide ? 2 : 1;
      }
      boolean tl0 = (present & 0x40) != 0;
      if (tl0) {
        if (next >= end) {
          return MALFORMED;
        }
        info |= HAS_TL0 | (Bytes.u8(data, next++) << 18);
      }
      if ((present & 0x30) != 0) {
        if (next >= end) {
          return MALFORMED;
        }
        if ((present & 0x20) != 0) {
          info |= (Bytes.u8(data, next) >>> 6) << 26;
          info |= (data[next] & 0x20) != 0 ? LAYER_SYNC : 0;
        }
        next++;
      }
    }
    if (next >= end) {
      return MALFORMED;
    }
    // The frame's own header begins with partition 0; its P bit is 0 in a keyframe (§4.3).
    boolean startOfFrame = (first & 0x17) == 0x10;
    if (startOfFrame && (data[next] & 1) == 0) {
      info |= KEYFRAME;
    }
    return info;
  }

  /// Whether this is the first packet of a keyframe.
  public static boolean isKeyframe(int info) {
    return info != MALFORMED && (info & KEYFRAME) != 0;
  }

  public static boolean hasPictureId(int info) {
    return (info & HAS_ID) != 0;
  }

  /// The picture id, of 15 or 7 bits.
  public static int pictureId(int info) {
    return info & 0x7fff;
  }

  public static boolean hasTl0PicIdx(int info) {
    return (info & HAS_TL0) != 0;
  }

  /// The running number of base layer frames, 8 bits.
  public static int tl0PicIdx(int info) {
    return (info >>> 18) & 0xff;
  }

  /// The temporal layer, 0 to 3.
  public static int temporalLayer(int info) {
    return (info >>> 26) & 3;
  }

  /// Whether a receiver may start with this temporal layer here.
  public static boolean isLayerSync(int info) {
    return (info & LAYER_SYNC) != 0;
  }

  /// Writes another picture id and TL0PICIDX into a copy of the payload this info was read from.
  /// What the descriptor does not hold is not added; a 7-bit id keeps the low 7 bits.
  public static void rewrite(byte[] data, int at, int info, int pictureId, int tl0PicIdx) {
    int next = at + 2;
    if ((info & HAS_ID) != 0) {
      if ((info & LONG_ID) != 0) {
        Bytes.put16(data, next, 0x8000 | pictureId);
        next += 2;
      } else {
        data[next++] = (byte) (pictureId & 0x7f);
      }
    }
    if ((info & HAS_TL0) != 0) {
      data[next] = (byte) tl0PicIdx;
    }
  }
}
