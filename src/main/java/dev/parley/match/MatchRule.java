package dev.parley.match;

import dev.parley.contract.Seeker;
import dev.parley.contract.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who suits whom. Pure: time comes in, nothing is kept.
///
/// Two suit each other if they are different devices of the same language; if what they want it for
/// is the same, and where; and if each is of the gender the other wants to meet. Who has waited for
/// `widenAfter` takes anyone from anywhere, for anything but a language exchange. Whether one has
/// blocked the other is the queue's to know: it does not offer them to each other.
///
/// Whoever has waited longest is chosen. Only one with whom one shares an interest may be preferred
/// to him, and only until he has waited for `interestsFor`.
///
/// @param widenAfter from when on somebody is less choosy
/// @param remeetAfter from when on somebody meets one again whom he met lately, when there is no
///   other; both must have waited for it
/// @param interestsFor for how long somebody may be passed over
public record MatchRule(Duration widenAfter, Duration remeetAfter, Duration interestsFor) {

  private static final int MAX_SCORE = 100;
  private static final int BASE = 40;
  private static final int SAME_REGION = 20;
  private static final int SAME_TYPE = 10;
  private static final int EACH_INTEREST = 10;
  private static final int MOST_INTERESTS = 30;

  /// One who could be chosen.
  ///
  /// @param hasMetLately whether the two met not long ago
  public record Candidate(Seeker seeker, boolean hasMetLately) {}

  /// Whether somebody has become less choosy.
  boolean isWidened(Seeker seeker, long nowMs) {
    return nowMs - seeker.sinceMs() >= widenAfter.toMillis();
  }

  private boolean mayRemeet(Seeker seeker, long nowMs) {
    return nowMs - seeker.sinceMs() >= remeetAfter.toMillis();
  }

  /// Whether two suit each other.
  public boolean suits(Seeker a, Seeker b, long nowMs) {
    Wish mine = a.wish();
    Wish theirs = b.wish();
    if (a.deviceId().equals(b.deviceId()) || !mine.language().equals(theirs.language())) {
      return false;
    }
    boolean isWide = isWidened(a, nowMs) || isWidened(b, nowMs);
    return likes(mine, theirs)
        && likes(theirs, mine)
        && typesSuit(mine, theirs, isWide)
        && regionsSuit(mine, theirs, isWide);
  }

  private static boolean likes(Wish who, Wish whom) {
    return who.genderPreference().isEmpty() || who.genderPreference().equals(whom.gender());
  }

  private static boolean typesSuit(Wish a, Wish b, boolean isWide) {
    boolean isExchange = a.type().equals(Wish.EXCHANGE);
    if (isExchange != b.type().equals(Wish.EXCHANGE)) {
      return false;
    }
    if (isExchange) {
      return a.nativeLanguage().equals(b.learningLanguage())
          && a.learningLanguage().equals(b.nativeLanguage());
    }
    return isWide || a.type().equals(b.type());
  }

  private static boolean regionsSuit(Wish a, Wish b, boolean isWide) {
    return isWide
        || a.region().equals(b.region())
        || a.region().equals(Wish.GLOBAL)
        || b.region().equals(Wish.GLOBAL);
  }

  /// Whom to match with somebody; null when there is nobody.
  public @Nullable Seeker best(Seeker seeker, List<Candidate> candidates, long nowMs) {
    Seeker first = null;
    Seeker kindred = null;
    Seeker known = null;
    for (Candidate candidate : candidates) {
      Seeker other = candidate.seeker();
      if (!suits(seeker, other, nowMs)) {
        continue;
      }
      if (candidate.hasMetLately()) {
        boolean mayMeet = mayRemeet(seeker, nowMs) && mayRemeet(other, nowMs);
        known = mayMeet ? earlier(known, other) : known;
      } else {
        first = earlier(first, other);
        if (!common(seeker, other).isEmpty()) {
          kindred = earlier(kindred, other);
        }
      }
    }
    if (first == null) {
      return known;
    }
    boolean mayWait = nowMs - first.sinceMs() < interestsFor.toMillis();
    return kindred != null && mayWait ? kindred : first;
  }

  private static Seeker earlier(@Nullable Seeker a, Seeker b) {
    if (a == null) {
      return b;
    }
    boolean isTie = a.sinceMs() == b.sinceMs();
    boolean bIsFirst = isTie ? b.deviceId().compareTo(a.deviceId()) < 0 : b.sinceMs() < a.sinceMs();
    return bIsFirst ? b : a;
  }

  /// What both are interested in, in the order of the first.
  public static List<String> common(Seeker a, Seeker b) {
    List<String> shared = new ArrayList<>(a.wish().interests());
    shared.retainAll(b.wish().interests());
    return shared;
  }

  /// How well two suit each other, 0 to 100.
  public static int score(Seeker a, Seeker b) {
    int score = BASE;
    if (a.wish().region().equals(b.wish().region())) {
      score += SAME_REGION;
    }
    if (a.wish().type().equals(b.wish().type())) {
      score += SAME_TYPE;
    }
    score += Math.min(MOST_INTERESTS, EACH_INTEREST * common(a, b).size());
    return Math.min(MAX_SCORE, score);
  }
}
