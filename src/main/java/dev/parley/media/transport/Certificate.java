package dev.parley.media.transport;

import dev.parley.contract.TransportParameters.Fingerprint;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jcajce.provider.asymmetric.util.ECUtil;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/// Our DTLS identity: a self-signed P-256 certificate, made at start and kept in memory only, and
/// its fingerprint, which is what a browser trusts. Safe for many threads.
public final class Certificate {

  private static final Duration VALIDITY = Duration.ofDays(365);
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final X500Name NAME = new X500Name("CN=parley");

  private final BcTlsCrypto crypto;
  private final AsymmetricKeyParameter privateKey;
  private final org.bouncycastle.tls.Certificate chain;
  private final Fingerprint fingerprint;

  private Certificate(
      BcTlsCrypto crypto, AsymmetricKeyParameter privateKey, BcTlsCertificate certificate)
      throws IOException {
    this.crypto = crypto;
    this.privateKey = privateKey;
    chain = new org.bouncycastle.tls.Certificate(new TlsCertificate[] {certificate});
    fingerprint = Fingerprints.of("sha-256", certificate.getEncoded());
  }

  /// Makes a key pair and signs it; a few milliseconds when warm.
  public static Certificate create() {
    SecureRandom random = new SecureRandom();
    AsymmetricCipherKeyPair pair = keyPair(random);
    Instant now = Instant.now();
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              NAME,
              new BigInteger(127, random).add(BigInteger.ONE),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(now.plus(VALIDITY)),
              NAME,
              SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic()));
      var signature = new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
      var digest = new DefaultDigestAlgorithmIdentifierFinder().find(signature);
      byte[] der =
          builder
              .build(new BcECContentSignerBuilder(signature, digest).build(pair.getPrivate()))
              .getEncoded();
      BcTlsCrypto crypto = new BcTlsCrypto(random);
      return new Certificate(crypto, pair.getPrivate(), new BcTlsCertificate(crypto, der));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a DTLS certificate", e);
    }
  }

  /// SHA-256 of the certificate, as it goes to browsers.
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  BcTlsCrypto crypto() {
    return crypto;
  }

  org.bouncycastle.tls.Certificate chain() {
    return chain;
  }

  /// Signs one handshake with ECDSA and SHA-256.
  TlsCredentialedSigner signer(TlsCryptoParameters parameters) {
    return new BcDefaultTlsCredentialedSigner(
        parameters,
        crypto,
        privateKey,
        chain,
        SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
  }

  private static AsymmetricCipherKeyPair keyPair(SecureRandom random) {
    var curve = SECObjectIdentifiers.secp256r1;
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(
            new ECNamedDomainParameters(curve, ECUtil.getNamedCurveByOid(curve)), random));
    return generator.generateKeyPair();
  }
}
