package dev.parley;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the metrics that an expression of PromQL is about.
final class MetricNames {

  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}|\\[[^]]*]");

  /// `by (le)`, `on (job)` and their like, which hold labels.
  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

  private static final Pattern OFFSET = Pattern.compile("\\boffset\\s+\\w+");
  private static final Pattern WORD =
      Pattern.compile("(?<![\\w.])[a-zA-Z_:][a-zA-Z0-9_:]*+(?!\\s*\\()");
  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");

  private MetricNames() {}

  static Set<String> of(String expression) {
    String bare = expression;
    for (Pattern noise : new Pattern[] {STRING, MATCHERS, LABELS, OFFSET}) {
      bare = noise.matcher(bare).replaceAll(" ");
    }
    Set<String> names = new TreeSet<>();
    Matcher words = WORD.matcher(bare);
    while (words.find()) {
      if (!OPERATORS.contains(words.group())) {
        names.add(words.group());
      }
    }
    return names;
  }
}
