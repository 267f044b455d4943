package dev.parley.media.rtp;

/// A view of one RTP packet in a byte array (RFC 3550 §5.1). Reusable: `parse` moves it to another
/// packet. All indices are into the array given there.
///
/// | bytes | content |
/// |---|---|
/// | 0 | version 2, padding, extension, CSRC count |
/// | 1 | marker, payload type |
/// | 2–3 | sequence number |
/// | 4–7 | timestamp |
/// | 8–11 | ssrc |
/// | then | CSRCs, header extension, payload, padding |
public final class RtpPacket {

  /// Bytes of a header without CSRCs and extension.
  public static final int HEADER = 12;

  private byte[] data = new byte[HEADER];
  private int offset;
  private int length;
  private int payloadOffset;
  private int payloadLength;
  private int paddingLength;
  private final HeaderExtensions extensions = new HeaderExtensions();

  /// Moves the view to `data[offset, offset + length)`. False when that is no well-formed RTP
  /// packet; the view must not be read then.
  public boolean parse(byte[] data, int offset, int length) {
    if (length < HEADER || offset < 0 || offset + length > data.length) {
      return false;
    }
    int first = data[offset];
    if ((first & 0xc0) != 0x80) {
      return false;
    }
    int end = offset + length;
    int at = offset + HEADER + 4 * (first & 0x0f);
    if ((first & 0x10) != 0) {
      if (at + 4 > end) {
        return false;
      }
      int profile = Bytes.u16(data, at);
      int from = at + 4;
      at = from + 4 * Bytes.u16(data, at + 2);
      if (at > end) {
        return false;
      }
      extensions.index(data, profile, from, at);
    } else {
      extensions.clear();
    }
    if (at > end) {
      return false;
    }
    int padding = 0;
    if ((first & 0x20) != 0) {
      padding = at < end ? data[end - 1] & 0xff : 0;
      if (padding == 0 || padding > end - at) {
        return false;
      }
    }
    this.data = data;
    this.offset = offset;
    this.length = length;
    this.payloadOffset = at;
    this.payloadLength = end - at - padding;
    this.paddingLength = padding;
    return true;
  }

  public byte[] data() {
    return data;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public boolean marker() {
    return data[offset + 1] < 0;
  }

  public int payloadType() {
    return data[offset + 1] & 0x7f;
  }

  public int seq() {
    return Bytes.u16(data, offset + 2);
  }

  /// RTP timestamp; 32 bits, to be compared by difference.
  public int timestamp() {
    return Bytes.i32(data, offset + 4);
  }

  public long ssrc() {
    return Bytes.u32(data, offset + 8);
  }

  /// Index of the first payload byte.
  public int payloadOffset() {
    return payloadOffset;
  }

  /// Payload bytes, without padding.
  public int payloadLength() {
    return payloadLength;
  }

  /// Padding bytes, the count at the end included.
  public int paddingLength() {
    return paddingLength;
  }

  /// Its header extension elements.
  public HeaderExtensions extensions() {
    return extensions;
  }
}
