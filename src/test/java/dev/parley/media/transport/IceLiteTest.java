package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.media.transport.IceLite.Credentials;
import dev.parley.media.transport.IceLite.Verdict;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The ICE-lite rules, without a socket.
final class IceLiteTest {

  private static final Credentials LOCAL = Credentials.of("localfrg", "aPasswordOfTwentyFourChr");

  private static final long CONSENT_NS = 1_000;

  private final Stun stun = new Stun();
  private final IceLite ice = new IceLite(stun, LOCAL, CONSENT_NS);
  private final StunScan scan = new StunScan();
  private long nowNs;

  @AfterEach
  void close() {
    stun.close();
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress("192.0.2.7", port);
  }

  private static StunRequest request() {
    return StunRequest.check(LOCAL.ufrag);
  }

  private Verdict check(StunRequest request, int port) {
    return check(request.signed(LOCAL.password), port);
  }

  private Verdict check(byte[] data, int port) {
    assertTrue(scan.scan(data, data.length));
    return ice.check(scan, data, address(port), ++nowNs);
  }

  private int selectedPort() {
    Tuple selected = ice.selected();
    return selected == null ? -1 : selected.address.getPort();
  }

  @Test
  void selectsTheFirstValidCheckAndMovesOnUseCandidate() {
    assertEquals(Verdict.VALID, check(request(), 1));
    assertEquals(Verdict.VALID, check(request(), 2));
    assertEquals(1, selectedPort());

    assertEquals(Verdict.VALID, check(request().useCandidate(), 2));

    assertEquals(2, selectedPort());
  }

  @Test
  void followsTheHighestNomination() {
    check(request().nomination(5), 1);
    check(request().nomination(4), 2);
    assertEquals(1, selectedPort());
    check(request().useCandidate(), 2);
    assertEquals(1, selectedPort());

    check(request().nomination(6), 3);

    assertEquals(3, selectedPort());
  }

  @Test
  void answersRoleConflictWhenTheBrowserIsControlledToo() {
    byte[] data =
        new StunRequest()
            .username(LOCAL.ufrag + ":x")
            .attribute(StunRequest.PRIORITY, new byte[4])
            .attribute(StunRequest.ICE_CONTROLLED, new byte[8])
            .signed(LOCAL.password);

    assertEquals(Verdict.REFUSED, check(data, 1));
    assertEquals(487, StunRequest.errorCode(ice.reply()));
    assertNull(ice.selected());
  }

  @Test
  void answers420ToAnUnknownRequiredAttribute() {
    assertEquals(Verdict.REFUSED, check(request().attribute(0x0031, new byte[4]), 1));
    assertEquals(420, StunRequest.errorCode(ice.reply()));
    assertTrue(Rig.hex(ice.reply()).contains("000a00040031"), Rig.hex(ice.reply()));
  }

  @Test
  void answers400WithoutIntegrityAndWithoutPriority() {
    assertEquals(Verdict.REFUSED, check(request().message(0), 1));
    assertEquals(400, StunRequest.errorCode(ice.reply()));

    assertEquals(Verdict.REFUSED, check(new StunRequest().username(LOCAL.ufrag + ":x"), 1));
    assertEquals(400, StunRequest.errorCode(ice.reply()));
  }

  @Test
  void answers401AndKeepsNothingForAWrongPassword() {
    assertEquals(Verdict.REFUSED, check(request().signed("wrong"), 1));
    assertEquals(401, StunRequest.errorCode(ice.reply()));
    assertTrue(ice.tuples().isEmpty());
    assertFalse(ice.isReached());
  }

  @Test
  void keepsEightTuplesAndNeverPushesOutTheSelectedOne() {
    for (int port = 1; port <= 100; port++) {
      assertEquals(Verdict.VALID, check(request(), port));
    }

    assertEquals(IceLite.MAX_TUPLES, ice.tuples().size());
    assertEquals(1, selectedPort());
    assertNotNull(ice.evicted());
    assertNotNull(ice.tuple(address(100)));
    assertNull(ice.tuple(address(50)));
  }

  @Test
  void restartKeepsTheOldCredentialsUntilTheNewAreUsed() {
    check(request(), 1);
    Credentials next = ice.restart(Credentials.of("nextfrag", "anotherPassword"));

    assertEquals(Verdict.VALID, check(request(), 2));
    assertEquals(1, selectedPort());
    byte[] fresh = StunRequest.check(next.ufrag).signed(next.password);
    assertEquals(Verdict.VALID, check(fresh, 3));

    assertEquals(3, selectedPort());
    assertEquals(Verdict.IGNORED, check(request(), 4));
    assertNull(ice.formerCredentials());
  }

  @Test
  void isSilentOnlyAfterTheConsentTime() {
    assertFalse(ice.isSilent(1_000_000));
    check(request(), 1);

    assertFalse(ice.isSilent(nowNs + CONSENT_NS));
    assertTrue(ice.isSilent(nowNs + CONSENT_NS + 1));
  }

  @Test
  void consentIsThatOfTheSelectedAddressAlone() {
    assertFalse(ice.hasConsent(nowNs));
    check(request(), 1);
    long selectedNs = nowNs;
    nowNs += CONSENT_NS / 2;
    check(request(), 2);

    assertTrue(ice.hasConsent(selectedNs + CONSENT_NS));
    assertFalse(ice.hasConsent(selectedNs + CONSENT_NS + 1));
    assertFalse(ice.isSilent(selectedNs + CONSENT_NS + 1));
  }

  @Test
  void anyCheckSelectsItsAddressAfterConsentHasExpired() {
    check(request().nomination(5), 1);
    nowNs += CONSENT_NS - 1;
    check(request(), 2);
    assertEquals(1, selectedPort());

    check(request(), 3);

    assertEquals(3, selectedPort());
    assertTrue(ice.hasConsent(nowNs));
  }
}
