package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// People who come into a room at the same moment all get to know of each other.
@ExtendWith(StoresExtension.class)
class OverlappingJoinsIT {

  private static final int ROUNDS = 20;
  private static final int PEOPLE = 4;

  private static Mesh mesh;

  @BeforeAll
  static void open(Stores stores) {
    mesh = Mesh.start(stores);
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @Test
  void inLightRooms() {
    for (int round = 0; round < ROUNDS; round++) {
      String room = mesh.room();
      List<SocketClient> all = clients();
      all.forEach(client -> client.emit("join-room", "roomId", room, "username", client.id()));
      for (SocketClient each : all) {
        Set<String> known = new HashSet<>();
        for (JsonNode there : each.next("joined-room").path("participants")) {
          known.add(there.path("socketId").asText());
        }
        learnOfAll(each, known, "user-joined");
      }
      mesh.calm();
    }
  }

  @Test
  void inMeetings() {
    for (int round = 0; round < ROUNDS; round++) {
      String meeting = mesh.meeting();
      List<SocketClient> all = clients();
      all.forEach(client -> client.emit("join-meeting", "roomId", meeting, "userId", client.id()));
      for (SocketClient each : all) {
        Set<String> known = new HashSet<>();
        for (JsonNode there : each.next("existing-participants").path("participants")) {
          known.add(there.path("socketId").asText());
        }
        learnOfAll(each, known, "participant-joined");
      }
      mesh.calm();
    }
  }

  private static List<SocketClient> clients() {
    List<SocketClient> all = new ArrayList<>();
    for (int i = 0; i < PEOPLE; i++) {
      all.add(mesh.guest());
    }
    return all;
  }

  /// Waits until somebody has heard of all others, of each once.
  private static void learnOfAll(SocketClient client, Set<String> known, String event) {
    while (known.size() < PEOPLE - 1) {
      JsonNode joined = client.next(event);
      assertEquals(true, known.add(joined.path("socketId").asText()), joined::toString);
    }
  }

  @Test
  void inConferences() {
    for (int round = 0; round < ROUNDS; round++) {
      List<SocketClient> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(mesh.node().connect("Mia"));
      }
      String room = all.getFirst().createRoom();
      var acks =
          all.stream().map(client -> client.begin("room:join", object("roomId", room))).toList();
      for (int i = 0; i < all.size(); i++) {
        Set<String> known = new HashSet<>();
        JsonNode ack = SocketClient.answer(acks.get(i));
        assertEquals("", ack.path("status").asText(), ack::toString);
        for (JsonNode there : ack.path("participants")) {
          known.add(there.path("userId").asText());
        }
        while (known.size() < all.size()) {
          known.add(all.get(i).next("room:userJoined").path("userId").asText());
        }
      }
      all.forEach(SocketClient::close);
    }
  }
}
