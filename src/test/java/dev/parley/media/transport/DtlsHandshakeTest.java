package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.Fingerprint;
import dev.parley.kernel.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The handshake's thread and what it trusts.
final class DtlsHandshakeTest {

  private static final byte[] DER = {1, 2, 3};

  private final Certificate certificate = Certificate.create();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, DtlsHandshake.MAX_QUEUED})
  void endsAtOnceWhenClosedHoweverMuchIsQueued(int queued) throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    DtlsHandshake handshake =
        DtlsHandshake.start(
            certificate,
            Fingerprints.signalled(
                new DtlsParameters("client", List.of(certificate.fingerprint()))),
            List.of(SrtpProfile.AEAD_AES_128_GCM),
            Runnable::run,
            new Closing(closed));
    for (int i = 0; i < queued; i++) {
      handshake.offer(new byte[13]);
    }

    handshake.close();
    handshake.close();

    assertFalse(closed.get(Browser.PATIENCE_MS, TimeUnit.MILLISECONDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha-1", "SHA-256", "sha-384", "sha-512"})
  void trustsACertificateByEachAlgorithm(String algorithm) {
    Fingerprint fingerprint = Fingerprints.of(algorithm, DER);

    Fingerprints expected = Fingerprints.signalled(new DtlsParameters(null, List.of(fingerprint)));

    assertTrue(expected.match(DER));
    assertFalse(expected.match(new byte[] {1, 2, 4}));
  }

  @Test
  void countsOnlyTheStrongestAlgorithmThatWasSignalled() {
    Fingerprint weak = Fingerprints.of("sha-1", DER);
    Fingerprint strong = Fingerprints.of("sha-256", new byte[] {9});

    Fingerprints expected =
        Fingerprints.signalled(new DtlsParameters("auto", List.of(weak, strong)));

    assertFalse(expected.match(DER));
    assertTrue(expected.match(new byte[] {9}));
  }

  @Test
  void refusesTooManyFingerprintsAndNone() {
    for (int count : new int[] {0, 17}) {
      List<Fingerprint> fingerprints = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        fingerprints.add(certificate.fingerprint());
      }
      Failure failure =
          Assertions.assertThrows(
              Failure.class,
              () -> Fingerprints.signalled(new DtlsParameters("client", fingerprints)));
      assertEquals(Failure.Code.INVALID, failure.code());
    }
  }

  @Test
  void everyCertificateIsItsOwn() {
    assertNotEquals(certificate.fingerprint(), Certificate.create().fingerprint());
    assertEquals(95, certificate.fingerprint().value().length());
  }

  /// Waits for the end only.
  private record Closing(CompletableFuture<Boolean> closed) implements DtlsHandshake.Events {

    @Override
    public void onDtlsSend(byte[] datagram) {}

    @Override
    public void onDtlsUp(SrtpKeys keys) {}

    @Override
    public void onDtlsClosed(boolean wasUp) {
      closed.complete(wasUp);
    }
  }
}
