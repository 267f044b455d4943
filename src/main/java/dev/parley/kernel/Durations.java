package dev.parley.kernel;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as a configuration file writes them: a whole number and a unit of `ms`, `s`, `m`, `h`
/// or `d` (`"250ms"`, `"5m"`), or bare seconds (`3600`).
public final class Durations {

  private static final Pattern TEXT = Pattern.compile("\\s*(\\d{1,15})\\s*(ms|s|m|h|d|)\\s*");

  private Durations() {}

  /// Decodes a text; throws `IllegalArgumentException` for any other form.
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a duration (such as \"250ms\", \"30s\", \"5m\", or seconds)");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(Math.min(number, 100_000_000_000L));
      default -> Duration.ofSeconds(number);
    };
  }

  /// The shortest text that `parse` reads back, for whole milliseconds.
  public static String format(Duration duration) {
    long ms = duration.toMillis();
    if (ms == 0 || ms % 1000 != 0) {
      return ms == 0 ? "0s" : ms + "ms";
    }
    long seconds = ms / 1000;
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
