package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What becomes of a conversation when a node in it is killed: three nodes, each a process.
@ExtendWith(StoresExtension.class)
class NodeDeathIT {

  private static final int TALKERS = 50;
  private static final int ROOMS = 5;
  private static final int WORDS_BEFORE = 20;
  private static final int WORDS_AFTER = 40;
  private static final long PAUSE_MS = 25;

  private final Vertx vertx = Vertx.vertx();
  private final List<Talker> talkers = new ArrayList<>();
  private final List<String> rooms = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private List<ProcessNode> nodes = List.of();

  @BeforeEach
  void open(Stores stores) throws Exception {
    nodes = ProcessNode.cluster(stores, List.of(List.of("media"), List.of(), List.of()));
  }

  @AfterEach
  void close() {
    talkers.forEach(Talker::end);
    nodes.forEach(ProcessNode::close);
    SocketClient.await(vertx.close());
  }

  /// The ports of the nodes in turn; a dead one is tried as well, as a proxy would.
  private int next() {
    return nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size())).port();
  }

  private void enter() throws Exception {
    for (int i = 0; i < TALKERS; i++) {
      Talker talker =
          new Talker(vertx, this::next, nodes.getFirst().register("t" + i + "-" + turn.get()));
      talkers.add(talker.open());
    }
    for (int r = 0; r < ROOMS; r++) {
      rooms.add(talkers.get(r).ask("room:create", "title", "R" + r).path("roomId").asText());
    }
    for (int i = 0; i < TALKERS; i++) {
      JsonNode joined = talkers.get(i).ask("room:join", "roomId", room(i));
      assertEquals("", joined.path("status").asText(), joined::toString);
    }
    for (int i = 0; i < TALKERS; i++) {
      Talker talker = talkers.get(i);
      // Whoever is not known yet to a speaker's node does not hear him.
      Eventually.equal((TALKERS - 1 - i) / ROOMS, () -> joins(talker));
    }
  }

  private static int joins(Talker talker) {
    return (int) talker.others().stream().filter(each -> each.contains("room:userJoined")).count();
  }

  private String room(int talker) {
    return rooms.get(talker % ROOMS);
  }

  private void talk(int words) {
    for (int w = 0; w < words; w++) {
      for (int i = 0; i < TALKERS; i++) {
        talkers.get(i).say(room(i));
      }
      SocketClient.await(vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS));
    }
  }

  /// Waits until everybody has heard the last confirmed word of everybody in his room.
  private void settle() {
    for (int r = 0; r < TALKERS; r++) {
      for (int s = r % ROOMS; s < TALKERS; s += ROOMS) {
        Talker receiver = talkers.get(r);
        Talker sender = talkers.get(s);
        if (r != s) {
          Eventually.equal(
              List.of(),
              () -> {
                List<Integer> missing = new ArrayList<>(new TreeSet<>(sender.confirmed()));
                missing.removeAll(new HashSet<>(receiver.heardOf(sender.sid())));
                return missing;
              });
        }
      }
    }
  }

  @Test
  void allGoOnAsIfNothingHadHappened() throws Exception {
    enter();
    Talker host = talkers.get(0);
    Talker deputy = talkers.get(5);
    Talker silent = talkers.get(10);
    host.ask(
        "room:changeRole",
        "roomId",
        room(0),
        "targetUserId",
        deputy.userId(),
        "newRole",
        "co_host");
    silent.ask(
        "media:stateChange", "roomId", room(0), "audioEnabled", false, "videoEnabled", false);
    List<String> sids = talkers.stream().map(Talker::sid).toList();
    talk(WORDS_BEFORE);
    talkers.forEach(Talker::forgetOthers);

    nodes.get(1).kill();
    talk(WORDS_AFTER);
    for (Talker talker : talkers) {
      Eventually.equal(true, talker::isUp);
    }
    talk(WORDS_BEFORE);
    settle();

    assertEquals(sids, talkers.stream().map(Talker::sid).toList());
    int cameBack = 0;
    for (Talker talker : talkers) {
      assertTrue(
          talker.recoveries().stream().allMatch(r -> r), () -> talker.recoveries().toString());
      assertEquals(List.of(), talker.others());
      cameBack += talker.recoveries().size();
    }
    assertTrue(cameBack >= TALKERS / 3, "nobody was on the node that died: " + cameBack);
    for (int r = 0; r < TALKERS; r++) {
      for (int s = r % ROOMS; s < TALKERS; s += ROOMS) {
        List<Integer> heard = talkers.get(r).heardOf(talkers.get(s).sid());
        assertEquals(new ArrayList<>(new TreeSet<>(heard)), heard, "not once, or not in order");
      }
    }
    JsonNode people = host.ask("room:join", "roomId", room(0)).path("participants");
    assertEquals(TALKERS / ROOMS, people.size());
    for (JsonNode person : people) {
      String user = person.path("userId").asText();
      String role =
          user.equals(host.userId())
              ? "host"
              : user.equals(deputy.userId()) ? "co_host" : "participant";
      assertEquals(role, person.path("role").asText());
      assertEquals(user.equals(silent.userId()), person.path("isMuted").asBoolean());
    }
  }
}
