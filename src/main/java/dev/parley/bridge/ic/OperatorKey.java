package dev.parley.bridge.ic;

import dev.parley.kernel.Failure;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;

/// The private key that calls are signed with, on the curve secp256k1. Immutable; any thread.
///
/// The same message is always signed the same (RFC 6979).
public final class OperatorKey {

  static final ECDomainParameters CURVE =
      new ECNamedDomainParameters(
          SECObjectIdentifiers.secp256k1, CustomNamedCurves.getByName("secp256k1"));

  /// A SubjectPublicKeyInfo up to the uncompressed point that ends it.
  private static final byte[] DER_HEAD =
      HexFormat.of().parseHex("3056301006072a8648ce3d020106052b8104000a034200");

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /// Ends a principal that is made of a public key.
  private static final byte[] SELF_AUTHENTICATING = {2};

  private final ECPrivateKeyParameters key;
  private final byte[] der;
  private final IcPrincipal principal;

  private OperatorKey(BigInteger secret) {
    this.key = new ECPrivateKeyParameters(secret, CURVE);
    this.der = Wire.concat(DER_HEAD, point(secret));
    this.principal = IcPrincipal.of(Wire.concat(Wire.digest("SHA-224", der), SELF_AUTHENTICATING));
  }

  private static byte[] point(BigInteger secret) {
    return new FixedPointCombMultiplier().multiply(CURVE.getG(), secret).getEncoded(false);
  }

  /// Reads a key: PEM with `EC PRIVATE KEY` (RFC 5915) or `PRIVATE KEY` (RFC 5958), or the former's
  /// Base64 without its armour. A backslash before an `n` stands for a line break.
  ///
  /// @throws Failure INVALID when it is none of these or of another curve; tells nothing of the key
  public static OperatorKey parse(String text) {
    String lines = text.replace("\\n", "\n").strip();
    if (!lines.contains("-----")) {
      return of(der(lines), false);
    }
    boolean isNamed = false;
    Matcher block = BLOCK.matcher(lines);
    while (block.find()) {
      switch (block.group(1)) {
        case "EC PARAMETERS" -> {
          check(der(block.group(2)));
          isNamed = true;
        }
        case "EC PRIVATE KEY" -> {
          return of(der(block.group(2)), isNamed);
        }
        case "PRIVATE KEY" -> {
          return pkcs8(block.group(2));
        }
        default -> throw Failure.invalid("the operator's key is a PEM block of another kind");
      }
    }
    throw Failure.invalid("the operator's key is not readable as PEM; an encrypted one never is");
  }

  private static OperatorKey pkcs8(String base64) {
    ASN1Encodable inner;
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(der(base64));
      if (!X9ObjectIdentifiers.id_ecPublicKey.equals(
          info.getPrivateKeyAlgorithm().getAlgorithm())) {
        throw Failure.invalid("the operator's key is not one of an elliptic curve");
      }
      check(info.getPrivateKeyAlgorithm().getParameters());
      inner = info.parsePrivateKey();
    } catch (Failure failure) {
      throw failure;
    } catch (IOException | RuntimeException _) {
      throw unreadable();
    }
    return of(inner, true);
  }

  /// @param isNamed the curve was named before
  private static OperatorKey of(ASN1Encodable sec1, boolean isNamed) {
    try {
      ECPrivateKey read = ECPrivateKey.getInstance(sec1);
      ASN1Encodable curve = read.getParametersObject();
      if (curve != null || !isNamed) {
        check(curve);
      }
      BigInteger secret = read.getKey();
      if (secret.signum() <= 0 || secret.compareTo(CURVE.getN()) >= 0) {
        throw Failure.invalid("the operator's key is out of range");
      }
      var key = new OperatorKey(secret);
      ASN1BitString point = read.getPublicKey();
      if (point != null && !key.isOf(point.getOctets())) {
        throw Failure.invalid("the operator's key has a public half that is not its own");
      }
      return key;
    } catch (Failure failure) {
      throw failure;
    } catch (RuntimeException _) {
      // The reader throws several kinds at what is not of its type.
      throw unreadable();
    }
  }

  private boolean isOf(byte[] point) {
    return Arrays.equals(CURVE.getCurve().decodePoint(point).getEncoded(false), publicPoint());
  }

  private byte[] publicPoint() {
    return Arrays.copyOfRange(der, DER_HEAD.length, der.length);
  }

  private static void check(@Nullable ASN1Encodable curve) {
    if (!(curve instanceof ASN1ObjectIdentifier name)) {
      throw Failure.invalid("the operator's key does not name its curve");
    }
    if (!SECObjectIdentifiers.secp256k1.equals(name)) {
      throw Failure.invalid("the operator's key is not of the curve secp256k1");
    }
  }

  private static ASN1Primitive der(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
      @Nullable ASN1Primitive read = ASN1Primitive.fromByteArray(bytes);
      if (read != null) {
        return read;
      }
    } catch (IOException | RuntimeException _) {
      // As when there is nothing.
    }
    throw unreadable();
  }

  private static Failure unreadable() {
    return Failure.invalid("the operator's key is not readable");
  }

  /// Who signs with it.
  public IcPrincipal principal() {
    return principal;
  }

  /// The public half as a SubjectPublicKeyInfo (RFC 5480 §2), the point uncompressed.
  byte[] publicDer() {
    return der.clone();
  }

  /// ECDSA with SHA-256: `r` and `s` of 32 bytes each, `s` the lower of the two that serve.
  byte[] sign(byte[] message) {
    var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, key);
    BigInteger[] pair = signer.generateSignature(Wire.sha256(message));
    BigInteger low = pair[1].min(CURVE.getN().subtract(pair[1]));
    return Wire.concat(
        BigIntegers.asUnsignedByteArray(32, pair[0]), BigIntegers.asUnsignedByteArray(32, low));
  }

  /// Names whose it is, never the secret.
  @Override
  public String toString() {
    return "key of " + principal;
  }
}
