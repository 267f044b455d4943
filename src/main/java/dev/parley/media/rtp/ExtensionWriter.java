package dev.parley.media.rtp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the header extension block of one consumer's packets: its own MID, a fresh send time and
/// transport-wide sequence number, and what is copied from the sender's packet. RID, repaired RID
/// and transmission offset are not forwarded: they speak of the sender's hop.
///
/// The one-byte form is used unless an id above 14 or a MID above 16 bytes needs the two-byte form
/// (RFC 8285 §4).
public final class ExtensionWriter {

  /// Longest MID that is written; a longer one is left out.
  public static final int MAX_MID = 64;

  private final ExtensionIds ids;
  private final byte[] mid;
  private final boolean twoByte;
  private final boolean transportCc;

  /// @param ids under which this receiver expects the extensions
  /// @param mid value of the MID extension, null for none
  /// @param transportCc whether packets carry a transport-wide sequence number
  public ExtensionWriter(ExtensionIds ids, @Nullable String mid, boolean transportCc) {
    this.ids = ids;
    byte[] encoded =
        mid == null || ids.mid() == 0 ? new byte[0] : mid.getBytes(StandardCharsets.UTF_8);
    this.mid = encoded.length > MAX_MID ? new byte[0] : encoded;
    this.transportCc = transportCc && ids.transportCc() > 0;
    this.twoByte = highestId(ids) > 14 || this.mid.length > 16;
  }

  private static int highestId(ExtensionIds ids) {
    int highest = Math.max(ids.mid(), Math.max(ids.absSendTime(), ids.transportCc()));
    highest = Math.max(highest, Math.max(ids.audioLevel(), ids.videoOrientation()));
    return Math.max(highest, Math.max(ids.absCaptureTime(), ids.playoutDelay()));
  }

  /// Whether packets take a transport-wide sequence number.
  public boolean usesTransportCc() {
    return transportCc;
  }

  /// Most bytes a block takes.
  public int maxLength() {
    return 4 + 2 * 7 + mid.length + 3 + 2 + 1 + 1 + 3 + 16 + 3;
  }

  /// Writes the block at `out[at]` and returns the index after it: `at` when there is nothing to
  /// write, and no extension bit is to be set then.
  ///
  /// @param packet whose extension values are copied
  /// @param transportSeq number of this packet on its transport
  public int write(CachedPacket packet, byte[] out, int at, int transportSeq, long nowNs) {
    int end = at + 4;
    if (mid.length > 0) {
      end = head(out, end, ids.mid(), mid.length);
      System.arraycopy(mid, 0, out, end, mid.length);
      end += mid.length;
    }
    if (ids.absSendTime() > 0) {
      end = head(out, end, ids.absSendTime(), 3);
      Bytes.put24(out, end, absSendTime(nowNs));
      end += 3;
    }
    if (transportCc) {
      end = head(out, end, ids.transportCc(), 2);
      Bytes.put16(out, end, transportSeq);
      end += 2;
    }
    int prefix = packet.prefix();
    end = copy(packet, CachedPacket.AUDIO_LEVEL, ids.audioLevel(), prefix, 1, out, end);
    end = copy(packet, CachedPacket.ORIENTATION, ids.videoOrientation(), prefix + 1, 1, out, end);
    end = copy(packet, CachedPacket.PLAYOUT_DELAY, ids.playoutDelay(), prefix + 2, 3, out, end);
    if ((packet.flags & CachedPacket.CAPTURE_TIME) != 0) {
      int length = packet.data[prefix + 5];
      end =
          copy(
              packet,
              CachedPacket.CAPTURE_TIME,
              ids.absCaptureTime(),
              prefix + 6,
              length,
              out,
              end);
    }
    if (end == at + 4) {
      return at;
    }
    while (((end - at) & 3) != 0) {
      out[end++] = 0;
    }
    Bytes.put16(out, at, twoByte ? HeaderExtensions.TWO_BYTE : HeaderExtensions.ONE_BYTE);
    Bytes.put16(out, at + 2, (end - at - 4) >> 2);
    return end;
  }

  private int head(byte[] out, int at, int id, int length) {
    if (twoByte) {
      out[at] = (byte) id;
      out[at + 1] = (byte) length;
      return at + 2;
    }
    out[at] = (byte) ((id << 4) | (length - 1));
    return at + 1;
  }

  private int copy(
      CachedPacket packet, int flag, int id, int from, int length, byte[] out, int at) {
    if (id == 0 || (packet.flags & flag) == 0) {
      return at;
    }
    int value = head(out, at, id, length);
    System.arraycopy(packet.data, from, out, value, length);
    return value + length;
  }

  /// 24 bits: seconds with 18 fractional bits, of any clock that runs evenly.
  static int absSendTime(long nowNs) {
    long seconds = Math.floorDiv(nowNs, 1_000_000_000L);
    long fraction = Math.floorMod(nowNs, 1_000_000_000L);
    return (int) ((seconds << 18) + (fraction << 18) / 1_000_000_000L) & 0xff_ffff;
  }
}
