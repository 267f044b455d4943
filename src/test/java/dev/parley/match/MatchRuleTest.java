package dev.parley.match;

import static dev.parley.match.People.anyone;
import static dev.parley.match.People.seeker;
import static dev.parley.match.People.wish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.parley.contract.Seeker;
import dev.parley.contract.Wish;
import dev.parley.match.MatchRule.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchRuleTest {

  static final MatchRule RULE =
      new MatchRule(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(3));

  private static final long NOW = 1_000_000;

  @ParameterizedTest
  @CsvSource({
    // a's region, language, gender, wanted, type; the same of b; whether they suit: fresh, widened
    "global,en,'','',casual, global,en,'','',casual, true,true",
    "eu,en,'','',casual,     eu,en,'','',casual,     true,true",
    "eu,en,'','',casual,     global,en,'','',casual, true,true",
    "eu,en,'','',casual,     us,en,'','',casual,     false,true",
    "eu,en,'','',casual,     eu,de,'','',casual,     false,false",
    "eu,en,'','',casual,     eu,en,'','',serious,    false,true",
    "eu,en,'','',casual,     eu,en,'','',language,   false,false",
    "eu,en,male,female,casual, eu,en,female,male,casual, true,true",
    "eu,en,male,female,casual, eu,en,female,'',casual, true,true",
    "eu,en,male,female,casual, eu,en,female,female,casual, false,false",
    "eu,en,male,female,casual, eu,en,'','',casual, false,false",
    "eu,en,male,'',casual,   eu,en,'',male,casual, true,true",
    "eu,en,'','',casual,     eu,en,'',male,casual, false,false",
  })
  void whoSuitsWhom(
      String regionA,
      String languageA,
      String genderA,
      String wantedA,
      String typeA,
      String regionB,
      String languageB,
      String genderB,
      String wantedB,
      String typeB,
      boolean fresh,
      boolean widened) {
    Wish a = wish(regionA, languageA, genderA, wantedA, typeA);
    Wish b = wish(regionB, languageB, genderB, wantedB, typeB);
    suit(fresh, seeker("a", NOW, a), seeker("b", NOW, b));
    suit(widened, seeker("a", NOW - 15_000, a), seeker("b", NOW, b));
    suit(fresh, seeker("a", NOW - 14_999, a), seeker("b", NOW, b));
    suit(false, seeker("a", NOW, a), seeker("a", NOW, b));
  }

  private static void suit(boolean expected, Seeker a, Seeker b) {
    assertEquals(expected, RULE.suits(a, b, NOW));
    assertEquals(expected, RULE.suits(b, a, NOW));
  }

  @Test
  void whoTeachesWhat() {
    suit(false, seeker("a", NOW, exchange("en", "de")), seeker("b", NOW, exchange("en", "de")));
    suit(true, seeker("a", NOW, exchange("en", "de")), seeker("b", NOW, exchange("de", "en")));
    suit(true, seeker("a", NOW, exchange("", "")), seeker("b", NOW, exchange("", "")));
    suit(false, seeker("a", 0, exchange("en", "de")), seeker("b", 0, exchange("", "")));
  }

  private static Wish exchange(String speaks, String learns) {
    return new Wish(Wish.GLOBAL, "en", "", "", Wish.EXCHANGE, speaks, learns, List.of());
  }

  private static @Nullable String best(long waitedMs, Candidate... candidates) {
    List<Candidate> shuffled = new ArrayList<>(List.of(candidates));
    Collections.shuffle(shuffled, new Random(7));
    Seeker best = RULE.best(likes("self", waitedMs, "jazz"), shuffled, NOW);
    return best == null ? null : best.deviceId();
  }

  private static Seeker likes(String device, long waitedMs, String interest) {
    Wish wish = new Wish(Wish.GLOBAL, "en", "", "", "casual", "", "", List.of(interest));
    return seeker(device, NOW - waitedMs, wish);
  }

  private static Candidate fresh(String device, long waitedMs) {
    return new Candidate(seeker(device, NOW - waitedMs, anyone()), false);
  }

  private static Candidate known(String device, long waitedMs) {
    return new Candidate(seeker(device, NOW - waitedMs, anyone()), true);
  }

  @Test
  void whoHasWaitedLongestIsFirst() {
    assertNull(best(0));
    assertEquals("b", best(0, fresh("a", 10), fresh("b", 20), fresh("c", 5)));
    assertEquals("a", best(0, fresh("b", 20), fresh("a", 20)));
  }

  @Test
  void whoSharesAnInterestMayBePreferredForAMoment() {
    Candidate kindred = new Candidate(likes("k", 10, "jazz"), false);
    assertEquals("k", best(0, fresh("a", 2_999), kindred));
    assertEquals("a", best(0, fresh("a", 3_000), kindred));
  }

  @Test
  void oneMeetsTheSameAgainOnlyWhenThereIsNoOther() {
    assertNull(best(9_999, known("a", 20_000)));
    assertNull(best(20_000, known("a", 9_999)));
    assertEquals("a", best(10_000, known("a", 10_000)));
    assertEquals("b", best(10_000, known("a", 20_000), fresh("b", 0)));
  }

  /// The shelves that are looked at hold whoever suits, and of the others none that is fresh.
  @Test
  void whoeverSuitsStandsOnAShelfThatIsLookedAt() {
    Random random = new Random(42);
    for (int i = 0; i < 200_000; i++) {
      Seeker a = seeker("a", NOW - random.nextInt(30_000), People.random(random));
      Seeker b = seeker("b", NOW - random.nextInt(30_000), People.random(random));
      boolean isThere =
          Buckets.looks(RULE, a, NOW).stream()
              .anyMatch(look ->
                  b.sinceMs() <= look.untilMs()
                      && (look.bucket().equals(Buckets.everywhere(b.wish()))
                          || look.bucket().equals(Buckets.regional(b.wish()))));
      assertEquals(RULE.suits(a, b, NOW), isThere, () -> a + " " + b);
    }
  }

  @Test
  void aShelfIsLookedAtOnce() {
    Random random = new Random(43);
    for (int i = 0; i < 1_000; i++) {
      Seeker a = seeker("a", NOW - random.nextInt(30_000), People.random(random));
      List<String> buckets =
          Buckets.looks(RULE, a, NOW).stream().map(Buckets.Look::bucket).toList();
      assertEquals(buckets.stream().distinct().toList(), buckets);
      assertFalse(buckets.size() > 100, () -> buckets.size() + " shelves");
    }
  }
}
