package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// With a key that agent-js publishes for its own tests, and its principal.
class OperatorKeyTest {

  private static final String DER =
      "MHQCAQEEIGfKHuyoCCCbEXb0789MIdWiCIpZo1LaKApv95SSIaWPoAcGBSuBBAAKoUQDQgAEahC99Avid7r8D6kIeLjj"
          + "xJ8kwdJRy5nPrN9o18P7xHT95i0JPr5ivc9vCB8vG2s97NB0re2MhqvdWgradJZ8Ow==";
  private static final String PRINCIPAL =
      "42gbo-uiwfn-oq452-ql6yp-4jsqn-a6bxk-n7l4z-ni7os-yptq6-3htob-vqe";

  private static final String EC =
      """
      -----BEGIN EC PRIVATE KEY-----
      MHQCAQEEIGfKHuyoCCCbEXb0789MIdWiCIpZo1LaKApv95SSIaWPoAcGBSuBBAAK
      oUQDQgAEahC99Avid7r8D6kIeLjjxJ8kwdJRy5nPrN9o18P7xHT95i0JPr5ivc9v
      CB8vG2s97NB0re2MhqvdWgradJZ8Ow==
      -----END EC PRIVATE KEY-----
      """;
  private static final String PARAMETERS =
      """
      -----BEGIN EC PARAMETERS-----
      BgUrgQQACg==
      -----END EC PARAMETERS-----
      """;
  private static final String PKCS8 =
      """
      -----BEGIN PRIVATE KEY-----
      MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgZ8oe7KgIIJsRdvTvz0wh
      1aIIilmjUtooCm/3lJIhpY+hRANCAARqEL30C+J3uvwPqQh4uOPEnyTB0lHLmc+s
      32jXw/vEdP3mLQk+vmK9z28IHy8baz3s0HSt7YyGq91aCtp0lnw7
      -----END PRIVATE KEY-----
      """;
  private static final String WITHOUT_PUBLIC_HALF =
      """
      -----BEGIN EC PRIVATE KEY-----
      MC4CAQEEIGfKHuyoCCCbEXb0789MIdWiCIpZo1LaKApv95SSIaWPoAcGBSuBBAAK
      -----END EC PRIVATE KEY-----
      """;
  private static final String COMPRESSED =
      """
      -----BEGIN EC PRIVATE KEY-----
      MFQCAQEEIGfKHuyoCCCbEXb0789MIdWiCIpZo1LaKApv95SSIaWPoAcGBSuBBAAK
      oSQDIgADahC99Avid7r8D6kIeLjjxJ8kwdJRy5nPrN9o18P7xHQ=
      -----END EC PRIVATE KEY-----
      """;

  private static final String P256 =
      """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIBy4LEvK5PFVTKZHejYs3ULMolnJg8E3ate8sNF7Ze0ooAoGCCqGSM49
      AwEHoUQDQgAEfsPxqQrrjJJkGfKxG9t6uIa3OfFQfHS0npu0ppQ4A0SUdpddtZRq
      SPCeTTmTfoPJDS9Gip3K8hI2tIRaNrRlww==
      -----END EC PRIVATE KEY-----
      """;
  private static final String P256_PKCS8 =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoFaw0O2mOFudwrPs
      94dvJuNDpP6/o8gUgOG4s+oMoHehRANCAARS+au8iwJa/yPI5quPHW5HjkoUVgd/
      /q3yQHjJloh0HFMd2D4J0MykHr3QD+1Shz2uQscuMnKr+BQ5grnRxZnD
      -----END PRIVATE KEY-----
      """;
  private static final String ED25519 =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIDcctsTdt8i4vyYVxpR8wwYaIM1J+2vynlRDLzMQLcoF
      -----END PRIVATE KEY-----
      """;
  private static final String ENCRYPTED =
      """
      -----BEGIN EC PRIVATE KEY-----
      Proc-Type: 4,ENCRYPTED
      DEK-Info: AES-128-CBC,23D74535428617A7C8B89FCDB927A358

      NFFWk7dMivRLKY4TblRARLDnUSklSTxUcu0N87NucV2SvidLpYewzCLShTcq5d/x
      -----END EC PRIVATE KEY-----
      """;

  static Stream<String> forms() {
    return Stream.of(
        EC,
        EC.replace("\n", "\\n"),
        EC.replace("\n", "\r\n"),
        "  " + EC.strip() + "  ",
        PARAMETERS + EC,
        (PARAMETERS + EC).replace("\n", "\\n"),
        PKCS8,
        PKCS8.replace("\n", "\\n"),
        WITHOUT_PUBLIC_HALF,
        COMPRESSED,
        DER,
        DER + "\n");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyFormOfAKeyIsOfOneOperator(String text) {
    OperatorKey key = OperatorKey.parse(text);

    assertEquals(PRINCIPAL, key.principal().text());
    assertEquals(88, key.publicDer().length);
  }

  @ParameterizedTest
  @CsvSource({
    "p256, is not of the curve secp256k1",
    "p256-pkcs8, is not of the curve secp256k1",
    "p256-named-before, is not of the curve secp256k1",
    "ed25519, is not one of an elliptic curve",
    "encrypted, is not readable as PEM; an encrypted one never is",
    "encrypted-pkcs8, is a PEM block of another kind",
    "public, is a PEM block of another kind",
    "cut, is not readable as PEM; an encrypted one never is",
    "cut-within, is not readable",
    "no-curve, does not name its curve",
    "empty, is not readable",
    "words, is not readable",
    "another-public-half, has a public half that is not its own",
    "zero, is out of range",
    "parameters-alone, is not readable as PEM; an encrypted one never is",
  })
  void whatIsNoKeyOfTheCurveIsRefusedForWhatItIs(String which, String why) {
    Failure failure = assertThrows(Failure.class, () -> OperatorKey.parse(broken(which)));

    assertEquals(Failure.Code.INVALID, failure.code());
    assertEquals("the operator's key " + why, failure.text());
  }

  private static String broken(String which) {
    return switch (which) {
      case "p256" -> P256;
      case "p256-pkcs8" -> P256_PKCS8;
      case "p256-named-before" -> PARAMETERS.replace("BgUrgQQACg==", "BggqhkjOPQMBBw==") + EC;
      case "ed25519" -> ED25519;
      case "encrypted" -> ENCRYPTED;
      case "encrypted-pkcs8" -> PKCS8.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
      case "public" -> PKCS8.replace("PRIVATE KEY", "PUBLIC KEY");
      case "cut" -> EC.substring(0, 150);
      case "cut-within" -> DER.substring(0, 100);
      case "no-curve" -> changed(hex -> "3025" + hex.substring(4, 78));
      case "empty" -> " ";
      case "words" -> "not a key";
      case "another-public-half" -> changed(hex -> hex.replace("03420004" + X, G));
      case "zero" -> changed(hex -> hex.replace(SECRET, "0".repeat(64)));
      case "parameters-alone" -> PARAMETERS;
      default -> throw new IllegalArgumentException(which);
    };
  }

  private static final String SECRET =
      "67ca1eeca808209b1176f4efcf4c21d5a2088a59a352da280a6ff7949221a58f";

  /// The public half, from its tag on.
  private static final String X =
      "6a10bdf40be277bafc0fa90878b8e3c49f24c1d251cb99cfacdf68d7c3fbc474"
          + "fde62d093ebe62bdcf6f081f2f1b6b3decd074aded8c86abdd5a0ada74967c3b";

  /// The generator of the curve in its place.
  private static final String G =
      "0342000479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
          + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

  private static String changed(UnaryOperator<String> change) {
    String hex = HexFormat.of().formatHex(Base64.getDecoder().decode(DER));
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(change.apply(hex)));
  }

  @Test
  void signaturesHoldAreLowAndAlwaysTheSame() {
    OperatorKey key = OperatorKey.parse(EC);
    BigInteger half = OperatorKey.CURVE.getN().shiftRight(1);
    var verifier = new ECDSASigner();
    byte[] point = Arrays.copyOfRange(key.publicDer(), 23, 88);
    verifier.init(
        false,
        new ECPublicKeyParameters(
            OperatorKey.CURVE.getCurve().decodePoint(point), OperatorKey.CURVE));

    for (int i = 0; i < 50; i++) {
      byte[] message = {(byte) i};
      byte[] signature = key.sign(message);
      var s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));

      assertEquals(64, signature.length);
      assertTrue(s.compareTo(half) <= 0);
      assertTrue(
          verifier.verifySignature(
              Wire.sha256(message), new BigInteger(1, Arrays.copyOf(signature, 32)), s));
      assertArrayEquals(signature, key.sign(message));
    }
  }

  @Test
  void itTellsNothingOfItsSecret() {
    assertEquals("key of " + PRINCIPAL, OperatorKey.parse(EC).toString());
  }

  @Test
  void noTextIsMoreThanAKeyOrRefused() {
    var random = new Random(11);
    byte[] sound = Base64.getDecoder().decode(DER);
    int keys = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = sound.clone();
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      String text =
          Base64.getEncoder()
              .encodeToString(Arrays.copyOf(bytes, bytes.length - random.nextInt(3)));
      try {
        assertFalse(OperatorKey.parse(text).principal().text().isEmpty());
        keys++;
      } catch (Failure failure) {
        assertEquals(Failure.Code.INVALID, failure.code());
      }
    }

    assertTrue(keys > 50, "only " + keys);
  }
}
