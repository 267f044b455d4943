package dev.parley.kernel;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;

/// The one exception for everything a caller can cause or must be told: a stable code and a
/// message.
///
/// It travels over the bus as itself (see `Bus`) and is rendered by each dialect or route as its
/// clients expect. The message is shown to clients: it never holds a secret, an address or a stack.
public final class Failure extends ReplyException {

  private static final long serialVersionUID = 1L;

  /// What kind of failure it is, with the HTTP status that goes with it.
  public enum Code {
    /// The request is malformed or breaks a rule that its sender could have checked.
    INVALID(400),
    /// No identity, or one that does not hold (any more).
    UNAUTHENTICATED(401),
    /// A known identity that may not do this.
    FORBIDDEN(403),
    /// An e-mail address of a domain that the meeting does not admit, or none.
    DOMAIN_NOT_ALLOWED(403),
    /// The host did not let the caller in.
    JOIN_REJECTED(403),
    /// No host has decided for too long whether the caller may come in.
    JOIN_TIMED_OUT(403),
    /// No such thing, or none the caller may know of.
    NOT_FOUND(404),
    /// It exists already, or its state does not allow this now.
    CONFLICT(409),
    /// The room has as many participants as it may.
    ROOM_FULL(409),
    /// The room has ended.
    ROOM_CLOSED(410),
    /// The message or body is larger than the limit.
    TOO_LARGE(413),
    /// Too many of these in too short a time.
    RATE_LIMITED(429),
    /// A store or another node does not answer; the same request may succeed later.
    UNAVAILABLE(503),
    /// A fault of ours.
    INTERNAL(500);

    private final int status;

    Code(int status) {
      this.status = status;
    }

    /// HTTP status code.
    public int status() {
      return status;
    }
  }

  private final Code code;
  private final long retryAfterMs;
  private final String[] complaints;

  public Failure(Code code, String message) {
    this(code, message, 0);
  }

  /// @param retryAfterMs milliseconds after which the same may succeed; 0 when nobody knows
  public Failure(Code code, String message, long retryAfterMs) {
    this(code, message, retryAfterMs, new String[0]);
  }

  private Failure(Code code, String message, long retryAfterMs, String[] complaints) {
    super(ReplyFailure.RECIPIENT_FAILURE, code.status, message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.complaints = complaints;
  }

  /// What is wrong with the fields of a body, one by one; the message has them all. Empty for any
  /// other failure, and where it came over the bus.
  public List<String> complaints() {
    return List.of(complaints);
  }

  /// Milliseconds after which the same may succeed; 0 when nobody knows.
  public long retryAfterMs() {
    return retryAfterMs;
  }

  public Code code() {
    return code;
  }

  /// The message, never null (unlike `getMessage`).
  public String text() {
    String message = getMessage();
    return message == null ? code.name() : message;
  }

  public static Failure invalid(String message) {
    return new Failure(Code.INVALID, message);
  }

  /// @param complaints at least one
  public static Failure invalid(List<String> complaints) {
    return new Failure(
        Code.INVALID, String.join(", ", complaints), 0, complaints.toArray(String[]::new));
  }

  public static Failure notFound(String message) {
    return new Failure(Code.NOT_FOUND, message);
  }

  public static Failure forbidden(String message) {
    return new Failure(Code.FORBIDDEN, message);
  }

  public static Failure unavailable(String message) {
    return new Failure(Code.UNAVAILABLE, message);
  }
}
