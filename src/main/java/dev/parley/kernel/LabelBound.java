package dev.parley.kernel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps a label whose values come from strangers to few of them: the first ones as they are, all
/// later ones as [#OTHER], so that nobody makes a node keep series without end. Any thread.
final class LabelBound {

  static final String OTHER = "other";

  /// In characters; what is longer is cut.
  private static final int MAX_LENGTH = 64;

  private final int limit;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /// @param limit of distinct values
  LabelBound(int limit) {
    this.limit = limit;
  }

  /// The value to count under.
  String of(String value) {
    String asked = value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
    return known.contains(asked) || admits(asked) ? asked : OTHER;
  }

  /// Nothing is ever forgotten, so that a series once begun goes on.
  private boolean admits(String value) {
    if (known.size() >= limit) {
      return false;
    }
    synchronized (known) {
      return known.contains(value) || (known.size() < limit && known.add(value));
    }
  }
}
