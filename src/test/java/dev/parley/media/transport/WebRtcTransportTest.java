package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.Fingerprint;
import dev.parley.contract.TransportParameters.IceParameters;
import dev.parley.kernel.Failure;
import dev.parley.media.transport.Rig.Told;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A transport against a browser's side of our own, over loopback sockets.
final class WebRtcTransportTest {

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private Browser browser() throws IOException {
    return new Browser(rig.port.port());
  }

  private Browser.Session connect(Rig.Peer peer, Browser browser) throws IOException {
    peer.connect(browser);
    assertEquals(0, browser.check(peer.parameters.iceParameters()));
    Browser.Session session = browser.handshake(peer.parameters, SrtpProfile.values());
    assertEquals(new Told.Connected(), peer.next());
    return session;
  }

  @ParameterizedTest
  @CsvSource({
    "true, AEAD_AES_128_GCM",
    "true, AES_CM_128_HMAC_SHA1_80",
    "true, AEAD_AES_256_GCM",
    "false, AEAD_AES_128_GCM"
  })
  void carriesPacketsBothWaysWithEveryProfile(boolean isNative, SrtpProfile profile)
      throws IOException {
    rig.close();
    rig = new Rig(isNative, List.of(profile));
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      Browser.Session session = connect(peer, browser);
      assertEquals(profile, session.profile());

      for (int seq = 65530; seq < 65550; seq++) {
        byte[] plain = Browser.rtp(0x89abcdef, seq & 0xffff, 100);
        browser.send(notNull(Browser.protect(session.srtp(), plain)));
        assertEquals(new Told.Rtp(Rig.hex(plain)), peer.next());
      }
      byte[] report = Browser.rtcp(7);
      browser.send(notNull(Browser.protect(session.srtp(), report)));
      assertEquals(new Told.Rtcp(Rig.hex(report)), peer.next());

      byte[] media = Browser.rtp(1234, 1, 1200);
      peer.send(media);
      assertArrayEquals(media, Browser.unprotect(session.srtp(), browser.receive(Demux.RTP)));
      peer.send(report);
      assertArrayEquals(report, Browser.unprotect(session.srtp(), browser.receive(Demux.RTCP)));
      assertTrue(rig.batches.get() > 0);
    }
  }

  @Test
  void prefersTheFirstConfiguredProfile() throws IOException {
    rig.close();
    rig = new Rig(true, List.of(SrtpProfile.AEAD_AES_256_GCM, SrtpProfile.AEAD_AES_128_GCM));
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      assertEquals(SrtpProfile.AEAD_AES_256_GCM, connect(peer, browser).profile());
    }
  }

  @Test
  void refusesAReplayedPacket() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      Browser.Session session = connect(peer, browser);
      byte[] first = notNull(Browser.protect(session.srtp(), Browser.rtp(1, 1, 10)));
      byte[] second = notNull(Browser.protect(session.srtp(), Browser.rtp(1, 2, 10)));

      browser.send(first);
      browser.send(first);
      browser.send(second);

      assertEquals(new Told.Rtp(Rig.hex(Browser.rtp(1, 1, 10))), peer.next());
      assertEquals(new Told.Rtp(Rig.hex(Browser.rtp(1, 2, 10))), peer.next());
      assertEquals(1L, peer.dump().drops().get(Drop.REPLAYED));
    }
  }

  @Test
  void letsAnHonestPublisherInAmongForgedPacketsFromItsAddress() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      Browser.Session session = connect(peer, browser);
      for (int ssrc = 0; ssrc < 500; ssrc++) {
        browser.send(Browser.rtp(ssrc, 1, 40));
      }
      byte[] plain = Browser.rtp(0x1234, 1, 40);

      browser.send(notNull(Browser.protect(session.srtp(), plain)));

      assertEquals(new Told.Rtp(Rig.hex(plain)), peer.next());
      assertEquals(500L, peer.dump().drops().get(Drop.UNAUTHENTIC));
    }
  }

  @Test
  void countsEveryDatagramThatWasSentAlsoThoseTheKernelDropped() throws IOException {
    try (Browser stranger = browser()) {
      byte[] media = Browser.rtp(1, 1, 1000);
      int number = 50_000;

      rig.run(() -> {
        for (int i = 0; i < number; i++) {
          stranger.send(media);
        }
      });

      Map<Drop, Long> drops = rig.call(rig.port::drops);
      long overflown = drops.getOrDefault(Drop.RECEIVE_OVERFLOW, 0L);
      assertTrue(overflown > 0, drops::toString);
      for (int i = 0; i < 100_000 && counted(drops) < number; i++) {
        drops = rig.call(rig.port::drops);
      }
      assertEquals(number, counted(drops));
      assertEquals(overflown, drops.get(Drop.RECEIVE_OVERFLOW));
    }
  }

  private static long counted(Map<Drop, Long> drops) {
    return drops.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void closesWhenTheCertificateIsNotTheSignalledOne() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      peer.connect(browser);
      browser.check(peer.parameters.iceParameters());

      assertThrows(
          TlsFatalAlertReceived.class,
          () ->
              browser.handshake(
                  Certificate.create(), peer.parameters, SrtpProfile.AEAD_AES_128_GCM));

      assertEquals(new Told.Closed("dtls-failed"), peer.next());
    }
  }

  @Test
  void answers401AndRemembersNothingForAWrongPassword() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      int code =
          browser.check(
              StunRequest.check(peer.parameters.iceParameters().usernameFragment()), "wrong");

      assertEquals(401, code);
      assertEquals(0, peer.dump().tuples());
      assertEquals(0, rig.call(rig.port::addresses));
    }
  }

  @Test
  void keepsSilentToAnUnknownUfrag() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      browser.send(StunRequest.check("nobodyis").signed("pw"));
      assertEquals(0, browser.check(peer.parameters.iceParameters()));

      assertEquals(1L, rig.call(rig.port::drops).get(Drop.UNKNOWN_UFRAG));
    }
  }

  @Test
  void takesTheOldUfragUntilTheFirstCheckWithTheNew() throws IOException {
    Rig.Peer peer = rig.peer("t");
    IceParameters old = peer.parameters.iceParameters();
    try (Browser browser = browser();
        Browser moved = browser()) {
      Browser.Session session = connect(peer, browser);
      IceParameters fresh = rig.call(peer.transport::restartIce);
      assertEquals(0, browser.check(old));
      peer.send(Browser.rtp(5, 1, 20));
      assertNotNull(Browser.unprotect(session.srtp(), browser.receive(Demux.RTP)));

      assertEquals(0, moved.check(fresh));

      assertEquals(new Told.Connected(), peer.next());
      peer.send(Browser.rtp(5, 2, 20));
      assertNotNull(Browser.unprotect(session.srtp(), moved.receive(Demux.RTP)));
      browser.send(StunRequest.check(old.usernameFragment()).signed(old.password()));
      assertEquals(0, browser.check(fresh));
      assertEquals(1L, rig.call(rig.port::drops).get(Drop.UNKNOWN_UFRAG));
    }
  }

  @Test
  void closesWhenChecksStopForLongerThanConsentLasts() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      connect(peer, browser);
      long lastCheckNs = rig.clock.get();

      rig.run(() -> peer.transport.tick(lastCheckNs + Rig.CONSENT.toNanos()));
      assertTrue(rig.call(peer.transport::isConnected));
      rig.run(() -> peer.transport.tick(lastCheckNs + Rig.CONSENT.toNanos() + 1));

      assertEquals(new Told.Closed("ice-timeout"), peer.next());
      assertFalse(rig.call(peer.transport::isConnected));
    }
  }

  @Test
  void closesWhenDtlsDoesNotBeginInTime() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      peer.connect(browser);
      browser.check(peer.parameters.iceParameters());

      rig.run(() -> peer.transport.tick(rig.clock.get() + WebRtcTransport.DTLS_TIMEOUT_NS + 1));

      assertEquals(new Told.Closed("dtls-failed"), peer.next());
    }
  }

  @Test
  void closesOnCloseNotify() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      Browser.Session session = connect(peer, browser);

      session.association().close();

      assertEquals(new Told.Closed("dtls-closed"), peer.next());
    }
  }

  @Test
  void tellsTheBrowserWhenItClosesAndTellsTheInletOnce() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      connect(peer, browser);

      rig.run(peer.transport::close);
      rig.run(peer.transport::close);

      assertEquals(new Told.Closed("closed"), peer.next());
      byte alert = 21;
      assertEquals(alert, browser.receive(Demux.DTLS)[0]);
      assertTrue(peer.told.isEmpty());
      assertEquals(0, rig.call(rig.port::transports));
      assertEquals(0, rig.call(rig.port::addresses));
    }
  }

  @Test
  void keepsAClientHelloThatComesBeforeConnect() throws Exception {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser();
        Browser other = browser()) {
      browser.check(peer.parameters.iceParameters());
      CompletableFuture<SrtpProfile> agreed = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              agreed.complete(browser.handshake(peer.parameters, SrtpProfile.values()).profile());
            } catch (IOException e) {
              agreed.completeExceptionally(e);
            }
          });
      browser.dtlsSent.get(Browser.PATIENCE_MS, TimeUnit.MILLISECONDS);
      other.check(peer.parameters.iceParameters());
      assertEquals(1, rig.call(peer.transport::earlyDatagrams));

      peer.connect(browser);

      assertEquals(
          SrtpProfile.AEAD_AES_128_GCM, agreed.get(Browser.PATIENCE_MS, TimeUnit.MILLISECONDS));
      assertEquals(new Told.Connected(), peer.next());
    }
  }

  @Test
  void movesToASecondTupleOnUseCandidateOnly() throws IOException {
    Rig.Peer peer = rig.peer("t");
    IceParameters ice = peer.parameters.iceParameters();
    try (Browser browser = browser();
        Browser other = browser()) {
      Browser.Session session = connect(peer, browser);
      assertEquals(0, other.check(ice));
      peer.send(Browser.rtp(5, 1, 20));
      assertNotNull(Browser.unprotect(session.srtp(), browser.receive(Demux.RTP)));

      assertEquals(
          0, other.check(StunRequest.check(ice.usernameFragment()).useCandidate(), ice.password()));

      peer.send(Browser.rtp(5, 2, 20));
      assertNotNull(Browser.unprotect(session.srtp(), other.receive(Demux.RTP)));
      assertEquals(2, peer.dump().tuples());
    }
  }

  @Test
  void leavesALiveTransportItsAddress() throws IOException {
    Rig.Peer first = rig.peer("first");
    Rig.Peer second = rig.peer("second");
    IceParameters ice = second.parameters.iceParameters();
    try (Browser browser = browser()) {
      connect(first, browser);
      browser.send(StunRequest.check(ice.usernameFragment()).signed(ice.password()));
      assertEquals(0, browser.check(first.parameters.iceParameters()));
      assertEquals(1L, second.dump().drops().get(Drop.ADDRESS_TAKEN));

      rig.clock.addAndGet(TimeUnit.SECONDS.toNanos(7));

      assertEquals(0, browser.check(ice));
      assertEquals(0, first.dump().tuples());
      assertEquals(1, second.dump().tuples());
    }
  }

  @Test
  void connectsOnceOnly() throws IOException {
    Rig.Peer peer = rig.peer("t");
    try (Browser browser = browser()) {
      peer.connect(browser);

      Failure failure = assertThrows(Failure.class, () -> peer.connect(browser));

      assertEquals(Failure.Code.CONFLICT, failure.code());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "server, sha-256, AA",
    "client, md5, AA",
    "client, sha-256, AA:BB",
    "auto, sha-1, 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:0G"
  })
  void refusesDtlsParametersThatDoNotHold(String role, String algorithm, String value) {
    Rig.Peer peer = rig.peer("t");
    DtlsParameters parameters =
        new DtlsParameters(role, List.of(new Fingerprint(algorithm, value)));

    Failure failure =
        assertThrows(Failure.class, () -> rig.run(() -> peer.transport.connect(parameters)));

    assertEquals(Failure.Code.INVALID, failure.code());
    assertEquals(WebRtcTransport.State.NEW, peer.dump().state());
  }

  @Test
  void offersWhatMediasoupClientNeeds() {
    Rig.Peer peer = rig.peer("t");

    var candidate = peer.parameters.iceCandidates().getFirst();
    assertEquals("127.0.0.1", candidate.address());
    assertEquals(rig.port.port(), candidate.port());
    assertEquals("udp", candidate.protocol());
    assertEquals("host", candidate.type());
    assertTrue(peer.parameters.iceParameters().iceLite());
    assertEquals("auto", peer.parameters.dtlsParameters().role());
    assertEquals("sha-256", peer.parameters.dtlsParameters().fingerprints().getFirst().algorithm());
  }

  private static byte[] notNull(byte @Nullable [] bytes) {
    assertNotNull(bytes);
    if (bytes == null) {
      throw new AssertionError();
    }
    return bytes;
  }
}
