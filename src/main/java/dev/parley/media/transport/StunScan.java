package dev.parley.media.transport;

import java.util.Arrays;
import org.ice4j.attribute.FingerprintAttribute;

/// The outline of one STUN message (RFC 8489 §5, §14), found without allocating: enough to tell
/// whose check it is before anything is spent on it. Reused for message after message.
final class StunScan {

  /// Bytes of the header, and of the transaction id that ends it.
  static final int HEADER = 20;

  static final int TRANSACTION_ID = 12;

  /// Bytes of a MESSAGE-INTEGRITY attribute with its header.
  static final int INTEGRITY = 24;

  /// Length of every user name fragment of ours.
  static final int UFRAG = 8;

  private static final int BINDING_REQUEST = 0x0001;
  private static final int MAGIC_COOKIE = 0x2112a442;
  private static final int ATTR_USERNAME = 0x0006;
  private static final int ATTR_INTEGRITY = 0x0008;
  private static final int ATTR_FINGERPRINT = 0x8028;
  private static final int FINGERPRINT = 8;

  private long ufrag;
  private int integrityAt;
  private boolean hasUsername;

  /// Walks the attributes of `data[0, length)`.
  ///
  /// @return whether it is a well-formed Binding request, with a right FINGERPRINT if it has one
  boolean scan(byte[] data, int length) {
    ufrag = 0;
    integrityAt = -1;
    hasUsername = false;
    if (length < HEADER
        || u16(data, 0) != BINDING_REQUEST
        || u16(data, 2) != length - HEADER
        || ((u16(data, 4) << 16) | u16(data, 6)) != MAGIC_COOKIE) {
      return false;
    }
    int at = HEADER;
    while (at < length) {
      if (length - at < 4) {
        return false;
      }
      int type = u16(data, at);
      int size = u16(data, at + 2);
      int next = at + 4 + ((size + 3) & ~3);
      if (next > length) {
        return false;
      }
      if (type == ATTR_FINGERPRINT) {
        return size == 4 && next == length && isChecksumRight(data, at);
      }
      if (type == ATTR_INTEGRITY && integrityAt < 0) {
        if (size != INTEGRITY - 4) {
          return false;
        }
        integrityAt = at;
      } else if (type == ATTR_USERNAME && integrityAt < 0 && !hasUsername) {
        hasUsername = true;
        ufrag = leadingUfrag(data, at + 4, size);
      }
      at = next;
    }
    return true;
  }

  /// Our user name fragment that USERNAME begins with, as `key` makes it; 0 if there is none.
  long ufrag() {
    return ufrag;
  }

  /// Where the first MESSAGE-INTEGRITY begins, or -1. What stands behind it is not authentic.
  int integrityAt() {
    return integrityAt;
  }

  boolean hasUsername() {
    return hasUsername;
  }

  /// A user name fragment of ours as one number: its ASCII bytes.
  static long key(String ufrag) {
    if (ufrag.length() != UFRAG) {
      throw new IllegalArgumentException("a ufrag has " + UFRAG + " characters");
    }
    long key = 0;
    for (int i = 0; i < UFRAG; i++) {
      key = (key << 8) | ufrag.charAt(i);
    }
    return key;
  }

  private static long leadingUfrag(byte[] data, int at, int size) {
    if (size <= UFRAG || data[at + UFRAG] != ':') {
      return 0;
    }
    long key = 0;
    for (int i = 0; i < UFRAG; i++) {
      key = (key << 8) | (data[at + i] & 0xff);
    }
    return key;
  }

  private static boolean isChecksumRight(byte[] data, int at) {
    byte[] sum = FingerprintAttribute.calculateXorCRC32(data, 0, at);
    return Arrays.equals(sum, 0, 4, data, at + 4, at + FINGERPRINT);
  }

  private static int u16(byte[] data, int at) {
    return ((data[at] & 0xff) << 8) | (data[at + 1] & 0xff);
  }
}
