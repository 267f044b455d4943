package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// One room, its participants on two nodes of a cluster.
@ExtendWith(StoresExtension.class)
class TwoNodesIT {

  private static ClusterNodes nodes;
  private static Stores shared;

  private final List<SocketClient> clients = new ArrayList<>();
  private SocketClient ann;
  private SocketClient bob;
  private SocketClient cora;
  private String room;

  @BeforeAll
  static void open(Stores stores) {
    shared = stores;
    nodes = ClusterNodes.start(stores);
  }

  @AfterAll
  static void end() {
    nodes.close();
  }

  /// Ann, the host, is on the first node, Bob and Cora on the second.
  @BeforeEach
  void enter() {
    ann = connect(nodes.first(), "Ann");
    bob = connect(nodes.second(), "Bob");
    cora = connect(nodes.second(), "Cora");
    room = ann.createRoom();
    ann.join(room);
    bob.join(room);
    cora.join(room);
    calm();
  }

  @AfterEach
  void close() {
    clients.forEach(SocketClient::close);
  }

  private SocketClient connect(TestNode node, String name) {
    SocketClient client = node.connect(name);
    clients.add(client);
    return client;
  }

  /// Lets all events arrive at both nodes, and forgets them.
  private void calm() {
    for (SocketClient one : List.of(ann, bob)) {
      for (int i = 0; i < 2; i++) {
        one.ask("room:handRaise", "roomId", room);
      }
    }
    for (SocketClient each : List.of(ann, bob, cora)) {
      for (int i = 0; i < 4; i++) {
        each.next("room:handRaised");
      }
      each.names();
    }
  }

  /// What was told before this call, on both nodes.
  private List<String> told(SocketClient client) {
    ann.ask("room:handRaise", "roomId", room);
    client.next("room:handRaised");
    List<String> names = client.names();
    for (SocketClient other : List.of(ann, bob, cora)) {
      if (other != client) {
        other.next("room:handRaised");
      }
    }
    return names;
  }

  private String keyOf(String suffix) {
    return "room:{" + room + "}" + suffix;
  }

  @Test
  void whoComesAndGoesIsToldAcrossNodes() {
    SocketClient dan = connect(nodes.second(), "Dan");

    JsonNode ack = dan.join(room);

    assertEquals(
        List.of(ann.userId(), bob.userId(), cora.userId(), dan.userId()),
        RoomsIT.userIds(ack.path("participants")));
    assertEquals(dan.userId(), ann.next("room:userJoined").path("userId").asText());
    assertEquals(dan.userId(), bob.next("room:userJoined").path("userId").asText());
    dan.close();
    assertEquals(dan.userId(), ann.next("room:userLeft").path("userId").asText());
    assertEquals(dan.userId(), bob.next("room:userLeft").path("userId").asText());
    assertEquals(dan.userId(), cora.next("room:userLeft").path("userId").asText());
    assertEquals(List.of(), told(ann));
    assertEquals(List.of(), told(bob));
  }

  @Test
  void aTrackIsAnnouncedConsumedAndTakenBackAcrossNodes() {
    String transport = Tracks.transport(bob, room, "send");
    String producer = Tracks.produce(bob, room, transport, "chrome-opus", "audio");

    JsonNode announced = ann.next("media:newProducer");
    assertEquals(producer, announced.path("producerId").asText());
    assertEquals(bob.userId(), announced.path("userId").asText());
    assertEquals("audio", announced.path("kind").asText());
    assertEquals(producer, cora.next("media:newProducer").path("producerId").asText());
    JsonNode consumed =
        ann.ask(
            "media:consume",
            "roomId",
            room,
            "transportId",
            Tracks.transport(ann, room, "recv"),
            "producerId",
            producer,
            "rtpCapabilities",
            Tracks.capabilities());
    assertEquals(producer, consumed.path("producerId").asText(), consumed::toString);
    assertEquals("audio/opus", consumed.at("/rtpParameters/codecs/0/mimeType").asText());
    bob.ask("media:pauseProducer", "producerId", producer);
    JsonNode kind =
        SocketClient.object("userId", bob.userId(), "producerId", producer, "kind", "audio");
    assertEquals(kind, ann.next("media:producerPaused"));
    bob.ask("media:resumeProducer", "producerId", producer);
    assertEquals(kind, cora.next("media:producerResumed"));
    bob.ask("media:closeProducer", "roomId", room, "producerId", producer);
    JsonNode gone = SocketClient.object("producerId", producer, "userId", bob.userId());
    assertEquals(gone, ann.next("media:producerClosed"));
    assertEquals(gone, cora.next("media:producerClosed"));
    assertEquals(List.of(), told(bob));
  }

  @Test
  void whoeverJoinsLaterFindsTheTracksThereAre() {
    String transport = Tracks.transport(bob, room, "send");
    String audio = Tracks.produce(bob, room, transport, "chrome-opus", "audio");

    JsonNode ack = connect(nodes.first(), "Dan").join(room);

    JsonNode track = ack.path("existingProducers").path(0);
    assertEquals(1, ack.path("existingProducers").size());
    assertEquals(audio, track.path("producerId").asText());
    assertEquals(bob.userId(), track.path("userId").asText());
    assertEquals("audio", track.path("kind").asText());
    assertEquals(
        "[\"" + audio + "\"]", ack.path("participants").path(1).path("producerIds").toString());
  }

  @Test
  void hisTracksGoWithHimWhoGoes() {
    String transport = Tracks.transport(bob, room, "send");
    String producer = Tracks.produce(bob, room, transport, "chrome-opus", "audio");
    ann.next("media:newProducer");

    bob.close();

    assertEquals(producer, ann.next("media:producerClosed").path("producerId").asText());
    assertEquals(bob.userId(), ann.next("room:userLeft").path("userId").asText());
    assertEquals(producer, cora.next("media:producerClosed").path("producerId").asText());
    assertEquals("0", nodes.first().probe().text(Command.EXISTS, keyOf(":producers")));
  }

  @Test
  void moderationReachesTheOtherNode() {
    assertEquals(2, ann.ask("room:muteAll", "roomId", room).path("mutedCount").asInt());
    assertEquals(ann.userId(), bob.next("room:allMuted").path("mutedBy").asText());
    cora.next("room:allMuted");
    ann.ask("room:changeRole", "roomId", room, "targetUserId", bob.userId(), "newRole", "co_host");
    assertEquals("co_host", bob.next("room:roleChanged").path("newRole").asText());
    cora.next("room:roleChanged");
    ann.next("room:roleChanged");

    bob.ask("room:kick", "roomId", room, "targetUserId", cora.userId());

    assertEquals(room, cora.next("room:userKicked").path("roomId").asText());
    assertTrue(ann.next("room:userLeft").path("kicked").asBoolean());
    assertTrue(bob.next("room:userLeft").path("kicked").asBoolean());
    assertEquals(
        "FORBIDDEN: Not a participant in this room",
        cora.refusal("room:handRaise", "roomId", room));
  }

  @Test
  void closingReachesTheOtherNode() {
    ann.ask("room:close", "roomId", room);

    for (SocketClient each : List.of(ann, bob, cora)) {
      assertEquals(room, each.next("room:closed").path("roomId").asText());
    }
    Eventually.equal(List.of(), () -> nodes.first().probe().keys("*" + room + "*"));
  }

  @Test
  void reactionsReachTheOthersWithoutAStore() {
    bob.ask("room:reaction", "roomId", room, "reaction", "!");

    JsonNode reaction = SocketClient.object("userId", bob.userId(), "reaction", "!");
    assertEquals(reaction, ann.next("room:reactionReceived"));
    assertEquals(reaction, cora.next("room:reactionReceived"));
    assertEquals(List.of(), told(bob));
  }

  @Test
  void theNewestSocketWinsOnWhicheverNodeItIs() {
    TestNode.User dans = nodes.first().register("Dan");
    SocketClient old = nodes.first().connect(dans);
    clients.add(old);
    old.join(room);
    calm();
    old.names();

    SocketClient current = nodes.second().connect(dans);
    clients.add(current);
    current.join(room);

    assertEquals(room, old.next("room:replaced").path("roomId").asText());
    old.close();
    calm();
    assertEquals(
        List.of(ann.userId(), bob.userId(), cora.userId(), current.userId()),
        RoomsIT.userIds(ann.join(room).path("participants")));
    assertTrue(current.ask("room:handRaise", "roomId", room).path("handRaised").asBoolean());
  }

  @Test
  void aTokenOfOneNodeIsGoodOnTheOther() {
    TestNode.User dans = nodes.first().register("Dan");
    SocketClient dan = nodes.second().connect(dans);
    clients.add(dan);

    assertEquals("participant", dan.join(room).path("role").asText());
  }

  @Test
  void whatAnEventThatGotLostHadToldIsToldWithTheNext() {
    StoreProbe probe = nodes.first().probe();
    JsonNode gone =
        SocketClient.tree(probe.text(Command.HGET, keyOf(":participants"), cora.userId()));
    JsonNode changed =
        ((com.fasterxml.jackson.databind.node.ObjectNode) gone).put("role", "co_host");
    probe.redis(Command.HSET, keyOf(":participants"), cora.userId(), changed.toString());
    probe.redis(Command.HINCRBY, keyOf(""), "version", "1");
    assertEquals(List.of(), ann.names());

    bob.ask("media:stateChange", "roomId", room, "audioEnabled", false, "videoEnabled", false);

    for (SocketClient each : List.of(ann, bob, cora)) {
      assertEquals(
          SocketClient.object("userId", cora.userId(), "newRole", "co_host"),
          each.next("room:roleChanged"));
    }
    assertEquals(bob.userId(), ann.next("media:peerUpdate").path("userId").asText());
    calm();
    assertEquals(List.of(), told(ann));
  }

  @Test
  void whoIsNotInTheRoomAnyMoreIsToldEvenWhenTheEventGotLost() {
    StoreProbe probe = nodes.first().probe();
    probe.redis(Command.HINCRBY, keyOf(""), "version", "1");
    probe.redis(Command.DEL, keyOf(":participants"));

    SocketClient dan = connect(nodes.first(), "Dan");
    assertEquals(List.of(dan.userId()), RoomsIT.userIds(dan.join(room).path("participants")));

    for (SocketClient each : List.of(ann, bob, cora)) {
      assertEquals(room, each.next("room:userKicked").path("roomId").asText());
    }
    assertEquals(
        "FORBIDDEN: Not a participant in this room", bob.refusal("room:handRaise", "roomId", room));
  }

  @Test
  void aNodeThatClosesLeavesNobodyBehind() {
    try (TestNode passing =
        TestNode.start(shared, "{\"roles\":[\"api\",\"signaling\",\"media\"]}")) {
      SocketClient dan = passing.connect("Dan");
      String own = dan.createRoom();
      dan.join(own);
      assertEquals("1", nodes.first().probe().text(Command.EXISTS, "room:{" + own + "}"));
      passing.node().close();

      assertEquals(List.of(), nodes.first().probe().keys("*" + own + "*"));
      assertEquals(List.of(), nodes.first().probe().keys("*" + dan.userId() + "*"));
    }
  }
}
