package dev.parley.media;

import dev.parley.contract.MediaRequest.Direction;
import dev.parley.media.transport.WebRtcTransport;
import java.security.SecureRandom;
import java.util.HexFormat;

/// One browser's transport in a room: the secured path and the RTP session over it, with what
/// negotiation has to remember of it. On the worker's event loop.
final class Link {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String owner;
  private String signalingNode;
  private final Direction direction;
  private final WebRtcTransport transport;
  private final RtpSession session;
  private final Ssrcs ssrcs = new Ssrcs(RANDOM);
  private final String cname;
  private int nextMid;
  private boolean isClosing;

  /// @param owner socket id of the participant
  /// @param signalingNode node that is told of what happens to it
  Link(
      String owner,
      String signalingNode,
      Direction direction,
      WebRtcTransport transport,
      RtpSession session) {
    this.owner = owner;
    this.signalingNode = signalingNode;
    this.direction = direction;
    this.transport = transport;
    this.session = session;
    byte[] name = new byte[8];
    RANDOM.nextBytes(name);
    this.cname = HexFormat.of().formatHex(name);
  }

  String id() {
    return transport.id();
  }

  String owner() {
    return owner;
  }

  String signalingNode() {
    return signalingNode;
  }

  /// Another node is told of what happens to it from now on.
  void adoptedBy(String node) {
    signalingNode = node;
  }

  Direction direction() {
    return direction;
  }

  WebRtcTransport transport() {
    return transport;
  }

  RtpSession session() {
    return session;
  }

  Ssrcs ssrcs() {
    return ssrcs;
  }

  /// Name that groups the tracks sent over this transport (RFC 7022).
  String cname() {
    return cname;
  }

  /// A MID that no consumer on this transport has had.
  String nextMid() {
    return Integer.toString(nextMid++);
  }

  /// Whether a producer on this transport has this MID.
  boolean hasMid(String mid) {
    for (Producer producer : session.producers()) {
      if (mid.equals(producer.spec().mid())) {
        return true;
      }
    }
    return false;
  }

  /// Ends it because that was asked for: nobody has to be told.
  void close() {
    isClosing = true;
    transport.close();
  }

  /// Whether its end was asked for.
  boolean isClosing() {
    return isClosing;
  }
}
