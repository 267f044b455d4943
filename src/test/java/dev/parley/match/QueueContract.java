package dev.parley.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import dev.parley.contract.Wish;
import dev.parley.kernel.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every queue does, whatever it is kept in.
abstract class QueueContract {

  static final Config.RateLimit LIMIT = new Config.RateLimit(10, Duration.ofSeconds(60));

  private final String test = UUID.randomUUID().toString().substring(0, 8);
  private final long now = 1_700_000_000_000L + new Random().nextInt(1_000_000);

  abstract MatchQueue queue();

  abstract void block(String a, String b);

  private String device(String name) {
    return name + "-" + test;
  }

  private Wish wish(String region) {
    return People.wish(region, test, "", "", "casual");
  }

  private Seeker seeker(String name, long waitedMs, String region) {
    return People.seeker(device(name), now - waitedMs, wish(region));
  }

  private Seeker join(String name, long waitedMs, String region) {
    Seeker seeker = seeker(name, waitedMs, region);
    assertInstanceOf(MatchQueue.Queued.class, queue().join(seeker, "", now));
    return seeker;
  }

  private Pair pair(Seeker a, Seeker b) {
    return new Pair(UUID.randomUUID().toString(), a, b, now, 50);
  }

  private MatchQueue.Choice choice(Seeker seeker) {
    MatchQueue.Choice choice = queue().choice(seeker, now);
    assertNotNull(choice);
    return choice;
  }

  private List<String> offered(String name, long nowMs) {
    MatchQueue.Choice choice = queue().choice(seeker(name, 5, "heard of"), nowMs);
    List<String> names = new ArrayList<>();
    if (choice != null) {
      for (MatchRule.Candidate each : choice.candidates()) {
        String other = each.seeker().deviceId().replace("-" + test, "");
        names.add(each.hasMetLately() ? other + " again" : other);
      }
    }
    return names;
  }

  @Test
  void eachWaitsOnceInTheOrderOfComing() {
    assertEquals(new MatchQueue.Queued(1, 1, false), queue().join(seeker("a", 30, "eu"), "", now));
    assertEquals(new MatchQueue.Queued(2, 2, false), queue().join(seeker("b", 20, "us"), "", now));
    assertEquals(new MatchQueue.Unchanged(), queue().join(seeker("a", 0, "eu"), "", now));
    assertEquals(
        new MatchQueue.Queued(1, 2, true), queue().join(seeker("a", 0, "global"), "", now));
    assertEquals(List.of("a"), offered("b", now));
    assertEquals(List.of("b"), offered("a", now));
    assertEquals(30, now - choice(seeker("a", 0, "us")).seeker().sinceMs());
  }

  @Test
  void theNewestSocketCounts() {
    Seeker a = join("a", 30, "eu");
    Seeker again = new Seeker(a.deviceId(), "another", "1.2.3.4", "other", "third", now, a.wish());
    assertEquals(new MatchQueue.Queued(1, 1, false), queue().join(again, "", now));
    assertFalse(queue().leave(a.deviceId(), a.socketId()));
    assertEquals(again.since(now - 30), choice(a).seeker());
    assertTrue(queue().leave(a.deviceId(), "another"));
    assertNull(queue().choice(a, now));
    assertFalse(queue().leave(a.deviceId(), "another"));
  }

  @Test
  void aSocketMovesWithItsPlace() {
    Seeker a = join("a", 30, "eu");
    assertNull(queue().move(a.deviceId(), "another", "n", "s"));
    assertEquals(a.at("n", "s"), queue().move(a.deviceId(), a.socketId(), "n", "s"));
    assertEquals(a.at("n", "s"), choice(a).seeker());
    join("b", 20, "eu");
    assertEquals("n", choice(seeker("b", 0, "eu")).candidates().getFirst().seeker().node());
  }

  @Test
  void onlySomeJoinsAreAllowed() {
    for (int i = 0; i < 10; i++) {
      join("a", 0, "r" + i);
    }
    assertInstanceOf(MatchQueue.Limited.class, queue().join(seeker("a", 0, "other"), "", now));
    assertEquals(new MatchQueue.Unchanged(), queue().join(seeker("a", 0, "r9"), "", now));
  }

  @Test
  void aPairIsMadeOnce() {
    Seeker a = join("a", 30, "eu");
    Seeker b = join("b", 20, "eu");
    Seeker c = join("c", 10, "eu");
    Pair pair = pair(a, b);
    assertTrue(queue().claim(pair, now));
    assertFalse(queue().claim(pair, now));
    assertFalse(queue().claim(pair(c, b), now));
    assertFalse(queue().claim(pair(c, c), now));
    assertEquals(List.of(), offered("c", now));
    assertNull(queue().choice(a, now));
    assertTrue(queue().unconfirmed(now).contains(pair));
    assertFalse(queue().unconfirmed(now - 1).contains(pair));
    queue().confirm(pair);
    queue().confirm(pair);
    assertFalse(queue().unconfirmed(now).contains(pair));
  }

  @Test
  void whoWaitsOtherwiseThanHeDidIsNotTaken() {
    Seeker a = join("a", 30, "eu");
    Seeker b = join("b", 20, "eu");
    join("b", 20, "us");
    assertFalse(queue().claim(pair(a, b), now));
    assertNotNull(queue().choice(a, now));
    assertNotNull(queue().choice(b, now));
  }

  @Test
  void whoHasJustBeenTakenDoesNotWaitAgainBeforeHeKnows() {
    Pair pair = pair(join("a", 30, "eu"), join("b", 20, "eu"));
    assertTrue(queue().claim(pair, now));
    assertEquals(new MatchQueue.Taken(), queue().join(seeker("a", 0, "eu"), "", now));
    queue().restore(seeker("a", 0, "eu"), "", now);
    assertNull(queue().choice(seeker("a", 0, "eu"), now));
    // He knows, and has left it.
    assertEquals(
        new MatchQueue.Queued(1, 1, false),
        queue().join(seeker("a", 0, "eu"), pair.sessionId(), now));
    queue().confirm(pair);
    assertEquals(new MatchQueue.Queued(2, 2, true), queue().join(seeker("b", 0, "eu"), "", now));
  }

  @Test
  void whoseSessionNeverWasWaitsAsBefore() {
    Seeker a = join("a", 30, "eu");
    Seeker b = join("b", 20, "eu");
    join("c", 25, "eu");
    Pair pair = pair(a, b);
    assertTrue(queue().claim(pair, now));
    queue().restore(a, pair.sessionId(), now);
    assertEquals(List.of("a"), offered("c", now));
    assertEquals(a, choice(a).seeker());
    // What he has asked for by himself since stands.
    queue().restore(a, "", now);
    assertEquals(a, choice(a).seeker());
  }

  @Test
  void thoseWhoHaveMetAreToldApart() {
    Pair pair = pair(join("a", 30, "eu"), join("b", 20, "eu"));
    assertTrue(queue().claim(pair, now));
    queue().confirm(pair);
    join("a", 30, "eu");
    join("b", 20, "eu");
    join("c", 10, "eu");
    assertEquals(List.of("b again", "c"), offered("a", now));
    long later = now + RedisQueue.RECENT.toMillis();
    assertTrue(offered("a", later).contains("b"));
  }

  @Test
  void thoseWhoBlockedEachOtherAreNotOffered() {
    Seeker a = join("a", 30, "eu");
    Seeker b = join("b", 20, "eu");
    block(b.deviceId(), a.deviceId());
    assertEquals(List.of(), offered("a", now));
    assertEquals(List.of(), offered("b", now));
    assertFalse(queue().claim(pair(a, b), now));
    assertFalse(queue().claim(pair(b, a), now));
  }

  @Test
  void theBlockedDoNotHideThoseBehindThem() {
    join("self", 0, "eu");
    for (int i = 0; i < 40; i++) {
      Seeker blocked = join("blocked" + i, 1_000 - i, "eu");
      block(device("self"), blocked.deviceId());
    }
    join("last", 10, "eu");
    assertEquals(List.of("last"), offered("self", now));
  }

  @Test
  void theOldestOfEachShelfAreOffered() {
    join("self", 0, "eu");
    for (int i = 0; i < 20; i++) {
      join("o" + i, 1_000 - i, "eu");
    }
    join("global", 5, "global");
    List<String> offered = offered("self", now);
    assertEquals(RedisQueue.TAKEN + 1, offered.size());
    assertTrue(offered.containsAll(List.of("o0", "o7", "global")), offered::toString);
  }

  @Test
  void eachIsDueOnceAtATime() {
    Seeker a = join("a", 0, "eu");
    assertFalse(isDue(a, now + 999));
    assertTrue(isDue(a, now + 1_000));
    assertFalse(isDue(a, now + 1_000));
    // When the rule changes for him.
    assertFalse(isDue(a, now + 1_999));
    assertTrue(isDue(a, now + 2_000));
    assertTrue(isDue(a, now + 4_000));
    assertTrue(isDue(a, now + 8_000));
    assertTrue(isDue(a, now + 10_000));
    assertFalse(isDue(a, now + 14_999));
    assertTrue(isDue(a, now + 15_000));
    assertFalse(isDue(a, now + 29_999));
    assertTrue(isDue(a, now + 30_000));
    assertTrue(queue().leave(a.deviceId(), a.socketId()));
    assertFalse(isDue(a, now + 1_000_000));
  }

  /// Others may be due as well where the queue is shared.
  private boolean isDue(Seeker seeker, long nowMs) {
    boolean isDue = false;
    List<Seeker> due = queue().due(nowMs);
    while (!due.isEmpty()) {
      isDue |= due.contains(seeker);
      due = queue().due(nowMs);
    }
    return isDue;
  }
}
