package dev.parley.media.transport;

import dev.parley.contract.TransportParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.IceParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/// The other side: a real UDP socket, real ICE checks, a real DTLS client and SRTP.
final class Browser implements AutoCloseable {

  static final int PATIENCE_MS = 10_000;

  private final DatagramSocket socket;
  private final InetSocketAddress server;
  final Certificate certificate = Certificate.create();

  /// Completed when the first DTLS datagram has left.
  final CompletableFuture<Boolean> dtlsSent = new CompletableFuture<>();

  Browser(int serverPort) throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(PATIENCE_MS);
    socket.setReceiveBufferSize(1 << 20);
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
  }

  DtlsParameters dtlsParameters() {
    return new DtlsParameters("client", List.of(certificate.fingerprint()));
  }

  void send(byte[] datagram) {
    try {
      socket.send(new DatagramPacket(datagram, datagram.length, server));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next datagram of a kind; others are skipped.
  byte[] receive(Demux kind) {
    try {
      while (true) {
        byte[] datagram = receive();
        if (Demux.of(datagram, datagram.length) == kind) {
          return datagram;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Checks the path and returns the error code of the answer, 0 for success. By then the server
  /// has handled all that was sent to its port before, from whatever socket.
  int check(IceParameters ice) {
    return check(StunRequest.check(ice.usernameFragment()), ice.password());
  }

  int check(StunRequest request, String password) {
    send(request.signed(password));
    byte[] response = receive(Demux.STUN);
    while (!request.isAnsweredBy(response)) {
      response = receive(Demux.STUN);
    }
    return StunRequest.errorCode(response);
  }

  /// Runs the DTLS handshake as a browser does.
  Session handshake(TransportParameters parameters, SrtpProfile... profiles) throws IOException {
    return handshake(certificate, parameters, profiles);
  }

  Session handshake(Certificate mine, TransportParameters parameters, SrtpProfile... profiles)
      throws IOException {
    Fingerprints expected =
        Fingerprints.signalled(
            new DtlsParameters("auto", parameters.dtlsParameters().fingerprints()));
    DtlsClient client = new DtlsClient(mine, expected, List.of(profiles));
    DTLSTransport association = new DTLSClientProtocol().connect(client, new Path());
    SrtpKeys keys = client.keys();
    if (keys == null) {
      throw new IOException("no keys");
    }
    return new Session(association, new Srtp(keys), keys.profile());
  }

  /// An association that is up.
  record Session(DTLSTransport association, Srtp srtp, SrtpProfile profile) {}

  /// An RTP packet, plain: version 2, payload type 96.
  static byte[] rtp(int ssrc, int seq, int payload) {
    byte[] packet = new byte[12 + payload];
    packet[0] = (byte) 0x80;
    packet[1] = 96;
    packet[2] = (byte) (seq >>> 8);
    packet[3] = (byte) seq;
    packet[8] = (byte) (ssrc >>> 24);
    packet[9] = (byte) (ssrc >>> 16);
    packet[10] = (byte) (ssrc >>> 8);
    packet[11] = (byte) ssrc;
    Arrays.fill(packet, 12, packet.length, (byte) seq);
    return packet;
  }

  /// A receiver report without blocks.
  static byte[] rtcp(int ssrc) {
    return new byte[] {
      (byte) 0x80,
      (byte) 201,
      0,
      1,
      (byte) (ssrc >>> 24),
      (byte) (ssrc >>> 16),
      (byte) (ssrc >>> 8),
      (byte) ssrc
    };
  }

  static byte @Nullable [] protect(Srtp srtp, byte[] plain) {
    byte[] packet = Arrays.copyOf(plain, plain.length + 64);
    Srtp.Verdict verdict =
        Demux.of(plain, plain.length) == Demux.RTP
            ? srtp.protectRtp(packet, 0, plain.length)
            : srtp.protectRtcp(packet, 0, plain.length);
    return verdict == Srtp.Verdict.OK ? Arrays.copyOf(packet, srtp.length()) : null;
  }

  static byte @Nullable [] unprotect(Srtp srtp, byte[] packet) {
    Srtp.Verdict verdict =
        Demux.of(packet, packet.length) == Demux.RTP
            ? srtp.unprotectRtp(packet, 0, packet.length)
            : srtp.unprotectRtcp(packet, 0, packet.length);
    return verdict == Srtp.Verdict.OK ? Arrays.copyOf(packet, srtp.length()) : null;
  }

  @Override
  public void close() {
    socket.close();
  }

  private byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  /// The socket as DTLS sees it.
  private final class Path implements DatagramTransport {

    @Override
    public int getReceiveLimit() {
      return 1500;
    }

    @Override
    public int getSendLimit() {
      return 1200;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
      try {
        socket.setSoTimeout(waitMillis == 0 ? PATIENCE_MS : waitMillis);
        byte[] datagram = Browser.this.receive();
        if (Demux.of(datagram, datagram.length) != Demux.DTLS) {
          return -1;
        }
        System.arraycopy(datagram, 0, buffer, offset, Math.min(length, datagram.length));
        return Math.min(length, datagram.length);
      } catch (SocketTimeoutException e) {
        return -1;
      } finally {
        socket.setSoTimeout(PATIENCE_MS);
      }
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
      Browser.this.send(Arrays.copyOfRange(buffer, offset, offset + length));
      dtlsSent.complete(true);
    }

    @Override
    public void close() {}
  }
}
