package dev.parley.kernel;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The time as clients read it: ISO 8601, UTC, milliseconds.
public final class Now {

  private Now() {}

  public static String text() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
