package dev.parley.bench;

import java.util.Random;

/// A camera: VP8 video in RTP packets of about 1100 to 1200 bytes, eight to a frame, which share
/// the frame evenly: as libwebrtc cuts them, the later ones are at most a byte longer.
final class Frames {

  /// Packets of one frame.
  static final int PACKETS = 8;

  static final int PAYLOAD_TYPE = 96;
  static final long SSRC = 0x5151_0001L;

  private static final int RTP_HEADER = 12;
  private static final int SMALLEST = 1100;
  private static final int LARGEST = 1200;
  private static final int TICKS = 3000;

  private final Random random = new Random(1);
  private final byte[] packet = new byte[LARGEST + 1];
  private int seq;
  private int timestamp;
  private int picture;
  private int index;
  private int frameBytes;
  private boolean isKeyframe = true;

  Frames() {
    random.nextBytes(packet);
    packet[0] = (byte) 0x80;
    put(8, (int) SSRC, 4);
    packet[13] = (byte) 0xe0;
    packet[16] = 5;
    packet[17] = 0x20;
  }

  /// The array that `next` writes to, from index 0.
  byte[] packet() {
    return packet;
  }

  /// Writes the next packet and returns its length.
  int next() {
    if (index == 0) {
      frameBytes = PACKETS * SMALLEST + random.nextInt(PACKETS * (LARGEST - SMALLEST) + 1);
      timestamp += TICKS;
      picture = (picture + 1) & 0x7fff;
      put(4, timestamp, 4);
      put(14, 0x8000 | picture, 2);
    }
    boolean isLast = index == PACKETS - 1;
    packet[1] = (byte) (PAYLOAD_TYPE | (isLast ? 0x80 : 0));
    put(2, seq++, 2);
    packet[RTP_HEADER] = (byte) (index == 0 ? 0x90 : 0x80);
    packet[18] = (byte) (isKeyframe && index == 0 ? 0 : 1);
    isKeyframe = false;
    int longer = frameBytes % PACKETS;
    int length = frameBytes / PACKETS + (index >= PACKETS - longer ? 1 : 0);
    index = isLast ? 0 : index + 1;
    return length;
  }

  private void put(int at, int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      packet[at + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
    }
  }
}
