package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The open-addressing tables against the JDK's map, under random use.
final class TablesTest {

  @Test
  void longTableBehavesAsAMap() {
    Random random = new Random(11);
    LongTable<Integer> table = new LongTable<>();
    Map<Long, Integer> map = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      long key = random.nextInt(300) * (random.nextBoolean() ? 1L : 1L << 33);
      if (random.nextInt(3) == 0) {
        table.remove(key);
        map.remove(key);
      } else {
        table.put(key, i);
        map.put(key, i);
      }
      long probe = random.nextInt(300);
      assertEquals(map.get(probe), table.get(probe));
      assertEquals(map.size(), table.size());
    }
  }

  @Test
  void addressTableBehavesAsAMapForBothFamilies() throws UnknownHostException {
    Random random = new Random(12);
    AddressTable<Integer> table = new AddressTable<>();
    Map<InetSocketAddress, Integer> map = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      InetSocketAddress key = address(random);
      if (random.nextInt(3) == 0) {
        table.remove(key);
        map.remove(key);
      } else {
        table.put(key, i);
        map.put(key, i);
      }
      InetSocketAddress probe = address(random);
      assertEquals(map.get(probe), table.get(probe));
      assertEquals(map.size(), table.size());
    }
  }

  private static InetSocketAddress address(Random random) throws UnknownHostException {
    byte[] ip = new byte[random.nextBoolean() ? 4 : 16];
    ip[0] = 32;
    ip[ip.length - 1] = (byte) random.nextInt(8);
    return new InetSocketAddress(InetAddress.getByAddress(ip), 1 + random.nextInt(40));
  }
}
