package dev.parley.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.UUID;

/// Two nodes of one cluster in this JVM, on loopback.
final class ClusterNodes implements AutoCloseable {

  private final TestNode first;
  private final TestNode second;

  private ClusterNodes(TestNode first, TestNode second) {
    this.first = first;
    this.second = second;
  }

  /// @param secondRoles what the second node does, besides api and signaling
  static ClusterNodes start(Stores stores, String... secondRoles) {
    return start(stores, SocketClient.object(), secondRoles);
  }

  /// @param both what is different on both nodes
  static ClusterNodes start(Stores stores, ObjectNode both, String... secondRoles) {
    String name = UUID.randomUUID().toString();
    int[] ports = freePorts(2);
    List<String> members = List.of("127.0.0.1:" + ports[0], "127.0.0.1:" + ports[1]);
    TestNode one =
        TestNode.start(stores, with(both, config(name, ports[0], members, new String[] {"media"})));
    try {
      return new ClusterNodes(
          one, TestNode.start(stores, with(both, config(name, ports[1], members, secondRoles))));
    } catch (RuntimeException e) {
      one.close();
      throw e;
    }
  }

  private static String with(ObjectNode both, String own) {
    return both.deepCopy().<ObjectNode>setAll((ObjectNode) SocketClient.tree(own)).toString();
  }

  /// What makes a node one of a cluster.
  static String config(String name, int port, List<String> members, String[] roles) {
    ObjectNode cluster =
        SocketClient.object(
            "enabled", true, "name", name, "port", port, "busPort", 0, "members", members);
    List<String> all = new java.util.ArrayList<>(List.of("api", "signaling"));
    all.addAll(List.of(roles));
    return SocketClient.object("cluster", cluster, "roles", all).toString();
  }

  /// Ports that nobody used a moment ago.
  static int[] freePorts(int number) {
    int[] ports = new int[number];
    ServerSocket[] sockets = new ServerSocket[number];
    try {
      for (int i = 0; i < number; i++) {
        sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ports[i] = sockets[i].getLocalPort();
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TestNode first() {
    return first;
  }

  TestNode second() {
    return second;
  }

  @Override
  public void close() {
    second.close();
    first.close();
  }
}
