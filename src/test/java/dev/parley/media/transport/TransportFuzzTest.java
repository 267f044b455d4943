package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.TransportParameters.IceParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Garbage, cut and changed datagrams of every kind against a live transport: it keeps working,
/// nothing is thrown on the event loop, nothing grows.
final class TransportFuzzTest {

  private static final int ROUNDS = 100;
  private static final int DATAGRAMS = 60;

  private final Random random = new Random(20_2609);

  @Test
  void aConnectedTransportSurvives() throws IOException {
    try (Rig rig = new Rig();
        Browser browser = new Browser(rig.port.port())) {
      Rig.Peer peer = rig.peer("t");
      IceParameters ice = peer.parameters.iceParameters();
      peer.connect(browser);
      browser.check(ice);
      Browser.Session session = browser.handshake(peer.parameters, SrtpProfile.values());
      assertEquals(new Rig.Told.Connected(), peer.next());
      List<byte[]> seeds = seeds(ice, session);

      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < DATAGRAMS; i++) {
          browser.send(mutate(seeds.get(random.nextInt(seeds.size()))));
        }
        rig.run(() -> peer.transport.tick(rig.clock.get()));
        assertEquals(0, browser.check(ice));
      }
      assertEquals(0, browser.check(ice));

      byte[] plain = Browser.rtp(77, 1, 20);
      peer.told.clear();
      browser.send(protectedBytes(session, plain));
      assertEquals(new Rig.Told.Rtp(Rig.hex(plain)), peer.next());
      assertNull(rig.call(rig.port::drops).get(Drop.INTERNAL));
      assertTrue(peer.dump().drops().values().stream().mapToLong(Long::longValue).sum() > 100);
      assertEquals(1, rig.call(rig.port::addresses));
      assertEquals(1, rig.call(rig.port::transports));
    }
  }

  @Test
  void aTransportThatWaitsForItsBrowserSurvives() throws IOException {
    try (Rig rig = new Rig();
        Browser browser = new Browser(rig.port.port());
        Browser stranger = new Browser(rig.port.port())) {
      Rig.Peer peer = rig.peer("t");
      IceParameters ice = peer.parameters.iceParameters();
      assertEquals(0, stranger.check(ice));
      List<byte[]> seeds = new ArrayList<>();
      seeds.add(StunRequest.check(ice.usernameFragment()).signed(ice.password()));
      seeds.add(clientHello());
      for (int i = 0; i < ROUNDS * DATAGRAMS / 4; i++) {
        stranger.send(mutate(seeds.get(random.nextInt(seeds.size()))));
      }
      assertEquals(0, browser.check(ice));
      assertTrue(rig.call(peer.transport::earlyDatagrams) <= WebRtcTransport.MAX_EARLY);

      rig.run(peer.transport::close);

      assertEquals(new Rig.Told.Closed("closed"), peer.next());
      assertNull(rig.call(rig.port::drops).get(Drop.INTERNAL));
      assertEquals(0, rig.call(rig.port::addresses));
      assertEquals(0, rig.call(rig.port::transports));
    }
  }

  @Test
  void aRecordTooShortForTheCipherIsDropped() {
    byte[] record = new byte[13 + 25];
    record[0] = 21;
    record[4] = 1;
    record[12] = 25;
    assertTrue(DtlsHandshake.isWellFormed(record, record.length));

    record[12] = 24;

    assertFalse(DtlsHandshake.isWellFormed(record, record.length - 1));
    assertFalse(DtlsHandshake.isWellFormed(record, record.length));
    assertFalse(DtlsHandshake.isWellFormed(record, 0));
  }

  private static List<byte[]> seeds(IceParameters ice, Browser.Session session) {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(StunRequest.check(ice.usernameFragment()).signed(ice.password()));
    seeds.add(StunRequest.check(ice.usernameFragment()).nomination(1).signed(ice.password()));
    seeds.add(StunRequest.check("nobodyis").signed("pw"));
    seeds.add(clientHello());
    byte[] forged = new byte[13 + 40];
    forged[0] = 23;
    forged[1] = (byte) 0xfe;
    forged[2] = (byte) 0xfd;
    forged[4] = 1;
    forged[10] = 9;
    forged[12] = 40;
    seeds.add(forged);
    seeds.add(new byte[] {23, (byte) 0xfe, (byte) 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0});
    seeds.add(new byte[] {21, (byte) 0xfe, (byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0});
    seeds.add(protectedBytes(session, Browser.rtp(5, 1, 100)));
    seeds.add(protectedBytes(session, Browser.rtcp(5)));
    seeds.add(Browser.rtp(6, 1, 100));
    seeds.add(new byte[1400]);
    return seeds;
  }

  /// The beginning of a ClientHello record (RFC 6347 §4.2.2).
  private static byte[] clientHello() {
    byte[] hello = new byte[80];
    hello[0] = 22;
    hello[1] = (byte) 0xfe;
    hello[2] = (byte) 0xfd;
    hello[12] = 67;
    hello[13] = 1;
    hello[16] = 55;
    hello[24] = 55;
    hello[25] = (byte) 0xfe;
    hello[26] = (byte) 0xfd;
    return hello;
  }

  private static byte[] protectedBytes(Browser.Session session, byte[] plain) {
    byte[] packet = Browser.protect(session.srtp(), plain);
    if (packet == null) {
      throw new AssertionError("not protected");
    }
    return packet;
  }

  private byte[] mutate(byte[] seed) {
    byte[] changed = seed.clone();
    switch (random.nextInt(4)) {
      case 0 -> changed = Arrays.copyOf(changed, random.nextInt(changed.length + 1));
      case 1 -> changed = Arrays.copyOf(changed, changed.length + random.nextInt(700));
      case 2 -> {
        int first = random.nextInt(changed.length);
        for (int i = first; i < Math.min(changed.length, first + 8); i++) {
          changed[i] = (byte) random.nextInt();
        }
      }
      default -> {
        for (int i = 0; i < 3; i++) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }
    return changed;
  }
}
