package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.TransportParameters.IceParameters;
import dev.parley.media.transport.Rig.Told;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A transport whose browser falls silent while it is waited for.
final class SuspensionTest {

  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long CONSENT_NS = Rig.CONSENT.toNanos();

  private final Rig rig = new Rig();
  private final Rig.Peer peer = rig.peer("t");
  private final IceParameters ice = peer.parameters.iceParameters();
  private Browser browser;
  private Browser.Session session;

  @BeforeEach
  void connect() throws IOException {
    browser = new Browser(rig.port.port());
    peer.connect(browser);
    assertEquals(0, browser.check(ice));
    session = browser.handshake(peer.parameters, SrtpProfile.values());
    assertEquals(new Told.Connected(), peer.next());
  }

  @AfterEach
  void close() {
    browser.close();
    rig.close();
  }

  private void suspendFor(long ns) {
    rig.run(() -> peer.transport.suspend(rig.clock.get() + ns));
  }

  private void pass(long ns) {
    rig.run(() -> peer.transport.tick(rig.clock.addAndGet(ns)));
  }

  private boolean isOpen() {
    return peer.dump().state() == WebRtcTransport.State.CONNECTED;
  }

  private void assertMediaFlowsTo(Browser where, int seq) {
    byte[] media = Browser.rtp(5, seq, 20);
    peer.send(media);
    assertArrayEquals(media, Browser.unprotect(session.srtp(), where.receive(Demux.RTP)));
    byte[] back = Browser.rtp(6, seq, 20);
    where.send(protect(back));
    assertEquals(new Told.Rtp(Rig.hex(back)), peer.next());
  }

  private byte[] protect(byte[] plain) {
    byte[] packet = Browser.protect(session.srtp(), plain);
    if (packet == null) {
      throw new AssertionError("not protected");
    }
    return packet;
  }

  @Test
  void staysOpenAndSendsNothingToAPeerWhoseConsentExpired() {
    suspendFor(120 * SECOND_NS);

    pass(CONSENT_NS);
    assertTrue(rig.call(peer.transport::isConnected));
    pass(60 * SECOND_NS);

    assertTrue(isOpen());
    assertFalse(rig.call(peer.transport::isConnected));
    assertEquals(new Told.Disconnected(), peer.next());
    long sent = rig.call(rig.port::sendStats).datagrams();
    peer.send(Browser.rtp(5, 1, 20));
    peer.send(Browser.rtcp(5));
    assertEquals(sent, rig.call(rig.port::sendStats).datagrams());
    assertEquals(2L, peer.dump().drops().get(Drop.NOT_CONNECTED));
  }

  @Test
  void closesWhenTheTimeIsOver() {
    suspendFor(120 * SECOND_NS);

    pass(120 * SECOND_NS - 1);
    assertEquals(new Told.Disconnected(), peer.next());
    assertTrue(isOpen());
    pass(1);

    assertEquals(new Told.Closed("ice-timeout"), peer.next());
  }

  @Test
  void revivesWhenTheSameAddressChecksAgain() {
    suspendFor(120 * SECOND_NS);
    assertMediaFlowsTo(browser, 1);
    pass(90 * SECOND_NS);
    assertEquals(new Told.Disconnected(), peer.next());

    assertEquals(0, browser.check(ice));

    assertEquals(new Told.Connected(), peer.next());
    assertMediaFlowsTo(browser, 2);
    pass(SECOND_NS);
    assertTrue(peer.told.isEmpty());
  }

  @Test
  void revivesAtAnotherAddressWithoutANomination() throws IOException {
    suspendFor(120 * SECOND_NS);
    assertMediaFlowsTo(browser, 1);
    pass(90 * SECOND_NS);
    assertEquals(new Told.Disconnected(), peer.next());

    try (Browser moved = new Browser(rig.port.port())) {
      assertEquals(0, moved.check(ice));

      assertEquals(new Told.Connected(), peer.next());
      assertMediaFlowsTo(moved, 2);
    }
  }

  @Test
  void revivesAtAnotherAddressByAnIceRestart() throws IOException {
    suspendFor(120 * SECOND_NS);
    assertMediaFlowsTo(browser, 1);
    pass(90 * SECOND_NS);
    assertEquals(new Told.Disconnected(), peer.next());
    IceParameters fresh = rig.call(peer.transport::restartIce);

    try (Browser moved = new Browser(rig.port.port())) {
      assertEquals(
          0,
          moved.check(
              StunRequest.check(fresh.usernameFragment()).useCandidate(), fresh.password()));

      assertEquals(new Told.Connected(), peer.next());
      assertMediaFlowsTo(moved, 2);
      assertTrue(peer.told.isEmpty());
    }
  }

  @Test
  void hasTheTimeOfAConsentToCheckAfterItIsResumed() {
    suspendFor(600 * SECOND_NS);
    pass(90 * SECOND_NS);
    assertEquals(new Told.Disconnected(), peer.next());

    rig.run(() -> peer.transport.resume(rig.clock.get()));
    pass(CONSENT_NS - 1);
    assertTrue(isOpen());
    pass(1);

    assertEquals(new Told.Closed("ice-timeout"), peer.next());
  }

  @Test
  void endsAtOnceWhenTheBrowserClosesDtls() throws IOException {
    suspendFor(120 * SECOND_NS);

    session.association().close();

    assertEquals(new Told.Closed("dtls-closed"), peer.next());
  }
}
