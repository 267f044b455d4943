package dev.parley.media.transport;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Values by a remote UDP address, IPv4 or IPv6, in open addressing: a look-up allocates nothing
/// and asks no name service. For one thread.
///
/// @param <V> what is stored
final class AddressTable<V> {

  private static final int SMALLEST = 64;

  private @Nullable InetSocketAddress[] keys = new @Nullable InetSocketAddress[SMALLEST];
  private @Nullable Object[] values = new @Nullable Object[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  @SuppressWarnings("unchecked") // only put() stores, and it stores V
  @Nullable V get(InetSocketAddress address) {
    return (V) values[slot(address)];
  }

  void put(InetSocketAddress address, V value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = slot(address);
    if (keys[slot] == null) {
      size++;
      keys[slot] = address;
    }
    values[slot] = value;
  }

  void remove(InetSocketAddress address) {
    int hole = slot(address);
    if (keys[hole] == null) {
      return;
    }
    size--;
    int mask = keys.length - 1;
    int i = (hole + 1) & mask;
    for (InetSocketAddress key = keys[i]; key != null; key = keys[i]) {
      if (((i - start(key)) & mask) >= ((i - hole) & mask)) {
        keys[hole] = key;
        values[hole] = values[i];
        hole = i;
      }
      i = (i + 1) & mask;
    }
    keys[hole] = null;
    values[hole] = null;
  }

  private int slot(InetSocketAddress address) {
    int mask = keys.length - 1;
    int slot = start(address);
    for (InetSocketAddress key = keys[slot]; key != null; key = keys[slot]) {
      if (key.equals(address)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// The platform's hash of an address is the plain sum of address and port, so it is mixed.
  private int start(InetSocketAddress address) {
    int hash = address.hashCode() * 0x9e3779b9;
    return ((hash >>> 8) ^ (hash >>> 20)) & (keys.length - 1);
  }

  private void grow() {
    @Nullable InetSocketAddress[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    keys = new @Nullable InetSocketAddress[2 * oldKeys.length];
    values = new @Nullable Object[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      InetSocketAddress key = oldKeys[i];
      if (key != null) {
        int slot = slot(key);
        keys[slot] = key;
        values[slot] = oldValues[i];
      }
    }
  }
}
