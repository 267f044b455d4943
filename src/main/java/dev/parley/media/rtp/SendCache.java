package dev.parley.media.rtp;

import java.util.Arrays;

/// The recent packets of one encoding, kept once for all its consumers: to be forwarded when the
/// receive batch ends, and to be sent again when a consumer lost them.
///
/// A ring of bytes with an index by `extSeq`. It starts small and doubles, up to its limit, while
/// it would overwrite packets younger than `keepNs`; at the limit the oldest give way.
public final class SendCache {

  /// Longest payload stored; longer ones must be dropped before.
  public static final int MAX_PAYLOAD = 2048;

  /// Packets indexed.
  public static final int SLOTS = 1024;

  private static final int FIRST_CAPACITY = 16 * 1024;

  private final int maxCapacity;
  private final long keepNs;

  private byte[] arena = new byte[0];

  /// Bytes ever written, gaps at the wrap included: a packet is there while its start is less than
  /// the arena's size behind.
  private long head;

  private final long[] extSeqs = new long[SLOTS];
  private final long[] starts = new long[SLOTS];
  private final long[] arrivals = new long[SLOTS];
  private final int[] lengths = new int[SLOTS];
  private final int[] timestamps = new int[SLOTS];
  private final int[] flags = new int[SLOTS];
  private final int[] codecInfos = new int[SLOTS];

  /// Slots in order of arrival, with what was stored there then: to find the oldest packet.
  private final int[] order = new int[SLOTS];

  private final long[] orderSeqs = new long[SLOTS];
  private long orderHead;
  private long orderTail;

  /// @param maxCapacity bytes, a power of two times 16 KiB
  /// @param keepNs age up to which packets are kept as long as the limit allows
  public SendCache(int maxCapacity, long keepNs) {
    this.maxCapacity = Math.max(maxCapacity, FIRST_CAPACITY);
    this.keepNs = keepNs;
    Arrays.fill(extSeqs, -1);
  }

  /// Stores a packet under `extSeq`, with `payloadLength` bytes from `payloadOffset` of its array
  /// as the payload, so that a retransmission can be stored as what it retransmits. Its extension
  /// values are found by `ids`.
  public void store(
      long extSeq,
      RtpPacket packet,
      int payloadOffset,
      int payloadLength,
      ExtensionIds ids,
      boolean keyframe,
      int codecInfo,
      long nowNs) {
    int needed = CachedPacket.PREFIX + payloadLength;
    makeRoom(needed, nowNs);
    int at = place(needed);
    int slot = (int) extSeq & (SLOTS - 1);
    extSeqs[slot] = extSeq;
    starts[slot] = head;
    arrivals[slot] = nowNs;
    lengths[slot] = payloadLength;
    timestamps[slot] = packet.timestamp();
    codecInfos[slot] = codecInfo;
    flags[slot] =
        (packet.marker() ? CachedPacket.MARKER : 0)
            | (keyframe ? CachedPacket.KEYFRAME : 0)
            | storeExtensions(packet, ids, at);
    System.arraycopy(packet.data(), payloadOffset, arena, at + CachedPacket.PREFIX, payloadLength);
    head += needed;
    int last = (int) orderHead++ & (SLOTS - 1);
    order[last] = slot;
    orderSeqs[last] = extSeq;
    if (orderHead - orderTail > SLOTS) {
      orderTail++;
    }
  }

  private int storeExtensions(RtpPacket packet, ExtensionIds ids, int at) {
    HeaderExtensions extensions = packet.extensions();
    byte[] data = packet.data();
    int found = 0;
    int value = extensions.find(ids.audioLevel(), 1);
    if (value >= 0) {
      arena[at] = data[value];
      found |= CachedPacket.AUDIO_LEVEL;
    }
    value = extensions.find(ids.videoOrientation(), 1);
    if (value >= 0) {
      arena[at + 1] = data[value];
      found |= CachedPacket.ORIENTATION;
    }
    value = extensions.find(ids.playoutDelay(), 3);
    if (value >= 0) {
      System.arraycopy(data, value, arena, at + 2, 3);
      found |= CachedPacket.PLAYOUT_DELAY;
    }
    value = extensions.find(ids.absCaptureTime(), 8);
    if (value >= 0) {
      int length = extensions.length(ids.absCaptureTime()) >= 16 ? 16 : 8;
      arena[at + 5] = (byte) length;
      System.arraycopy(data, value, arena, at + 6, length);
      found |= CachedPacket.CAPTURE_TIME;
    }
    return found;
  }

  /// Grows the arena while writing `needed` bytes would overwrite a young packet.
  private void makeRoom(int needed, long nowNs) {
    if (arena.length == 0) {
      arena = new byte[FIRST_CAPACITY];
    }
    // A skip at the wrap wastes less than one packet.
    while (arena.length < maxCapacity && wouldOverwriteYoung(2 * needed, nowNs)) {
      grow();
    }
  }

  private boolean wouldOverwriteYoung(int needed, long nowNs) {
    long kept = head + needed - arena.length;
    while (orderTail < orderHead) {
      int entry = (int) orderTail & (SLOTS - 1);
      int slot = order[entry];
      if (extSeqs[slot] == orderSeqs[entry] && starts[slot] >= head - arena.length) {
        return starts[slot] < kept && nowNs - arrivals[slot] < keepNs;
      }
      orderTail++;
    }
    return false;
  }

  private void grow() {
    byte[] larger = new byte[arena.length * 2];
    long[] moved = new long[SLOTS];
    Arrays.fill(moved, -1);
    int at = 0;
    for (long i = orderTail; i < orderHead; i++) {
      int entry = (int) i & (SLOTS - 1);
      int slot = order[entry];
      if (extSeqs[slot] != orderSeqs[entry] || starts[slot] < head - arena.length) {
        continue;
      }
      int size = CachedPacket.PREFIX + lengths[slot];
      System.arraycopy(arena, (int) (starts[slot] % arena.length), larger, at, size);
      moved[slot] = at;
      at += size;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      if (moved[slot] < 0) {
        extSeqs[slot] = -1;
      } else {
        starts[slot] = moved[slot];
      }
    }
    arena = larger;
    head = at;
  }

  /// Index in the arena where the next `needed` bytes go; skips the end when they do not fit there.
  private int place(int needed) {
    int at = (int) (head % arena.length);
    if (at + needed > arena.length) {
      head += arena.length - at;
      at = 0;
    }
    return at;
  }

  /// Moves `view` to the packet stored under `extSeq`. False when it is not held (any more).
  public boolean load(long extSeq, CachedPacket view) {
    int slot = (int) extSeq & (SLOTS - 1);
    if (extSeqs[slot] != extSeq || extSeq < 0 || starts[slot] < head - arena.length) {
      return false;
    }
    view.data = arena;
    view.payloadOffset = (int) (starts[slot] % arena.length) + CachedPacket.PREFIX;
    view.payloadLength = lengths[slot];
    view.timestamp = timestamps[slot];
    view.flags = flags[slot];
    view.codecInfo = codecInfos[slot];
    view.extSeq = extSeq;
    view.arrivalNs = arrivals[slot];
    return true;
  }

  /// Bytes of memory held for payloads now.
  public int capacity() {
    return arena.length;
  }
}
