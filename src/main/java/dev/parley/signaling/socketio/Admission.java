package dev.parley.signaling.socketio;

import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who may open a session. Both rules are called on event loops, at the same time on several, and
/// must not wait.
///
/// @param isOriginAllowed whether a page of this `Origin` may; clients that send none are no
///   browsers and are not asked. Browsers let any page open a WebSocket, so this is what keeps
///   foreign pages out
/// @param refusal the message with which the handshake is refused, or null to let it pass
/// @param lease the place of the session that comes of it, to be released at its end
/// @param entrance a word for the application about where the client came in
public record Admission(
    Predicate<String> isOriginAllowed,
    Function<Handshake, @Nullable String> refusal,
    Lease lease,
    String entrance) {

  /// Without a place that anybody counts.
  public Admission(
      Predicate<String> isOriginAllowed, Function<Handshake, @Nullable String> refusal) {
    this(isOriginAllowed, refusal, Lease.none(), "");
  }

  /// Lets everyone in.
  public static Admission open() {
    return new Admission(_ -> true, _ -> null);
  }

  /// Lets the pages of these origins in (`https://meet.example.org`), as well as what is no
  /// browser.
  public static Admission ofOrigins(Set<String> origins) {
    Set<String> allowed = Set.copyOf(origins);
    return new Admission(allowed::contains, _ -> null);
  }
}
