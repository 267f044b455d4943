package dev.parley.media.rtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads and writes network-order integers in a byte array. Callers check bounds.
public final class Bytes {

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  /// Unsigned 8 bits.
  public static int u8(byte[] data, int at) {
    return data[at] & 0xff;
  }

  /// Unsigned 16 bits.
  public static int u16(byte[] data, int at) {
    return (short) SHORTS.get(data, at) & 0xffff;
  }

  /// Unsigned 24 bits.
  public static int u24(byte[] data, int at) {
    return (u16(data, at) << 8) | u8(data, at + 2);
  }

  /// 32 bits as they are.
  public static int i32(byte[] data, int at) {
    return (int) INTS.get(data, at);
  }

  /// Unsigned 32 bits.
  public static long u32(byte[] data, int at) {
    return i32(data, at) & 0xffff_ffffL;
  }

  /// Writes the low 16 bits.
  public static void put16(byte[] data, int at, int value) {
    SHORTS.set(data, at, (short) value);
  }

  /// Writes the low 24 bits.
  public static void put24(byte[] data, int at, int value) {
    put16(data, at, value >>> 8);
    data[at + 2] = (byte) value;
  }

  /// Writes 32 bits.
  public static void put32(byte[] data, int at, int value) {
    INTS.set(data, at, value);
  }

  /// Writes the low 32 bits.
  public static void put32(byte[] data, int at, long value) {
    INTS.set(data, at, (int) value);
  }
}
