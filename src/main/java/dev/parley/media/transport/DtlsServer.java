package dev.parley.media.transport;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.jspecify.annotations.Nullable;

/// Our choices in one DTLS 1.2 handshake: ECDHE-ECDSA with AES-GCM, extended master secret (RFC
/// 7627), an SRTP profile (RFC 5764) and a client certificate that matches what was signalled (RFC
/// 8827 §6.5). Runs on the handshake's thread.
final class DtlsServer extends DefaultTlsServer {

  private static final int[] SUITES = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
  };

  /// No browser sends a longer handshake message; a longer one is refused before it is stored.
  private static final int MAX_MESSAGE = 8192;

  private static final int MAX_CHAIN = 4;

  private final Certificate certificate;
  private final Fingerprints expected;
  private final List<SrtpProfile> profiles;
  private final int timeoutMs;

  private @Nullable SrtpProfile profile;
  private @Nullable SrtpKeys keys;
  private boolean isTrusted;

  DtlsServer(
      Certificate certificate, Fingerprints expected, List<SrtpProfile> profiles, int timeoutMs) {
    super(certificate.crypto());
    this.certificate = certificate;
    this.expected = expected;
    this.profiles = profiles;
    this.timeoutMs = timeoutMs;
  }

  /// What the handshake was for.
  ///
  /// @throws IOException if the handshake is not complete or gave no trusted keys
  SrtpKeys keys() throws IOException {
    SrtpKeys result = keys;
    if (result == null || !isTrusted) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }
    return result;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return SUITES.clone();
  }

  @Override
  public int getHandshakeTimeoutMillis() {
    return timeoutMs;
  }

  @Override
  public int getMaxHandshakeMessageSize() {
    return MAX_MESSAGE;
  }

  @Override
  public int getMaxCertificateChainLength() {
    return MAX_CHAIN;
  }

  @Override
  public boolean requiresExtendedMasterSecret() {
    return true;
  }

  @Override
  public @Nullable TlsSession getSessionToResume(byte[] sessionId) {
    return null;
  }

  @Override
  @SuppressWarnings("rawtypes") // the library's signature
  public void processClientExtensions(Hashtable extensions) throws IOException {
    super.processClientExtensions(extensions);
    UseSRTPData offered = TlsSRTPUtils.getUseSRTPExtension(extensions);
    if (offered != null) {
      profile = choose(offered.getProtectionProfiles());
    }
    if (profile == null) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile in common");
    }
  }

  @Override
  @SuppressWarnings({"rawtypes", "JdkObsolete"}) // the library's signature
  public Hashtable getServerExtensions() throws IOException {
    Hashtable extensions = super.getServerExtensions();
    if (extensions == null) {
      extensions = new Hashtable();
    }
    SrtpProfile chosen = profile;
    if (chosen != null) {
      TlsSRTPUtils.addUseSRTPExtension(
          extensions, new UseSRTPData(new int[] {chosen.wireId()}, new byte[0]));
    }
    return extensions;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // the library wants a Vector
  public CertificateRequest getCertificateRequest() {
    Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
    for (short hash :
        new short[] {HashAlgorithm.sha256, HashAlgorithm.sha384, HashAlgorithm.sha512}) {
      algorithms.add(SignatureAndHashAlgorithm.getInstance(hash, SignatureAlgorithm.ecdsa));
      algorithms.add(SignatureAndHashAlgorithm.getInstance(hash, SignatureAlgorithm.rsa));
    }
    return new CertificateRequest(
        new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
        algorithms,
        null);
  }

  @Override
  public void notifyClientCertificate(org.bouncycastle.tls.Certificate client) throws IOException {
    if (client == null || client.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, "no client certificate");
    }
    if (!expected.match(client.getCertificateAt(0).getEncoded())) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, "not the signalled certificate");
    }
    isTrusted = true;
  }

  @Override
  protected TlsCredentialedSigner getECDSASignerCredentials() {
    return certificate.signer(new TlsCryptoParameters(context));
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    SrtpProfile chosen = profile;
    if (chosen != null) {
      keys =
          SrtpKeys.ofServer(
              chosen,
              context.exportKeyingMaterial(
                  ExporterLabel.dtls_srtp, null, SrtpKeys.materialLength(chosen)));
    }
  }

  private @Nullable SrtpProfile choose(int[] offered) {
    for (SrtpProfile candidate : profiles) {
      for (int wireId : offered) {
        if (wireId == candidate.wireId()) {
          return candidate;
        }
      }
    }
    return null;
  }
}
