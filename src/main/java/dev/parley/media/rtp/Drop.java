package dev.parley.media.rtp;

/// Why a packet went no further. Counted in `Traffic`, never logged.
public enum Drop {
  /// Not a well-formed RTP packet.
  MALFORMED(0),
  /// Not a well-formed RTCP packet, or one that ends in the middle.
  MALFORMED_RTCP(1),
  /// No producer expects this ssrc, mid or rid.
  UNKNOWN_SSRC(2),
  /// The ssrc is known, the payload type is not that of its codec.
  UNKNOWN_PAYLOAD_TYPE(3),
  /// Seen before: a repeat of the network, or of a sender that probes.
  DUPLICATE(4),
  /// Older than the window of sequence numbers that are remembered.
  TOO_OLD(5),
  /// Nothing but padding.
  PADDING(6),
  /// A retransmission too short to hold its original sequence number, or of a stream without media.
  BAD_RTX(7),
  /// The producer is paused.
  PRODUCER_PAUSED(8),
  /// The consumer is paused.
  CONSUMER_PAUSED(9),
  /// The consumer waits for a keyframe.
  NO_KEYFRAME(10),
  /// Of an encoding that the consumer does not forward now.
  OTHER_ENCODING(11),
  /// From before the point where the consumer started with this encoding.
  BEFORE_SYNC(12),
  /// Longer than what may be sent.
  TOO_LONG(13),
  /// Asked for again, but no longer (or never) held.
  NOT_HELD(14),
  /// Asked for again too soon, too often, or among too many.
  RESEND_LIMIT(15),
  /// The consumer's transport is not connected.
  NOT_CONNECTED(16);

  /// How many reasons there are.
  public static final int COUNT = 17;

  private final int index;

  Drop(int index) {
    this.index = index;
  }

  /// Its place in an array of counters.
  public int index() {
    return index;
  }
}
