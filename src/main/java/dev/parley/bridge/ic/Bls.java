package dev.parley.bridge.ic;

import java.util.Arrays;
import java.util.HexFormat;
import org.miracl.core.BLS12381.BLS;

/// Checks the signatures of subnets: BLS on the curve BLS12-381, keys in G2, signatures in G1
/// (suite `BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_`). Takes some 50 ms of the caller's thread.
final class Bls {

  /// A DER-wrapped key up to its 96 bytes.
  static final byte[] DER_HEAD =
      HexFormat.of()
          .parseHex("308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100");

  private static final int KEY_BYTES = 96;
  private static final int SIGNATURE_BYTES = 48;

  static {
    if (BLS.init() != BLS.BLS_OK) {
      throw new IllegalStateException("the pairing curve does not start");
    }
  }

  private Bls() {}

  static boolean isKey(byte[] der) {
    return der.length == DER_HEAD.length + KEY_BYTES
        && Arrays.equals(DER_HEAD, Arrays.copyOf(der, DER_HEAD.length));
  }

  /// Whether the owner of a key has signed a message. Bytes that are no key or no signature have
  /// not.
  static boolean isSignedBy(byte[] der, byte[] message, byte[] signature) {
    if (!isKey(der) || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    byte[] key = Arrays.copyOfRange(der, DER_HEAD.length, der.length);
    try {
      return BLS.core_verify(signature, message, key) == BLS.BLS_OK;
    } catch (RuntimeException _) {
      return false;
    }
  }
}
