package dev.parley.media.rtp;

/// Walks the packets of a compound RTCP packet (RFC 3550 §6.1). Reusable, no allocation.
///
/// `start`, then `next` until false; `isMalformed` tells then whether the walk ended in the middle.
/// The accessors speak of the current packet. Reduced-size compounds (RFC 5506) are taken too.
public final class RtcpReader {

  private byte[] data = new byte[0];
  private int at;
  private int end;
  private int next;
  private int bodyEnd;
  private boolean malformed;

  /// Begins at `data[offset, offset + length)`.
  public void start(byte[] data, int offset, int length) {
    this.data = data;
    this.next = offset;
    this.end = offset + length;
    this.malformed = offset < 0 || length < 4 || offset + length > data.length;
  }

  /// Moves to the next packet; false at the end or where the rest is malformed.
  public boolean next() {
    if (malformed || next == end) {
      return false;
    }
    at = next;
    if (end - at < 4 || (data[at] & 0xc0) != 0x80) {
      malformed = true;
      return false;
    }
    int length = 4 * (Bytes.u16(data, at + 2) + 1);
    int padding = 0;
    if (length <= end - at && (data[at] & 0x20) != 0) {
      padding = data[at + length - 1] & 0xff;
      malformed = padding == 0 || padding > length - 4;
    }
    if (length > end - at || malformed) {
      malformed = true;
      return false;
    }
    next = at + length;
    bodyEnd = next - padding;
    return true;
  }

  /// Whether the walk met bytes that are no RTCP packet.
  public boolean isMalformed() {
    return malformed;
  }

  public int type() {
    return Bytes.u8(data, at + 1);
  }

  /// Reception report count, source count or feedback format.
  public int count() {
    return data[at] & 0x1f;
  }

  /// Bytes after the first four, without padding.
  public int bodyLength() {
    return bodyEnd - at - 4;
  }

  /// Whether the body has at least `bytes` bytes.
  public boolean has(int bytes) {
    return bodyLength() >= bytes;
  }

  /// Unsigned 8 bits at `index` of the body.
  public int u8(int index) {
    return Bytes.u8(data, at + 4 + index);
  }

  /// Unsigned 16 bits at `index` of the body.
  public int u16(int index) {
    return Bytes.u16(data, at + 4 + index);
  }

  /// 32 bits at `index` of the body.
  public int i32(int index) {
    return Bytes.i32(data, at + 4 + index);
  }

  /// Unsigned 32 bits at `index` of the body.
  public long u32(int index) {
    return Bytes.u32(data, at + 4 + index);
  }

  /// Index in the body of the first of the report blocks: after the sender's ssrc (RR) or the
  /// sender info (SR).
  public int reportBlocks() {
    return type() == Rtcp.SR ? 24 : 4;
  }

  /// Whole report blocks that are there, at most as many as the header says.
  public int reportCount() {
    return Math.clamp((bodyLength() - reportBlocks()) / Rtcp.REPORT_BLOCK, 0, count());
  }
}
