package dev.parley.match;

import dev.parley.contract.Seeker;
import dev.parley.contract.Wish;
import java.util.ArrayList;
import java.util.List;

/// The shelves on which those who wait are kept, so that whoever suits somebody stands at the front
/// of one of a few of them, however many wait. On one shelf are those who differ in nothing that
/// decides whether they suit another, but for blocks and past meetings. Pure.
final class Buckets {

  private static final List<String> TYPES = List.of("casual", "serious", "gaming");
  private static final List<String> GENDERS = List.of("", "male", "female", "other");

  private Buckets() {}

  /// A shelf to look at.
  ///
  /// @param untilMs only those count who have waited since then or before
  record Look(String bucket, long untilMs) {}

  /// The shelf of those who are in any region.
  static String everywhere(Wish wish) {
    return everywhere(
        wish.language(),
        wish.type(),
        wish.gender(),
        wish.genderPreference(),
        wish.nativeLanguage(),
        wish.learningLanguage());
  }

  /// The shelf of those of the region alone.
  static String regional(Wish wish) {
    return regional(everywhere(wish), wish.region());
  }

  private static String regional(String everywhere, String region) {
    return everywhere + "@" + region;
  }

  private static String everywhere(
      String language,
      String type,
      String gender,
      String preference,
      String speaks,
      String learns) {
    return String.join("|", language, type, gender, preference, speaks, learns);
  }

  /// Where those stand who suit somebody: each of the shelves is in the order of waiting.
  static List<Look> looks(MatchRule rule, Seeker seeker, long nowMs) {
    Wish wish = seeker.wish();
    boolean isWide = rule.isWidened(seeker, nowMs);
    boolean isExchange = wish.type().equals(Wish.EXCHANGE);
    long widened = nowMs - rule.widenAfter().toMillis();
    List<Look> looks = new ArrayList<>();
    for (String type : isExchange ? List.of(Wish.EXCHANGE) : TYPES) {
      for (String gender :
          wish.genderPreference().isEmpty() ? GENDERS : List.of(wish.genderPreference())) {
        for (String preference :
            wish.gender().isEmpty() ? List.of("") : List.of("", wish.gender())) {
          String bucket =
              everywhere(
                  wish.language(),
                  type,
                  gender,
                  preference,
                  wish.learningLanguage(),
                  wish.nativeLanguage());
          boolean isAnyone =
              isWide || (type.equals(wish.type()) && wish.region().equals(Wish.GLOBAL));
          looks.add(new Look(bucket, isAnyone ? Long.MAX_VALUE : widened));
          if (!isAnyone && type.equals(wish.type())) {
            looks.add(new Look(regional(bucket, wish.region()), Long.MAX_VALUE));
            looks.add(new Look(regional(bucket, Wish.GLOBAL), Long.MAX_VALUE));
          }
        }
      }
    }
    return looks;
  }
}
