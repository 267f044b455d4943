package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.media.transport.LivePeer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Datagrams that no browser sends: random ones, and good ones that were changed or cut.
final class Garbage {

  /// Datagrams sent from strange addresses.
  static final int STRANGE = 4_000;

  /// Datagrams sent together: as many as any receive buffer holds.
  private static final int TOGETHER = 50;

  private Garbage() {}

  /// Sends `STRANGE` datagrams from four strange addresses, and the same from the peer's own, never
  /// more at a time than the port can hold.
  static void thrown(int port, LivePeer peer, Random random) throws IOException {
    InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    List<DatagramSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        sockets.add(new DatagramSocket());
      }
      for (int i = 0; i < STRANGE; i++) {
        byte[] datagram = garbage(peer, i, random);
        DatagramSocket from = sockets.get(i % 4);
        from.send(new DatagramPacket(datagram, datagram.length, to));
        peer.send(datagram);
        if (i % (TOGETHER / 2) == 0) {
          assertEquals(0, peer.check());
        }
      }
    } finally {
      sockets.forEach(DatagramSocket::close);
    }
  }

  /// Random bytes, or something good that was changed or cut.
  private static byte[] garbage(LivePeer peer, int i, Random random) {
    byte[] datagram =
        switch (i % 5) {
          case 0 -> peer.signedCheck();
          case 1 -> peer.rtp(77, i);
          case 2 -> peer.rtcp(rtcp(random));
          case 3 -> dtls(random);
          default -> bytes(random, random.nextInt(2_000));
        };
    if (i % 5 == 2 && random.nextInt(2) == 0) {
      return datagram;
    }
    for (int k = random.nextInt(4); k >= 0 && datagram.length > 0; k--) {
      datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return random.nextInt(3) == 0
        ? Arrays.copyOf(datagram, random.nextInt(datagram.length + 1))
        : datagram;
  }

  /// An honest sender's RTCP with hostile content: authentic, so it is parsed. Of few ssrcs, as
  /// more would be too many new ones of the peer itself.
  private static byte[] rtcp(Random random) {
    byte[] packet = bytes(random, 8 + 4 * random.nextInt(30));
    packet[0] = (byte) (0x80 | random.nextInt(32));
    packet[1] = (byte) (200 + random.nextInt(8));
    Arrays.fill(packet, 4, 8, (byte) random.nextInt(16));
    if (random.nextInt(2) == 0) {
      packet[2] = 0;
      packet[3] = (byte) (packet.length / 4 - 1);
    }
    return packet;
  }

  private static byte[] dtls(Random random) {
    byte[] record = bytes(random, 13 + random.nextInt(200));
    record[0] = (byte) (20 + random.nextInt(5));
    record[1] = (byte) 254;
    record[2] = (byte) 253;
    if (random.nextInt(2) == 0) {
      record[3] = 0;
      record[4] = (byte) random.nextInt(2);
    }
    record[11] = 0;
    record[12] = (byte) (record.length - 13);
    return record;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
