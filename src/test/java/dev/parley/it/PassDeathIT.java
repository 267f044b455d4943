package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is told of a room for passes when the node of the last one in it is killed.
@ExtendWith(StoresExtension.class)
class PassDeathIT {

  private final Vertx vertx = Vertx.vertx();
  private final List<ProcessNode> nodes = new ArrayList<>();
  private final int[] ports = ClusterNodes.freePorts(3);
  private final List<String> members =
      List.of("127.0.0.1:" + ports[0], "127.0.0.1:" + ports[1], "127.0.0.1:" + ports[2]);
  private final String name = "Call-" + UUID.randomUUID();
  private PassOffice office;

  @BeforeEach
  void open(Stores stores) {
    office = new PassOffice(stores, members.getFirst(), ports[0], ports);
  }

  @AfterEach
  void close() {
    nodes.forEach(ProcessNode::close);
    office.close();
    SocketClient.await(vertx.close());
  }

  private ProcessNode start(Stores stores, int member) throws Exception {
    ProcessNode node =
        ProcessNode.join(
            stores,
            members,
            ports[member],
            object("signaling", object("resume", object("window", "1s"))));
    nodes.add(node);
    return node;
  }

  private SocketClient join(ProcessNode node, String room) {
    SocketClient client =
        SocketClient.open(vertx, node.port(), Map.of())
            .connect(Map.of("token", office.pass("Zoe", room, true, true)))
            .authenticated();
    client.join(room);
    return client;
  }

  /// By the node that stood by, once it has waited for the client.
  @Test
  void itIsToldOnceWhenTheOwnerOfTheLastSocketDies(Stores stores) throws Exception {
    ProcessNode mortal = start(stores, 1);
    ProcessNode survivor = start(stores, 2);
    String room = office.open(name);
    var _ = join(mortal, room);
    assertEquals("occupied " + name, office.next());

    mortal.kill();

    assertEquals("vacated " + name, office.next());
    join(survivor, room).leave();
    assertEquals("occupied " + name, office.next());
    assertEquals("vacated " + name, office.next());
    assertEquals(List.of(), office.rest());
  }

  /// By the next node, which finds whom nobody has taken out.
  @Test
  void itIsToldOnceWhenTheOnlyNodeDies(Stores stores) throws Exception {
    ProcessNode mortal = start(stores, 1);
    String room = office.open(name);
    var _ = join(mortal, room);
    assertEquals("occupied " + name, office.next());
    mortal.kill();

    ProcessNode next = start(stores, 2);

    assertEquals("vacated " + name, office.next());
    join(next, room).leave();
    assertEquals("occupied " + name, office.next());
    assertEquals("vacated " + name, office.next());
    assertEquals(List.of(), office.rest());
  }
}
