package dev.parley.media.transport;

import java.net.InetSocketAddress;
import java.util.Random;

/// An outlet that does a part of what a connected `WebRtcTransport` does with a packet, with the
/// same parts: nothing, encryption, or encryption and sending. Keys are random and the address is
/// given, so that neither ICE nor DTLS is needed.
public final class StageOutlet implements Outlet {

  /// How far a packet goes.
  public enum Stage {
    /// Rewritten for the consumer, then forgotten.
    FORWARD,
    /// Encrypted too.
    SRTP,
    /// Sent too, each datagram a message of its own.
    SEND,
    /// Sent too, neighbours to one address merged (GSO) where the kernel can.
    SEND_MERGED
  }

  private static final Random RANDOM = new Random(7);

  static {
    Srtp.pinCipher();
  }

  private final UdpPort port;
  private final Stage stage;
  private final Srtp srtp;
  private final Tuple to;
  private long refused;

  /// @param to where datagrams go; outlets with one address count as different receivers
  public StageOutlet(UdpPort port, Stage stage, SrtpProfile profile, InetSocketAddress to) {
    this.port = port;
    this.stage = stage;
    byte[] material = new byte[SrtpKeys.materialLength(profile)];
    RANDOM.nextBytes(material);
    srtp = new Srtp(SrtpKeys.ofServer(profile, material));
    this.to = new Tuple(to, 0);
    if (stage != Stage.SEND_MERGED) {
      this.to.mergeLimit = 0;
    }
  }

  @Override
  public byte[] buffer() {
    return port.scratch();
  }

  @Override
  public void sendRtp(int length) {
    if (stage == Stage.FORWARD) {
      return;
    }
    byte[] scratch = port.scratch();
    if (srtp.protectRtp(scratch, 0, length) != Srtp.Verdict.OK) {
      refused++;
    } else if (stage != Stage.SRTP && !port.send(to, scratch, 0, srtp.length())) {
      refused++;
    }
  }

  /// The benchmark is about RTP: reports go nowhere.
  @Override
  public void sendRtcp(int length) {}

  @Override
  public boolean isConnected() {
    return true;
  }

  /// Packets that were not encrypted or not taken by the socket.
  public long refused() {
    return refused;
  }

  /// Wipes the keys.
  public void close() {
    srtp.close();
  }
}
