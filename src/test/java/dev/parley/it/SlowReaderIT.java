package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A room on a running node in which one client has stopped reading: the others do not wait for it,
/// what waits for it is bounded, and it is put out.
@ExtendWith(StoresExtension.class)
final class SlowReaderIT {

  private static final String CONFIG =
      """
      {
        "signaling": {
          "maxPayload": 100000, "maxQueueBytes": 200000,
          "eventLimit": { "rate": 100000, "burst": 100000 }
        }
      }
      """;

  private static HostileNode node;

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) {
    node = HostileNode.start(stores, CONFIG);
  }

  @AfterAll
  static void closeNode() {
    node.close();
  }

  private static String reaction(String room, int number) {
    return room + ",\"reaction\":\"" + number + "\"}";
  }

  /// Sends a reaction and waits until the other has it.
  private static void exchange(RawSocketIo from, RawSocketIo to, String room, int number) {
    JsonNode told = from.ask("room:reaction", reaction(room, number));
    assertTrue(told.has("success"), told::toString);
    to.next(packet ->
        packet.startsWith("42[\"room:reactionReceived\"") && packet.contains("\"" + number + "\""));
  }

  @Test
  void theOthersDoNotWaitForOneWhoDoesNotRead() {
    double dropped = node.total("reason=\"slow reader\"");
    String stuckToken = node.account();
    try (RawSocketIo host = node.connect(node.account());
        RawSocketIo guest = node.connect(node.account());
        RawWebSocket stuck = RawWebSocket.openNarrow(node.port()).join(stuckToken)) {
      String room =
          "{\"roomId\":\""
              + host.ask("room:create", "{\"title\":\"t\"}").path("roomId").asText()
              + "\"";
      assertTrue(host.ask("room:join", room + "}").has("role"));
      assertTrue(guest.ask("room:join", room + "}").has("role"));
      stuck.text("42[\"room:join\"," + room + "}]");
      guest.next(packet ->
          packet.startsWith("42[\"room:userJoined\"")
              && packet.contains(HostileNode.userId(stuckToken)));

      // It asks on and on, and reads no answer.
      int rounds = 0;
      while (node.total("reason=\"slow reader\"") == dropped) {
        assertTrue(rounds < 400, "it must be put out");
        for (int i = 0; i < 50; i++) {
          stuck.text("421[\"media:getRouterCapabilities\"," + room + "}]");
        }
        exchange(host, guest, room, rounds);
        exchange(guest, host, room, rounds);
        rounds++;
      }

      guest.next(packet -> packet.startsWith("42[\"room:userLeft\""));
      host.next(packet -> packet.startsWith("42[\"room:userLeft\""));
      exchange(host, guest, room, 1_000_000);
    }
    node.awaitLevel("parley_connections", 0);
    assertEquals(List.of(), node.takeErrors());
  }
}
