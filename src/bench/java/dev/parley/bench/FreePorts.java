package dev.parley.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// TCP ports of 127.0.0.1 that nobody used a moment ago, and that no connection which is made
/// meanwhile gets by chance.
final class FreePorts {

  /// Below those that Linux gives to connections.
  private static final int FIRST = 20_000;

  private static final int LAST = 32_000;

  private FreePorts() {}

  static List<Integer> find(int number) {
    List<Integer> ports = new ArrayList<>();
    int port = ThreadLocalRandom.current().nextInt(FIRST, LAST - 1000);
    for (; ports.size() < number && port < LAST; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(socket.getLocalPort());
      } catch (IOException _) {
        // Somebody else's.
      }
    }
    if (ports.size() < number) {
      throw new IllegalStateException("no free ports up to " + LAST);
    }
    return ports;
  }
}
