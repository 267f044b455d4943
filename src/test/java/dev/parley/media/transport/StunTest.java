package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.ice4j.message.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The codec against the samples of RFC 5769.
final class StunTest {

  private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

  /// RFC 5769 §2.1.
  private static final byte[] REQUEST =
      HexFormat.of()
          .parseHex(
              """
              000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74\
              002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020\
              000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf\
              """);

  private final Stun stun = new Stun();
  private final StunScan scan = new StunScan();

  @AfterEach
  void close() {
    stun.close();
  }

  @Test
  void readsTheSampleRequest() {
    assertTrue(scan.scan(REQUEST, REQUEST.length));
    assertTrue(scan.hasUsername());
    assertTrue(stun.isAuthentic(REQUEST, scan.integrityAt(), Stun.keyOf(PASSWORD)));
    assertFalse(stun.isAuthentic(REQUEST, scan.integrityAt(), Stun.keyOf("other")));
    assertNotNull(stun.decode(REQUEST, scan.integrityAt()));
  }

  @Test
  void refusesEveryFlippedByteOfTheSampleRequest() {
    for (int i = 0; i < REQUEST.length - 8; i++) {
      byte[] changed = REQUEST.clone();
      changed[i] ^= 1;
      boolean isTaken =
          scan.scan(changed, changed.length)
              && scan.integrityAt() > 0
              && stun.isAuthentic(changed, scan.integrityAt(), Stun.keyOf(PASSWORD));
      assertFalse(isTaken, "byte " + i);
    }
  }

  @Test
  void refusesEveryCutOfTheSampleRequest() {
    for (int length = 0; length < REQUEST.length; length++) {
      assertFalse(scan.scan(Arrays.copyOf(REQUEST, length), length), "length " + length);
    }
  }

  @Test
  void answersWithTheSampleMappedAddressForIpv4() {
    // RFC 5769 §2.2: 192.0.2.1 port 32853
    String answer = answerTo(new InetSocketAddress("192.0.2.1", 32853));

    assertTrue(answer.contains("002000080001a147e112a643"), answer);
  }

  @Test
  void answersWithTheSampleMappedAddressForIpv6() throws UnknownHostException {
    // RFC 5769 §2.3: 2001:db8:1234:5678:11:2233:4455:6677 port 32853
    InetAddress address = InetAddress.getByName("2001:db8:1234:5678:11:2233:4455:6677");

    String answer = answerTo(new InetSocketAddress(address, 32853));

    assertTrue(answer.contains("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"), answer);
  }

  @Test
  void signsWhatItAnswers() {
    byte[] answer = HexFormat.of().parseHex(answerTo(new InetSocketAddress("192.0.2.1", 32853)));
    byte[] asRequest = answer.clone();
    int integrityAt = answer.length - 8 - StunScan.INTEGRITY;

    assertTrue(stun.isAuthentic(answer, integrityAt, Stun.keyOf(PASSWORD)));
    assertEquals("b7e7a701bc34d686fa87dfae", Rig.hex(asRequest, 8, 12));
    assertEquals(0, StunRequest.errorCode(answer));
  }

  @Test
  void ignoresWhatStandsBehindTheIntegrity() {
    byte[] signed = StunRequest.check("abcdefgh").signed("pw");
    byte[] appended = Arrays.copyOf(signed, signed.length - 8 + 4);
    appended[signed.length - 8 + 1] = StunRequest.USE_CANDIDATE;
    appended[signed.length - 8] = 0;
    appended[signed.length - 8 + 2] = 0;
    appended[signed.length - 8 + 3] = 0;
    appended[3] = (byte) (appended.length - 20);

    assertTrue(scan.scan(appended, appended.length));
    assertTrue(stun.isAuthentic(appended, scan.integrityAt(), Stun.keyOf("pw")));
    Request request = stun.decode(appended, scan.integrityAt());
    assertNotNull(request);
    assertFalse(request != null && request.containsAttribute((char) StunRequest.USE_CANDIDATE));
  }

  @Test
  void findsOurUfragBeforeTheColon() {
    byte[] request = StunRequest.check("abcdefgh").message(0);
    assertTrue(scan.scan(request, request.length));
    assertEquals(StunScan.key("abcdefgh"), scan.ufrag());

    byte[] foreign = new StunRequest().username("abcdefghi:x").message(0);
    assertTrue(scan.scan(foreign, foreign.length));
    assertEquals(0, scan.ufrag());
    assertEquals(-1, scan.integrityAt());
  }

  private String answerTo(InetSocketAddress from) {
    assertTrue(scan.scan(REQUEST, REQUEST.length));
    Request request = stun.decode(REQUEST, scan.integrityAt());
    if (request == null) {
      throw new AssertionError("not decoded");
    }
    byte[] password = PASSWORD.getBytes(StandardCharsets.US_ASCII);
    return Rig.hex(stun.success(request, from, password));
  }
}
