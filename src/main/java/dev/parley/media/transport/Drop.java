package dev.parley.media.transport;

import java.util.EnumMap;
import java.util.Map;

/// Why a datagram or packet went no further.
public enum Drop {
  /// Empty, too long, or of a kind that is not spoken here.
  NOT_MEDIA,
  /// No transport is known at the sender's address.
  UNKNOWN_ADDRESS,
  /// STUN that does not parse, or is no Binding request.
  MALFORMED_STUN,
  /// A Binding request whose user name fragment belongs to no transport.
  UNKNOWN_UFRAG,
  /// A Binding request refused with an error response.
  REFUSED_STUN,
  /// A valid check from an address that another live transport holds.
  ADDRESS_TAKEN,
  /// DTLS that is not made of whole records, or too long.
  MALFORMED_DTLS,
  /// DTLS that came too early or too fast to be queued.
  DTLS_OVERFLOW,
  /// Media before the keys are known, or after the close.
  NOT_CONNECTED,
  /// An SRTP or SRTCP packet whose tag does not fit.
  UNAUTHENTIC,
  /// An SRTP or SRTCP packet seen before, or too old to tell.
  REPLAYED,
  /// RTP or RTCP too short, or with a header that does not parse.
  MALFORMED_MEDIA,
  /// Too many new SSRCs of one browser at once.
  SSRC_FLOOD,
  /// A packet to be sent that is longer than `Outlet.MAX_PACKET`, or empty.
  BAD_LENGTH,
  /// The socket takes less than is sent, and the batch is full.
  SEND_OVERFLOW,
  /// The kernel refused a datagram.
  SEND_FAILED,
  /// A datagram that found the kernel's receive buffer full, as far as the system tells.
  RECEIVE_OVERFLOW,
  /// A fault of ours while a datagram was handled.
  INTERNAL;

  /// Counts by reason; plain fields for one event loop.
  static final class Counts {
    private final EnumMap<Drop, Count> counts = new EnumMap<>(Drop.class);

    Counts() {
      for (Drop reason : Drop.values()) {
        counts.put(reason, new Count());
      }
    }

    void add(Drop reason) {
      count(reason).value++;
    }

    void add(Drop reason, long number) {
      count(reason).value += number;
    }

    long of(Drop reason) {
      return count(reason).value;
    }

    /// The reasons that occurred, with how often.
    Map<Drop, Long> snapshot() {
      EnumMap<Drop, Long> copy = new EnumMap<>(Drop.class);
      counts.forEach((reason, count) -> {
        if (count.value > 0) {
          copy.put(reason, count.value);
        }
      });
      return Map.copyOf(copy);
    }

    private Count count(Drop reason) {
      Count count = counts.get(reason);
      if (count == null) {
        throw new IllegalStateException("no count for " + reason);
      }
      return count;
    }
  }

  private static final class Count {
    long value;
  }
}
