package dev.parley.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SendCacheTest {

  private static final long MS = 1_000_000;

  private final RtpPacket packet = new RtpPacket();
  private final CachedPacket view = new CachedPacket();

  private void store(SendCache cache, long seq, int size, long nowNs) {
    byte[] payload = new byte[size];
    if (size > 8) {
      Bytes.put32(payload, 0, seq);
      Bytes.put32(payload, size - 4, ~seq);
    }
    byte[] bytes = RtpBytes.packet(1, 96, Seq.wire(seq), (int) (seq * 10)).payload(payload).bytes();
    assertTrue(packet.parse(bytes, 0, bytes.length));
    cache.store(
        seq,
        packet,
        packet.payloadOffset(),
        packet.payloadLength(),
        ExtensionIds.NONE,
        false,
        0,
        nowNs);
  }

  private boolean holdsIntact(SendCache cache, long seq) {
    if (!cache.load(seq, view)) {
      return false;
    }
    assertEquals((int) seq * 10, view.timestamp());
    int at = view.payloadOffset();
    if (view.payloadLength() > 8) {
      assertEquals((int) seq, Bytes.i32(view.data(), at));
      assertEquals((int) ~seq, Bytes.i32(view.data(), at + view.payloadLength() - 4));
    }
    return true;
  }

  @Test
  void keepsYoungPacketsByGrowing() {
    SendCache cache = new SendCache(1024 * 1024, 1000 * MS);
    for (int i = 0; i < 400; i++) {
      store(cache, 70_000 + i, 1200, i * MS);
    }

    for (int i = 0; i < 400; i++) {
      assertTrue(holdsIntact(cache, 70_000 + i));
    }
    assertTrue(cache.capacity() <= 1024 * 1024);
  }

  @Test
  void staysSmallWhenPacketsAreOld() {
    SendCache cache = new SendCache(1024 * 1024, 100 * MS);
    for (int i = 0; i < 2000; i++) {
      store(cache, 70_000 + i, 100, i * 20L * MS);
    }

    assertEquals(16 * 1024, cache.capacity());
    assertTrue(holdsIntact(cache, 71_999));
    assertFalse(holdsIntact(cache, 70_000));
  }

  @Test
  void holdsNothingItWasNotGiven() {
    SendCache cache = new SendCache(64 * 1024, MS);
    store(cache, 70_000, 100, 0);

    assertFalse(cache.load(70_001, view));
    assertFalse(cache.load(70_000 + SendCache.SLOTS, view));
    assertFalse(cache.load(-1, view));
  }

  @Test
  void neverGivesDamagedPacketsAtItsLimit() {
    SendCache cache = new SendCache(64 * 1024, 10_000 * MS);
    Random random = new Random(2);
    long seq = 70_000;
    int held = 0;

    for (int i = 0; i < 20_000; i++) {
      seq += random.nextInt(1, 4);
      store(cache, seq, random.nextInt(0, 1500), i);
      assertTrue(holdsIntact(cache, seq));
      if (holdsIntact(cache, seq - random.nextInt(200))) {
        held++;
      }
    }

    assertTrue(held > 1000, "held " + held);
    assertEquals(64 * 1024, cache.capacity());
  }

  @Test
  void holdsALatePacketBesideNewerOnes() {
    SendCache cache = new SendCache(64 * 1024, MS);
    store(cache, 70_005, 100, 0);
    store(cache, 70_001, 100, 1);

    assertTrue(holdsIntact(cache, 70_001));
    assertTrue(holdsIntact(cache, 70_005));
  }
}
