package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A certificate that the main network gave in February 2022, as the tests of agent-js have it.
class CertificateTest {

  static final IcPrincipal CANISTER = IcPrincipal.parse("ivg37-qiaaa-aaaab-aaaga-cai");

  /// The certificate's own time.
  static final long NOW_MS = 1_645_601_880_652L;

  private static final String REQUEST =
      "edad510eaaa08ed2acd4781324e6446269da6753ec17760f206bbe81c465ff52";

  static byte[] mainNetwork() {
    String name = "main-network-certificate.hex";
    try (InputStream in =
        Objects.requireNonNull(CertificateTest.class.getResourceAsStream(name), name)) {
      String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(hex.replace("\n", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Certificate verified(byte[] certificate, IcPrincipal canister, long nowMs) {
    return Certificate.verified(certificate, Replica.MAIN_NETWORK_KEY, canister, nowMs);
  }

  private static void assertUnproven(
      String why, byte[] certificate, IcPrincipal canister, long nowMs) {
    Failure failure = assertThrows(Failure.class, () -> verified(certificate, canister, nowMs));

    assertEquals(Failure.Code.UNAVAILABLE, failure.code());
    assertEquals("a replica's certificate " + why, failure.text());
  }

  @Test
  void theMainNetworksCertificateHolds() {
    Certificate certificate = verified(mainNetwork(), CANISTER, NOW_MS);

    HashTree.Lookup found =
        certificate
            .state()
            .find(
                Wire.utf8("request_status"),
                HexFormat.of().parseHex(REQUEST),
                Wire.utf8("reject_message"));
    assertEquals(
        "Canister ivg37-qiaaa-aaaab-aaaga-cai has no update method 'register'",
        new String(Certificate.value(found), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000002000000101", "0000000000200c000101", "00000000002fffff0101"})
  void itHoldsForEveryCanisterOfTheSubnet(String canister) {
    var principal = IcPrincipal.of(HexFormat.of().parseHex(canister));

    assertEquals(NOW_MS, verified(mainNetwork(), principal, NOW_MS).timeNs() / 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"000000000001ffff0101", "00000000003000000101", "04"})
  void itProvesNothingOfOtherCanisters(String canister) {
    assertUnproven(
        "is of a subnet that the canister is not on",
        mainNetwork(),
        IcPrincipal.of(HexFormat.of().parseHex(canister)),
        NOW_MS);
  }

  @Test
  void itHoldsForFiveMinutes() {
    verified(mainNetwork(), CANISTER, NOW_MS + 299_999);
    verified(mainNetwork(), CANISTER, NOW_MS - 299_999);

    String why = "is too old or of the future";
    assertUnproven(why, mainNetwork(), CANISTER, NOW_MS + 300_001);
    assertUnproven(why, mainNetwork(), CANISTER, NOW_MS - 300_001);
    assertUnproven(why, mainNetwork(), CANISTER, 0);
  }

  @Test
  void whatWasChangedDoesNotHold() {
    String sound = HexFormat.of().formatHex(mainNetwork());
    String why = "has a signature that does not hold";

    // The reject code; a hash beside it; the subnet's key; the delegation's own signature.
    for (String[] change :
        new String[][] {
          {"820341038302", "820341048302"},
          {"250f5e26868d", "250f5e26868e"},
          {"9933e1f89e8a", "9933e1f89e8b"},
          {"ace9fcdd9bc9", "ace9fcdd9bc8"}
        }) {
      assertTrue(sound.contains(change[0]));
      byte[] changed = HexFormat.of().parseHex(sound.replace(change[0], change[1]));
      assertUnproven(why, changed, CANISTER, NOW_MS);
    }
  }

  @Test
  void anotherRootHasNotSignedIt() {
    byte[] other = new StandInSubnet().rootKey();

    assertThrows(Failure.class, () -> Certificate.verified(mainNetwork(), other, CANISTER, NOW_MS));
  }

  @Test
  void severalAreVerifiedAtOnce() throws Exception {
    Callable<Long> verify = () -> verified(mainNetwork(), CANISTER, NOW_MS).timeNs();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var verified : threads.invokeAll(Stream.generate(() -> verify).limit(16).toList())) {
        assertEquals(NOW_MS, verified.get() / 1_000_000);
      }
    }
  }
}
