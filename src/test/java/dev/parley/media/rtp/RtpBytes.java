package dev.parley.media.rtp;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/// Builds RTP packets for tests, byte by byte and independent of the code under test.
public final class RtpBytes {

  private int payloadType = 96;
  private int seq;
  private int timestamp;
  private long ssrc = 1;
  private boolean marker;
  private int csrcs;
  private int padding;
  private int profile = 0xbede;
  private byte[] payload = new byte[0];
  private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

  public static RtpBytes packet(long ssrc, int payloadType, int seq, int timestamp) {
    RtpBytes bytes = new RtpBytes();
    bytes.ssrc = ssrc;
    bytes.payloadType = payloadType;
    bytes.seq = seq;
    bytes.timestamp = timestamp;
    return bytes;
  }

  public RtpBytes marker() {
    marker = true;
    return this;
  }

  public RtpBytes csrcs(int count) {
    csrcs = count;
    return this;
  }

  public RtpBytes padding(int count) {
    padding = count;
    return this;
  }

  public RtpBytes payload(byte... payload) {
    this.payload = payload;
    return this;
  }

  public RtpBytes payload(String hex) {
    return payload(hex(hex));
  }

  public RtpBytes twoByteForm() {
    profile = 0x1000;
    return this;
  }

  public RtpBytes extension(int id, byte... value) {
    if (profile == 0xbede) {
      extensions.write((id << 4) | (value.length - 1));
    } else {
      extensions.write(id);
      extensions.write(value.length);
    }
    extensions.writeBytes(value);
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean extended = extensions.size() > 0;
    out.write(0x80 | (padding > 0 ? 0x20 : 0) | (extended ? 0x10 : 0) | csrcs);
    out.write((marker ? 0x80 : 0) | payloadType);
    write(out, seq, 2);
    write(out, timestamp, 4);
    write(out, ssrc, 4);
    for (int i = 0; i < csrcs; i++) {
      write(out, 1000 + i, 4);
    }
    if (extended) {
      while (extensions.size() % 4 != 0) {
        extensions.write(0);
      }
      write(out, profile, 2);
      write(out, extensions.size() / 4, 2);
      out.writeBytes(extensions.toByteArray());
    }
    out.writeBytes(payload);
    for (int i = 1; i <= padding; i++) {
      out.write(i == padding ? padding : 0);
    }
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, long value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift) & 0xff);
    }
  }

  /// The bytes of hex digits that may be spaced.
  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
  }
}
