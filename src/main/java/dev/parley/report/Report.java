package dev.parley.report;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a device says of one it has met, and what a moderator made of it.
///
/// @param evidence where to find what shows it; we do not look
/// @param moderatorId device id of who decided it; null while it is pending
public record Report(
    String id,
    String reporterId,
    String reportedId,
    String sessionId,
    Reason reason,
    @Nullable String comment,
    @Nullable String evidence,
    Instant createdAt,
    Status status,
    @Nullable String moderatorId,
    @Nullable Instant moderatedAt) {

  /// What is wrong.
  public enum Reason {
    HARASSMENT,
    INAPPROPRIATE_CONTENT,
    SPAM,
    NUDITY,
    VIOLENCE,
    OTHER;

    /// As it is written on the wire and in the store.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> words() {
      return Arrays.stream(values()).map(Reason::word).toList();
    }

    public static Reason of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /// What has become of it.
  public enum Status {
    PENDING,
    /// The reported device was shut out.
    ACCEPTED,
    REJECTED;

    /// As it is written on the wire and in the store.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> words() {
      return Arrays.stream(values()).map(Status::word).toList();
    }

    public static Status of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}
