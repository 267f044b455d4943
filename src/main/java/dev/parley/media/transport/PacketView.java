package dev.parley.media.transport;

import org.jitsi.utils.ByteArrayBuffer;

/// A window on a byte array, as jitsi-srtp wants packets; reused for packet after packet.
final class PacketView implements ByteArrayBuffer {

  private byte[] buffer = new byte[0];
  private int offset;
  private int length;

  PacketView over(byte[] data, int start, int count) {
    buffer = data;
    offset = start;
    length = count;
    return this;
  }

  @Override
  public byte[] getBuffer() {
    return buffer;
  }

  @Override
  public int getOffset() {
    return offset;
  }

  @Override
  public int getLength() {
    return length;
  }

  @Override
  public void setLength(int value) {
    length = value;
  }

  @Override
  public void setOffset(int value) {
    offset = value;
  }

  @Override
  public boolean isInvalid() {
    return false;
  }

  @Override
  public void readRegionToBuff(int from, int count, byte[] target) {
    System.arraycopy(buffer, offset + from, target, 0, count);
  }

  /// The arrays behind a view have room for what encryption adds, so there is nothing to do.
  @Override
  public void grow(int count) {}

  @Override
  public void append(byte[] data, int count) {
    System.arraycopy(data, 0, buffer, offset + length, count);
    length += count;
  }

  @Override
  public void shrink(int count) {
    length -= count;
  }
}
