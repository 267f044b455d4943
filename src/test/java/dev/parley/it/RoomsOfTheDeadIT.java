package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What becomes of meetings and light rooms when nodes are killed: each node a process.
@ExtendWith(StoresExtension.class)
class RoomsOfTheDeadIT {

  private static final int GUESTS = 6;

  private final Vertx vertx = Vertx.vertx();
  private List<ProcessNode> nodes = List.of();

  private void start(Stores stores, int count) throws Exception {
    nodes =
        ProcessNode.cluster(
            stores,
            List.<List<String>>of(List.of("media"), List.of(), List.of()).subList(0, count),
            object(
                "rooms",
                object("auth", "anonymous"),
                "meetings",
                object("rateLimit", object("events", 1_000_000))));
  }

  @AfterEach
  void close() {
    nodes.forEach(ProcessNode::close);
    SocketClient.await(vertx.close());
  }

  private SocketClient at(ProcessNode node) {
    return SocketClient.open(vertx, node.port(), Map.of()).connect(Map.of());
  }

  /// Nobody is left who could take them out: the next node does.
  @Test
  void nobodyHauntsTheRoomsOfTheOnlyNode(Stores stores) throws Exception {
    start(stores, 1);
    ProcessNode before = nodes.getFirst();
    String room = before.post("/api/rooms", object("name", "Den")).path("id").asText();
    String meeting =
        before
            .post("/api/meetings/create", object("title", "Talk", "hostId", "ann"))
            .at("/meeting/roomId")
            .asText();
    SocketClient zoe = at(before);
    zoe.emit("join-room", "roomId", room, "username", "Zoe");
    zoe.next("joined-room");
    SocketClient ann = at(before);
    assertEquals(
        object("success", true).path("success"),
        ann.ask("join-meeting", "roomId", meeting, "userId", "ann", "userName", "Ann")
            .path("success"));
    before.kill();

    start(stores, 1);
    ProcessNode after = nodes.getFirst();
    assertEquals(List.of("Zoe"), names(after, room));
    SocketClient bob = at(after);
    bob.ask("join-meeting", "roomId", meeting, "userId", "bob", "userName", "Bob");
    bob.all();

    assertEquals("ann", bob.next("participant-left").path("userId").asText());
    Eventually.equal(List.of(), () -> names(after, room));
    bob.close();
  }

  private static List<String> names(ProcessNode node, String room) {
    List<String> names = new ArrayList<>();
    SocketClient.tree(node.get("/api/rooms/" + room))
        .path("participants")
        .forEach(each -> names.add(each.path("username").asText()));
    return names;
  }

  /// Whoever waits is told of the decision though first who stands by for him dies, then his owner.
  @Test
  void whoWaitsIsLetInAfterTwoDeaths(Stores stores) throws Exception {
    start(stores, 3);
    ProcessNode survivor = nodes.getFirst();
    String meeting =
        survivor
            .post(
                "/api/meetings/create",
                object(
                    "title", "Talk", "hostId", "ann", "settings", object("requireApproval", true)))
            .at("/meeting/roomId")
            .asText();
    SocketClient ann = at(survivor);
    ann.ask("join-meeting", "roomId", meeting, "userId", "ann", "userName", "Ann");
    List<SocketClient> guests = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      SocketClient guest = at(nodes.get(2));
      guests.add(guest);
      var _ = guest.begin("join-meeting", "roomId", meeting, "userId", "g" + i, "userName", "G");
      ann.next("join-request");
    }
    nodes.get(1).kill();
    Eventually.equal(GUESTS, () -> standbys(survivor));
    nodes.get(2).kill();

    for (int i = 0; i < GUESTS; i++) {
      SocketClient guest = guests.get(i);
      SocketClient back = SocketClient.open(vertx, survivor.port(), Map.of()).resume(guest);
      assertEquals(guest.id(), back.id());
      JsonNode approved = ann.ask("approve-participant", "userId", "g" + i);
      assertEquals(object("success", true), approved);
      assertEquals("G", back.next("joined-meeting").path("userName").asText());
    }
    ann.close();
  }

  private static int standbys(ProcessNode node) {
    Matcher gauge =
        Pattern.compile("(?m)^parley_sockets_standby(?:\\{[^}]*})? ([0-9.]+)$")
            .matcher(node.get("/metrics"));
    return gauge.find() ? (int) Double.parseDouble(gauge.group(1)) : 0;
  }
}
