package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

  private static final long MS = 1_000_000L;

  private static TokenBucket bucket(int rate, int burst) {
    return new TokenBucket(new Config.Bucket(rate, burst));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5_000_000_000_000L, 1_763_000_000_000_000_000L})
  void aBurstPassesAtOnceAtWhateverTimeTheClockBegins(long start) {
    TokenBucket bucket = bucket(10, 5);
    for (int i = 0; i < 5; i++) {
      assertTrue(bucket.takes(start));
    }

    assertFalse(bucket.takes(start));
    assertFalse(bucket.takes(start + 99 * MS));
    assertTrue(bucket.takes(start + 100 * MS));
    assertFalse(bucket.takes(start + 100 * MS));
  }

  @Test
  void whatIsRefusedCostsNothing() {
    TokenBucket bucket = bucket(1, 1);
    assertTrue(bucket.takes(0));
    for (int i = 1; i < 1000; i++) {
      assertFalse(bucket.takes(i * MS));
    }

    assertTrue(bucket.takes(1000 * MS));
  }

  @Test
  void itHoldsNoMoreThanTheBurstHoweverLongItRests() {
    TokenBucket bucket = bucket(100, 3);
    long later = 86_400_000L * MS;
    assertTrue(bucket.takes(0));
    for (int i = 0; i < 3; i++) {
      assertTrue(bucket.takes(later));
    }

    assertFalse(bucket.takes(later));
  }

  @Test
  void itTellsHowLongToWait() {
    TokenBucket bucket = bucket(4, 1);
    assertEquals(0, bucket.retryAfterMs(0));
    assertTrue(bucket.takes(0));

    assertEquals(250, bucket.retryAfterMs(0));
    assertEquals(1, bucket.retryAfterMs(250 * MS - 1));
    assertEquals(0, bucket.retryAfterMs(250 * MS));
  }

  @Test
  void itIsFullAgainWhenAllIsBack() {
    TokenBucket bucket = bucket(10, 20);
    assertTrue(bucket.isFull(0));
    for (int i = 0; i < 2; i++) {
      assertTrue(bucket.takes(0));
    }

    assertFalse(bucket.isFull(199 * MS));
    assertTrue(bucket.isFull(200 * MS));
  }

  @Test
  void inTheLongRunNoMoreThanTheRatePasses() {
    Random random = new Random(4);
    TokenBucket bucket = bucket(50, 10);
    int passed = 0;
    long nowNs = 0;
    while (nowNs < 60_000 * MS) {
      nowNs += random.nextInt(2_000_000);
      passed += bucket.takes(nowNs) ? 1 : 0;
    }

    assertTrue(passed >= 50 * 59 && passed <= 50 * 61 + 10, () -> "passed in a minute");
  }
}
