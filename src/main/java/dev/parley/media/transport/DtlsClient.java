package dev.parley.media.transport;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.jspecify.annotations.Nullable;

/// The browser's side of a handshake, with which the server side is proved at start.
final class DtlsClient extends DefaultTlsClient {

  private final Certificate certificate;
  private final Fingerprints server;
  private final List<SrtpProfile> profiles;
  private @Nullable SrtpProfile profile;
  private @Nullable SrtpKeys keys;

  DtlsClient(Certificate certificate, Fingerprints server, List<SrtpProfile> profiles) {
    super(certificate.crypto());
    this.certificate = certificate;
    this.server = server;
    this.profiles = profiles;
  }

  /// The agreed keys, from the client's point of view; null before the handshake is complete.
  @Nullable SrtpKeys keys() {
    return keys;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return new int[] {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  }

  @Override
  @SuppressWarnings("rawtypes") // the library's signature
  public Hashtable getClientExtensions() throws IOException {
    Hashtable extensions = super.getClientExtensions();
    int[] wireIds = profiles.stream().mapToInt(SrtpProfile::wireId).toArray();
    TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(wireIds, new byte[0]));
    return extensions;
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate presented) throws IOException {
        if (!server.match(presented.getCertificate().getCertificateAt(0).getEncoded())) {
          throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
      }

      @Override
      public TlsCredentials getClientCredentials(CertificateRequest request) {
        return certificate.signer(new TlsCryptoParameters(context));
      }
    };
  }

  @Override
  @SuppressWarnings("rawtypes") // the library's signature
  public void processServerExtensions(Hashtable extensions) throws IOException {
    super.processServerExtensions(extensions);
    UseSRTPData agreed = TlsSRTPUtils.getUseSRTPExtension(extensions);
    if (agreed == null) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }
    for (SrtpProfile candidate : profiles) {
      if (candidate.wireId() == agreed.getProtectionProfiles()[0]) {
        profile = candidate;
      }
    }
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    SrtpProfile agreed = profile;
    if (agreed != null) {
      byte[] material =
          context.exportKeyingMaterial(
              ExporterLabel.dtls_srtp, null, SrtpKeys.materialLength(agreed));
      keys = SrtpKeys.ofServer(agreed, material).mirrored();
    }
  }
}
