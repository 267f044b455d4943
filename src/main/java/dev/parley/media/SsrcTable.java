package dev.parley.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds what belongs to an ssrc: an open-addressing table of at most `MAX_ENTRIES`, without
/// boxing.
///
/// @param <T> what is found
final class SsrcTable<T> {

  static final int MAX_ENTRIES = 1024;

  private long[] keys = new long[16];
  private @Nullable Object[] values = new @Nullable Object[16];
  private int size;

  /// What was put under `ssrc`, or null.
  @SuppressWarnings("unchecked")
  @Nullable T get(long ssrc) {
    int at = slot(ssrc, keys.length);
    while (values[at] != null) {
      if (keys[at] == ssrc) {
        return (T) values[at];
      }
      at = (at + 1) & (keys.length - 1);
    }
    return null;
  }

  /// Puts `value` under `ssrc`. False when the ssrc is taken or the table is full.
  boolean put(long ssrc, T value) {
    if (size == MAX_ENTRIES || get(ssrc) != null) {
      return false;
    }
    if (2 * (size + 1) > keys.length) {
      rebuild(2 * keys.length, -1);
    }
    insert(ssrc, value);
    return true;
  }

  /// Removes what is under `ssrc`, if anything.
  void remove(long ssrc) {
    if (get(ssrc) != null) {
      rebuild(keys.length, ssrc);
    }
  }

  private void rebuild(int capacity, long without) {
    long[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    keys = new long[capacity];
    values = new @Nullable Object[capacity];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      Object value = oldValues[i];
      if (value != null && oldKeys[i] != without) {
        insert(oldKeys[i], value);
      }
    }
  }

  private void insert(long ssrc, Object value) {
    int at = slot(ssrc, keys.length);
    while (values[at] != null) {
      at = (at + 1) & (keys.length - 1);
    }
    keys[at] = ssrc;
    values[at] = value;
    size++;
  }

  void clear() {
    Arrays.fill(values, null);
    size = 0;
  }

  int size() {
    return size;
  }

  private static int slot(long ssrc, int capacity) {
    int hash = (int) ((ssrc * 0x9e37_79b9_7f4a_7c15L) >>> 32);
    return hash & (capacity - 1);
  }
}
