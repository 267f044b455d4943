package dev.parley.signaling;

import dev.parley.kernel.Config;
import dev.parley.kernel.TokenBucket;

/// Holds one socket to the events it may send, whatever they are. What is over the limit is
/// refused; what is refused is counted against a second limit of the same size, and a client that
/// breaks this one too does not listen. For one thread; time comes in.
final class EventLimit {

  /// What becomes of an event.
  enum Verdict {
    /// It is served.
    PASS,
    /// It is refused, and the client is told.
    REFUSE,
    /// It is refused. The client was told a moment ago.
    REFUSE_QUIETLY,
    /// It is refused, and the client has to go.
    CUT
  }

  private static final long TELL_EVERY_NS = 1_000_000_000L;

  private final TokenBucket events;
  private final TokenBucket patience;
  private boolean wasTold;
  private long toldNs;

  EventLimit(Config.Bucket limit) {
    this.events = new TokenBucket(limit);
    this.patience = new TokenBucket(limit);
  }

  Verdict count(long nowNs) {
    if (events.takes(nowNs)) {
      return Verdict.PASS;
    }
    if (!patience.takes(nowNs)) {
      return Verdict.CUT;
    }
    if (wasTold && nowNs - toldNs < TELL_EVERY_NS) {
      return Verdict.REFUSE_QUIETLY;
    }
    wasTold = true;
    toldNs = nowNs;
    return Verdict.REFUSE;
  }

  /// Milliseconds until an event may pass again; 0 when it may now.
  long retryAfterMs(long nowNs) {
    return events.retryAfterMs(nowNs);
  }
}
