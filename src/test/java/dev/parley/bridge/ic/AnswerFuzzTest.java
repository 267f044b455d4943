package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever bytes come from a replica are an answer or a failure.
class AnswerFuzzTest {

  private static final int ROUNDS = 30_000;
  private static final List<byte[]> CANDID =
      List.of(
          hex("036e716c02007a01006b02a8f7dc3201a39bfdac087f010201"),
          hex("036e716c02007a01006b02a8f7dc3201a39bfdac087f010200650001046e6f7065"),
          hex("036d7d6c03007a017102006b01a8f7dc320101020065000161020580" + "01"),
          hex("036a0000006c03007a017f02006b01a8f7dc32010102006500010101040161"),
          hex("026d006c0100000101020000"));
  private static final byte[] OP_CODES = {
    0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x69, 0x68, 0x67, 0x7f, 0x7d, 0x71, 0, 1, 2, -1
  };

  private final Random random = new Random(42);

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex("4449444c" + hex);
  }

  @Test
  void candidIsAnAnswerOrRefused() {
    int answers = 0;
    int decoded = 0;
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(CANDID.get(random.nextInt(CANDID.size())));
      try {
        decoded += Candid.decode(bytes).isEmpty() ? 0 : 1;
        VideoCalls.answer(bytes);
        answers++;
      } catch (Failure failure) {
        assertEquals(Failure.Code.INVALID, failure.code());
        refused++;
      }
    }

    assertTrue(answers > ROUNDS / 100, "only " + answers + " answers");
    assertTrue(decoded > ROUNDS / 20, "only " + decoded + " decoded");
    assertTrue(refused > ROUNDS / 4, "only " + refused + " refused");
  }

  @Test
  void argumentsComeBack() {
    for (int round = 0; round < 5_000; round++) {
      var user = IcPrincipal.of(some(1 + random.nextInt(29)));
      var avatar = new BigInteger(random.nextInt(200), random);
      long message = random.nextLong();
      String name = Integer.toString(random.nextInt(), 36).repeat(random.nextInt(40));
      var start =
          new VideoCalls.Start(
              message, user, name, name, avatar, 7_200_000, VideoCalls.CallType.BROADCAST);

      var fields =
          ((CandidValue.Struct) Candid.decode(VideoCalls.startWithUser(start)).getFirst()).fields();

      assertEquals(
          Map.of(
              6_701_798L, new CandidValue.Text(name),
              1_038_986_415L, new CandidValue.Principal(user),
              1_059_897_521L, new CandidValue.Opt(new CandidValue.Whole(avatar)),
              1_372_882_831L, new CandidValue.Opt(new CandidValue.Fixed(Candid.NAT64, 7_200_000)),
              2_988_267_896L, new CandidValue.Opt(new CandidValue.Text(name)),
              3_534_738_067L, new CandidValue.Fixed(Candid.NAT64, message),
              4_180_408_635L, new CandidValue.Variant(2_162_983_649L, new CandidValue.Null())),
          fields);
    }
  }

  @Test
  void certificatesAreRefusedWhenTheyAreChanged() {
    byte[] sound = CertificateTest.mainNetwork();
    byte[] rootKey = new StandInSubnet().rootKey();
    IcPrincipal elsewhere = IcPrincipal.of(new byte[] {4});
    int refused = 0;

    for (int round = 0; round < 4_000; round++) {
      try {
        // Of another subnet than the canister's: so few of these need a signature to be checked.
        Certificate.verified(mutated(sound), rootKey, elsewhere, CertificateTest.NOW_MS);
      } catch (Failure failure) {
        assertEquals(Failure.Code.UNAVAILABLE, failure.code());
        refused++;
      }
    }

    assertEquals(4_000, refused);
  }

  private byte[] some(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Some bytes changed, doubled, or cut off.
  private byte[] mutated(byte[] sound) {
    byte[] bytes = sound.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 4; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = OP_CODES[random.nextInt(OP_CODES.length)];
        case 2 ->
            bytes =
                Wire.concat(
                    Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
        default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
      }
    }
    return bytes;
  }
}
