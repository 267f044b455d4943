package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever stands in `X-Forwarded-For`, the client's address is an IP address without a zone.
class ClientAddressFuzzTest {

  private static final String ALPHABET = "0123456789abcdef.:,%/ []x\t-";
  private static final List<String> SOUND =
      List.of("203.0.113.7", "10.1.2.3", "2001:db8::1", "fe80::1%lo", "::ffff:10.0.0.1");

  private final Random random = new Random(4_242);

  @Test
  void theAddressIsAlwaysAnAddress() {
    ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "fe80::/10"));
    int believed = 0;

    for (int round = 0; round < 20_000; round++) {
      List<String> headers = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        headers.add(header());
      }
      String address = addresses.of("10.0.0.1", headers);

      assertFalse(address.contains("%"), address);
      assertEquals(address, InetAddress.ofLiteral(address).getHostAddress());
      believed += address.equals("10.0.0.1") ? 0 : 1;
    }

    assertTrue(believed > 1_000, "believed " + believed);
  }

  private String header() {
    StringBuilder header = new StringBuilder();
    for (int i = random.nextInt(80); i >= 0; i--) {
      if (random.nextInt(40) == 0) {
        header.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      } else {
        header.append(SOUND.get(random.nextInt(SOUND.size()))).append(i == 0 ? "" : ", ");
      }
    }
    return header.toString();
  }
}
