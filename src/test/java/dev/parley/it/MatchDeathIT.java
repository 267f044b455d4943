package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What becomes of strangers when the node that matches them is killed, and some of them with it:
/// three nodes, each a process, two of them matchmakers.
@ExtendWith(StoresExtension.class)
class MatchDeathIT {

  private static final int STAYING = 20;
  private static final int DYING = 10;

  private final Vertx vertx = Vertx.vertx();
  private final JWTAuth tokens = Crowd.tokens(vertx);
  private final String language = UUID.randomUUID().toString().substring(0, 8);
  private List<ProcessNode> nodes = List.of();

  @BeforeEach
  void open(Stores stores) throws Exception {
    nodes =
        ProcessNode.cluster(
            stores,
            List.of(List.of("media", "matchmaking"), List.of("matchmaking"), List.of()),
            object(
                "match", object("jwtSecret", Crowd.SECRET),
                "signaling", object("resume", object("window", "2s"))));
  }

  @AfterEach
  void close() {
    nodes.forEach(ProcessNode::close);
    SocketClient.await(vertx.close());
  }

  private SocketClient stranger(ProcessNode node) {
    SocketClient client =
        SocketClient.open(vertx, node.port(), Map.of())
            .connect(Crowd.NAMESPACE, Map.of("token", Crowd.token(tokens, Crowd.device())));
    client.next("connected");
    return client;
  }

  private void join(SocketClient client) {
    client.emit("join-queue", "language", language);
    client.next("queue-joined");
  }

  @Test
  void nobodyIsMatchedTwiceAndNobodyIsLost() throws Exception {
    List<SocketClient> staying = new ArrayList<>();
    for (int i = 0; i < STAYING; i++) {
      staying.add(stranger(nodes.get(i % 2 == 0 ? 0 : 2)));
    }
    List<SocketClient> dying = new ArrayList<>();
    for (int i = 0; i < DYING; i++) {
      dying.add(stranger(nodes.get(1)));
    }
    // An odd number on either side: at least one pair is of both.
    List<SocketClient> all = new ArrayList<>(staying.subList(0, STAYING - 1));
    all.addAll(dying.subList(0, DYING - 1));
    all.forEach(this::join);
    nodes.get(1).kill();
    join(staying.getLast());

    // Whoever was matched with one who died is told so, and goes on looking.
    Map<String, Integer> sessions = new HashMap<>();
    Eventually.equal(
        0,
        () -> {
          sessions.clear();
          int alone = 0;
          for (SocketClient client : staying) {
            String session = session(client);
            if (session.isEmpty()) {
              alone++;
            } else {
              sessions.merge(session, 1, Integer::sum);
            }
          }
          return alone + (int) sessions.values().stream().filter(count -> count != 2).count();
        });
    assertEquals(STAYING / 2, sessions.size());
    staying.forEach(SocketClient::close);
  }

  private final Map<SocketClient, String> current = new HashMap<>();

  /// The session that a client is in by what it has heard; what is over it leaves for the queue.
  private String session(SocketClient client) {
    for (SocketClient.Heard heard : client.leftOver()) {
      String id = heard.payload().path("sessionId").asText();
      switch (heard.name()) {
        case "matched" -> {
          assertEquals("", current.getOrDefault(client, ""), "matched twice");
          current.put(client, id);
        }
        case "peer-disconnected" -> {
          assertEquals(id, current.put(client, ""));
          client.emit("end-call", "sessionId", id);
          client.emit("join-queue", "language", language);
        }
        case "call-ended", "queue-joined", "queue-update" -> {}
        default -> throw new AssertionError(heard);
      }
    }
    return current.getOrDefault(client, "");
  }
}
