package dev.parley.media.transport;

import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.Fingerprint;
import dev.parley.kernel.Failure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// The certificates a browser said it would come with, as hashes of one algorithm (RFC 8122 §5).
final class Fingerprints {

  /// Strongest first; of several algorithms the strongest alone counts.
  private static final List<String> ALGORITHMS = List.of("sha-512", "sha-384", "sha-256", "sha-1");

  private static final int MAX_FINGERPRINTS = 16;
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

  private final String algorithm;
  private final List<byte[]> hashes;

  private Fingerprints(String algorithm, List<byte[]> hashes) {
    this.algorithm = algorithm;
    this.hashes = hashes;
  }

  /// What a browser signalled, checked.
  ///
  /// @throws Failure INVALID for a role that makes us the client, no fingerprint, an unknown
  ///   algorithm or a malformed value
  static Fingerprints signalled(DtlsParameters parameters) {
    String role = parameters.role();
    if (role != null && !role.equals("client") && !role.equals("auto")) {
      throw Failure.invalid(
          "dtlsParameters.role must be client or auto: this side is always the DTLS server");
    }
    List<Fingerprint> all = parameters.fingerprints();
    if (all.isEmpty() || all.size() > MAX_FINGERPRINTS) {
      throw Failure.invalid(
          "dtlsParameters.fingerprints must hold 1 to " + MAX_FINGERPRINTS + " fingerprints");
    }
    int best = ALGORITHMS.size();
    List<byte[]> hashes = new ArrayList<>();
    for (Fingerprint fingerprint : all) {
      int rank = ALGORITHMS.indexOf(fingerprint.algorithm().toLowerCase(Locale.ROOT));
      if (rank < 0) {
        throw Failure.invalid(
            "dtlsParameters.fingerprints: the algorithm must be one of " + ALGORITHMS);
      }
      byte[] hash = parse(fingerprint.value(), ALGORITHMS.get(rank));
      if (rank < best) {
        best = rank;
        hashes.clear();
      }
      if (rank == best) {
        hashes.add(hash);
      }
    }
    return new Fingerprints(ALGORITHMS.get(best), List.copyOf(hashes));
  }

  /// The fingerprint of a certificate in DER.
  static Fingerprint of(String algorithm, byte[] der) {
    return new Fingerprint(algorithm, COLONS.formatHex(digest(algorithm).digest(der)));
  }

  /// Whether the certificate in DER is one of those signalled; in constant time.
  boolean match(byte[] der) {
    byte[] hash = digest(algorithm).digest(der);
    boolean found = false;
    for (byte[] signalled : hashes) {
      found |= MessageDigest.isEqual(signalled, hash);
    }
    return found;
  }

  private static byte[] parse(String value, String algorithm) {
    int length = digest(algorithm).getDigestLength();
    if (value.length() == 3 * length - 1) {
      try {
        return COLONS.parseHex(value);
      } catch (IllegalArgumentException e) {
        // told below, as a wrong length is
      }
    }
    throw Failure.invalid(
        "dtlsParameters.fingerprints: a "
            + algorithm
            + " value must be "
            + length
            + " bytes in hexadecimal, joined by colons");
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no " + algorithm, e);
    }
  }
}
