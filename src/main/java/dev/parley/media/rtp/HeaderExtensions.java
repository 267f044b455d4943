package dev.parley.media.rtp;

/// The header extension elements of the packet last indexed, found by id (RFC 8285).
///
/// Both forms are read: one-byte (profile `0xBEDE`, ids 1 to 14, values of 1 to 16 bytes) and
/// two-byte (profile `0x1000` to `0x100F`, ids 1 to 255, values of 0 to 255 bytes). Of elements
/// with one id the first counts. Reusable, no allocation.
public final class HeaderExtensions {

  /// Profile word of the one-byte form.
  public static final int ONE_BYTE = 0xbede;

  /// Profile word of the two-byte form, application bits zero.
  public static final int TWO_BYTE = 0x1000;

  private final int[] positions = new int[256];
  private final int[] lengths = new int[256];
  private final int[] generations = new int[256];
  private int generation;

  HeaderExtensions() {}

  /// Forgets the elements of the packet before.
  void clear() {
    generation++;
  }

  /// Indexes the block in `data[from, to)`. An element that runs over the end is left out with all
  /// after it; an unknown profile has no elements.
  void index(byte[] data, int profile, int from, int to) {
    clear();
    if (profile == ONE_BYTE) {
      indexOneByte(data, from, to);
    } else if ((profile & 0xfff0) == TWO_BYTE) {
      indexTwoByte(data, from, to);
    }
  }

  private void indexOneByte(byte[] data, int from, int to) {
    int at = from;
    while (at < to) {
      int id = (data[at] & 0xff) >>> 4;
      if (id == 0) {
        at++;
        continue;
      }
      int length = (data[at] & 0x0f) + 1;
      if (id == 15 || at + 1 + length > to) {
        return;
      }
      note(id, at + 1, length);
      at += 1 + length;
    }
  }

  private void indexTwoByte(byte[] data, int from, int to) {
    int at = from;
    while (at < to) {
      int id = data[at] & 0xff;
      if (id == 0) {
        at++;
        continue;
      }
      if (at + 2 > to || at + 2 + (data[at + 1] & 0xff) > to) {
        return;
      }
      int length = data[at + 1] & 0xff;
      note(id, at + 2, length);
      at += 2 + length;
    }
  }

  private void note(int id, int at, int length) {
    if (generations[id] != generation) {
      generations[id] = generation;
      positions[id] = at;
      lengths[id] = length;
    }
  }

  /// Index of the value of element `id` in the packet's array, or -1 when it is absent or shorter
  /// than `minLength`. Id 0 is never found.
  public int find(int id, int minLength) {
    return id > 0 && id < 256 && generations[id] == generation && lengths[id] >= minLength
        ? positions[id]
        : -1;
  }

  /// Length in bytes of an element that was found.
  public int length(int id) {
    return lengths[id];
  }
}
