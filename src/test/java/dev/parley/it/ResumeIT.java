package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Sockets that outlive their connection: taken up again at the same node, at another one, and
/// after the owner is gone. Three nodes of one cluster; media is on the last.
@ExtendWith(StoresExtension.class)
class ResumeIT {

  private static final int MAX_EVENTS = 50;

  private final Vertx vertx = Vertx.vertx();
  private final List<SocketClient> clients = new ArrayList<>();
  private final List<TestNode> nodes = new ArrayList<>();
  private final Set<Integer> down = new HashSet<>();
  private SocketClient ann;
  private SocketClient bob;
  private SocketClient cora;
  private String room;

  /// Ann, the host, is on the first node, Bob on the second, Cora on the third.
  @BeforeEach
  void enter(Stores stores) {
    String name = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(3);
    List<String> members = new ArrayList<>();
    for (int port : ports) {
      members.add("127.0.0.1:" + port);
    }
    for (int i = 0; i < ports.length; i++) {
      String[] roles = i == ports.length - 1 ? new String[] {"media"} : new String[0];
      ObjectNode config =
          (ObjectNode) SocketClient.tree(ClusterNodes.config(name, ports[i], members, roles));
      config.set(
          "signaling",
          SocketClient.object(
              "resume", SocketClient.object("window", "5s", "maxEvents", MAX_EVENTS)));
      nodes.add(TestNode.start(stores, config.toString()));
    }
    ann = connect(0, "Ann");
    bob = connect(1, "Bob");
    cora = connect(2, "Cora");
    room = ann.createRoom();
    for (SocketClient each : List.of(ann, bob, cora)) {
      each.join(room);
    }
    bob.next("room:userJoined");
    ann.next("room:userJoined");
    ann.next("room:userJoined");
    bob.ask("media:createTransport", "roomId", room, "direction", "send");
    clients.forEach(SocketClient::names);
  }

  @AfterEach
  void close() {
    clients.forEach(SocketClient::close);
    for (int i = 0; i < nodes.size(); i++) {
      if (!down.contains(i)) {
        nodes.get(i).close();
      }
    }
    SocketClient.await(vertx.close());
  }

  private void shutDown(int node) {
    down.add(node);
    nodes.get(node).close();
  }

  private SocketClient connect(int node, String name) {
    SocketClient client = nodes.get(node).connect(name);
    clients.add(client);
    return client;
  }

  private SocketClient back(int node, SocketClient before) {
    SocketClient client = SocketClient.open(vertx, nodes.get(node).port(), Map.of()).resume(before);
    clients.add(client);
    return client;
  }

  private void say(SocketClient speaker, int from, int to) {
    for (int i = from; i < to; i++) {
      JsonNode answer = speaker.ask("room:message", "roomId", room, "data", i);
      assertTrue(answer.path("success").asBoolean(), answer::toString);
    }
  }

  private static void hears(SocketClient listener, int from, int to) {
    for (int i = from; i < to; i++) {
      assertEquals(i, listener.next("room:message").path("data").asInt());
    }
  }

  /// Whether the client can still do all it could, and be told.
  private void isWhole(SocketClient client, SocketClient before) {
    assertEquals(before.id(), client.id());
    assertEquals(before.pid(), client.pid());
    assertTrue(client.ask("room:handRaise", "roomId", room).path("handRaised").asBoolean());
    assertTrue(client.next("room:handRaised").path("handRaised").asBoolean());
    ann.next("room:handRaised");
    cora.next("room:handRaised");
    say(client, 1_000, 1_003);
    hears(ann, 1_000, 1_003);
    hears(cora, 1_000, 1_003);
    say(ann, 2_000, 2_003);
    hears(client, 2_000, 2_003);
    hears(cora, 2_000, 2_003);
    assertEquals(List.of(), client.names());
  }

  private void nobodyHasSeenHimLeave() {
    assertEquals(List.of(), ann.names());
    assertEquals(List.of(), cora.names());
  }

  @Test
  void whoComesBackToHisNodeHasMissedNothing() {
    bob.close();
    say(ann, 0, 20);
    SocketClient again = back(1, bob);

    hears(again, 0, 20);
    hears(cora, 0, 20);
    isWhole(again, bob);
    nobodyHasSeenHimLeave();
  }

  @Test
  void whoComesBackToAnyNodeHasMissedNothing() {
    say(ann, 0, 3);
    hears(bob, 0, 3);
    bob.close();
    say(ann, 3, 20);
    SocketClient again = back(0, bob);
    hears(again, 3, 20);
    hears(cora, 0, 20);
    isWhole(again, bob);
    again.close();
    say(ann, 20, 30);
    SocketClient third = back(2, again);
    hears(third, 20, 30);

    assertEquals(bob.id(), third.id());
    JsonNode produced = third.ask("media:createTransport", "roomId", room, "direction", "recv");
    assertTrue(produced.has("iceParameters"), produced::toString);
    carries(1);
    SocketClient fourth = back(0, third);
    third.next(SocketClient.CLOSE);
    carries(1);
    fourth.leave();
    carries(0);
  }

  /// Waits until Bob's node carries so many sockets to other nodes, and not one it has let go.
  private void carries(int sockets) {
    Eventually.equal(
        true,
        () ->
            nodes
                .get(1)
                .get("/metrics")
                .text()
                .lines()
                .anyMatch(("parley_sockets_carried " + sockets + ".0")::equals));
  }

  @Test
  void whoComesBackBeforeHisLossWasNoticedTakesOver() {
    SocketClient again = back(0, bob);
    bob.next(SocketClient.CLOSE);

    isWhole(again, bob);
    nobodyHasSeenHimLeave();
  }

  @Test
  void aNodeThatIsShutDownHandsItsSocketsOver() {
    say(ann, 0, 5);
    hears(bob, 0, 5);
    shutDown(1);
    bob.next(SocketClient.CLOSE);
    say(ann, 5, 20);
    SocketClient again = back(2, bob);
    hears(again, 5, 20);
    hears(cora, 0, 20);
    isWhole(again, bob);
    nobodyHasSeenHimLeave();
    again.close();
    say(ann, 20, 25);
    hears(back(0, again), 20, 25);
  }

  @Test
  void whoIsRemovedWhileAwayIsTold() {
    bob.close();
    ann.ask("room:kick", "roomId", room, "targetUserId", bob.userId());
    SocketClient again = back(0, bob);

    assertEquals(room, again.next("room:userKicked").path("roomId").asText());
    assertEquals(bob.id(), again.id());
    assertEquals(
        "FORBIDDEN: Not a participant in this room",
        again.refusal("room:message", "roomId", room, "data", 1));
  }

  @Test
  void whoDoesNotComeBackHasLeftWhenTheWindowEnds() {
    bob.close();

    assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    SocketClient late = SocketClient.open(vertx, nodes.get(0).port(), Map.of()).resume(bob);
    clients.add(late);
    assertNotEquals(bob.id(), late.id());
  }

  @Test
  void whoseNodeAndPatienceEndHasLeft() {
    shutDown(1);

    assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    assertEquals(bob.userId(), cora.next("room:userLeft").path("userId").asText());
  }

  @Test
  void whoSaysGoodbyeHasLeftAtOnce() {
    bob.leave();

    assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    assertNotEquals(bob.id(), back(1, bob).id());
  }

  @Test
  void whoMissedMoreThanIsKeptStartsAnew() {
    bob.close();
    for (int i = 0; i <= MAX_EVENTS; i++) {
      say(ann, i, i + 1);
    }
    SocketClient again = back(2, bob);

    assertNotEquals(bob.id(), again.id());
    assertNotEquals(bob.pid(), again.pid());
    assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    assertFalse(again.leftOver().stream().anyMatch(heard -> heard.name().equals("room:message")));
  }
}
