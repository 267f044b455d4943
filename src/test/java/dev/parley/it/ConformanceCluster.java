package dev.parley.it;

import dev.parley.conformance.ConformanceApp;
import dev.parley.conformance.Rooms;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Control;
import dev.parley.kernel.Links;
import dev.parley.kernel.Peers;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.SocketLimits;
import dev.parley.signaling.tunnel.Tunnels;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/// The suites' application on several nodes of one cluster in this JVM, with rooms in common and
/// tunnels between them.
final class ConformanceCluster implements AutoCloseable {

  /// One node.
  record Member(String node, Vertx vertx, ConformanceApp app, Tunnels tunnels, Peers peers) {

    int port() {
      return app.port();
    }
  }

  private final List<Member> members = new ArrayList<>();

  ConformanceCluster(int size, EngineSettings settings) {
    String name = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(size);
    Rooms rooms = new Rooms();
    for (int port : ports) {
      members.add(start(BusIT.clustered(name, port, ports), "node-" + port, settings, rooms));
    }
    for (Member member : members) {
      Eventually.equal(true, () -> member.peers().withRole(Config.Role.SIGNALING).size() == size);
    }
  }

  private static Member start(Vertx vertx, String node, EngineSettings settings, Rooms rooms) {
    Control control = SocketClient.await(Control.create(vertx));
    Bus bus = new Bus(vertx);
    ClusterManager cluster = ((VertxInternal) vertx).clusterManager();
    Peers peers =
        new Peers(vertx, bus, control, node, cluster.getNodeId(), Set.of(Config.Role.SIGNALING));
    cluster.nodeListener(
        new NodeListener() {
          @Override
          public void nodeAdded(String member) {}

          @Override
          public void nodeLeft(String member) {
            peers.memberLost(member);
          }
        });
    Links links = new Links(vertx, bus, node);
    AtomicReference<Tunnels> made = new AtomicReference<>();
    ConformanceApp app =
        SocketClient.await(
            ConformanceApp.start(
                vertx,
                0,
                settings.withIdPrefix(Tunnels.prefix(node)),
                SocketLimits.defaults().withConnectTimeout(Duration.ofSeconds(10)),
                Recovery.off(),
                2,
                rooms,
                sessions -> {
                  Tunnels tunnels =
                      new Tunnels(vertx, node, peers, links, Duration.ofSeconds(45), sessions);
                  made.set(tunnels);
                  return tunnels;
                }));
    SocketClient.await(links.open());
    SocketClient.await(peers.open());
    return new Member(node, vertx, app, made.get(), peers);
  }

  Member member(int index) {
    return members.get(index);
  }

  List<Integer> ports() {
    return members.stream().map(Member::port).toList();
  }

  /// What is under way in tunnels, on both sides.
  int underWay() {
    return members.stream().mapToInt(member -> member.tunnels().size()).sum();
  }

  @Override
  public void close() {
    for (Member member : members) {
      SocketClient.await(member.vertx().close());
    }
  }
}
