package dev.parley.media.transport;

import dev.parley.contract.TransportParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A browser's end of one transport of a running node, for tests of whole nodes.
public final class LivePeer implements AutoCloseable {

  private final TransportParameters parameters;
  private Browser browser;
  private Browser.@Nullable Session session;

  public LivePeer(TransportParameters parameters) throws IOException {
    this.parameters = parameters;
    this.browser = new Browser(parameters.iceCandidates().getFirst().port());
  }

  /// What to signal before `connect`.
  public DtlsParameters dtlsParameters() {
    return browser.dtlsParameters();
  }

  /// Proves the address, then the identity.
  public void connect() throws IOException {
    check();
    session = browser.handshake(parameters, SrtpProfile.AEAD_AES_128_GCM);
  }

  /// Goes on from another address; keys stay.
  public void move() throws IOException {
    browser.close();
    browser = new Browser(parameters.iceCandidates().getFirst().port());
  }

  /// Ends DTLS as a browser does whose page is closed.
  public void closeDtls() throws IOException {
    Objects.requireNonNull(session).association().close();
  }

  /// The transport it is the end of.
  public String transportId() {
    return parameters.id();
  }

  /// A Binding request as browsers send it every few seconds, and its answer. By then the node has
  /// handled all that was sent to the port before.
  ///
  /// @return 0 for success, else the error code
  public int check() {
    return browser.check(parameters.iceParameters());
  }

  /// A valid check, not sent.
  public byte[] signedCheck() {
    return StunRequest.check(parameters.iceParameters().usernameFragment())
        .useCandidate()
        .signed(parameters.iceParameters().password());
  }

  /// An encrypted RTP packet of payload type 111, not sent.
  public byte[] rtp(long ssrc, int seq) {
    byte[] plain = Browser.rtp((int) ssrc, seq, 40);
    plain[1] = 111;
    return encrypted(plain);
  }

  /// An encrypted compound of RTCP, not sent.
  public byte[] rtcp(byte[] plain) {
    return encrypted(plain);
  }

  private byte[] encrypted(byte[] plain) {
    Browser.Session up = Objects.requireNonNull(session);
    return Objects.requireNonNull(Browser.protect(up.srtp(), Arrays.copyOf(plain, plain.length)));
  }

  /// Sends a datagram from the proved address.
  public void send(byte[] datagram) {
    browser.send(datagram);
  }

  @Override
  public void close() {
    browser.close();
  }
}
