package dev.parley.match;

import dev.parley.contract.Seeker;
import dev.parley.contract.Wish;
import java.util.List;
import java.util.Random;

/// Seekers for tests.
final class People {

  private static final List<String> GENDERS = List.of("", "male", "female", "other");
  private static final List<String> TYPES = List.of("casual", "serious", "gaming", Wish.EXCHANGE);
  private static final List<String> REGIONS = List.of(Wish.GLOBAL, "eu", "us");
  private static final List<String> LANGUAGES = List.of("en", "de");
  private static final List<String> INTERESTS = List.of("chess", "go", "jazz", "bread");

  private People() {}

  static Wish wish(String region, String language, String gender, String preference, String type) {
    boolean isExchange = type.equals(Wish.EXCHANGE);
    return new Wish(
        region,
        language,
        gender,
        preference,
        type,
        isExchange ? "en" : "",
        isExchange ? "de" : "",
        List.of());
  }

  static Wish anyone() {
    return wish(Wish.GLOBAL, "en", "", "", "casual");
  }

  static Seeker seeker(String device, long sinceMs, Wish wish) {
    return new Seeker(device, "socket-" + device, "", "node", "", sinceMs, wish);
  }

  static Wish random(Random random) {
    String type = any(random, TYPES);
    boolean isExchange = type.equals(Wish.EXCHANGE);
    return new Wish(
        any(random, REGIONS),
        any(random, LANGUAGES),
        any(random, GENDERS),
        any(random, GENDERS),
        type,
        isExchange ? any(random, LANGUAGES) : "",
        isExchange ? any(random, LANGUAGES) : "",
        INTERESTS.stream().filter(_ -> random.nextInt(4) == 0).toList());
  }

  private static String any(Random random, List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
