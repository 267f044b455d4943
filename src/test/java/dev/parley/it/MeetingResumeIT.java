package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The node of somebody in a meeting goes away; he comes back to another one as if nothing had
/// been.
@ExtendWith(StoresExtension.class)
class MeetingResumeIT {

  private ClusterNodes nodes;
  private Mesh first;
  private Mesh second;
  private boolean isSecondDown;

  @BeforeEach
  void open(Stores stores) {
    ObjectNode config =
        (ObjectNode) SocketClient.tree(Mesh.config("conference", "match", "meeting", "room"));
    config.set("signaling", object("resume", object("window", "10s")));
    nodes = ClusterNodes.start(stores, config);
    first = Mesh.of(nodes.first());
    second = Mesh.of(nodes.second());
  }

  @AfterEach
  void close() {
    first.calm();
    second.calm();
    nodes.first().close();
    if (!isSecondDown) {
      nodes.second().close();
    }
  }

  private SocketClient backAtTheFirst(SocketClient before) {
    isSecondDown = true;
    nodes.second().close();
    SocketClient client =
        SocketClient.open(nodes.first().clients(), nodes.first().port(), Map.of()).resume(before);
    assertEquals(before.id(), client.id());
    return client;
  }

  @Test
  void aGuestIsStillInHisMeeting() {
    String meeting = first.meeting();
    SocketClient ann = first.in(meeting, "ann");
    SocketClient bob = second.in(meeting, "bob");
    ann.next("participant-joined");
    bob.ask("toggle-audio", "isEnabled", false);
    ann.next("participant-audio-changed");

    SocketClient back = backAtTheFirst(bob);

    back.emit("webrtc-offer", "targetUserId", "ann", "offer", 1);
    assertEquals(bob.id(), ann.next("webrtc-offer").path("socketId").asText());
    ann.emit("webrtc-answer", "targetUserId", "bob", "answer", 2);
    assertEquals(2, back.next("webrtc-answer").path("answer").asInt());
    back.ask("toggle-audio", "isEnabled", true);
    assertEquals(
        object("userId", "bob", "isAudioEnabled", true), ann.next("participant-audio-changed"));
    assertEquals(List.of(), ann.names());
    back.close();
  }

  @Test
  void whoWaitsStillWaits() {
    String meeting = first.meeting("requireApproval", true);
    SocketClient ann = first.in(meeting, "ann");
    SocketClient bob = second.guest();
    var _ = bob.begin("join-meeting", "roomId", meeting, "userId", "bob", "userName", "Bob");
    ann.next("join-request");

    SocketClient back = backAtTheFirst(bob);

    assertEquals(object("success", true), ann.ask("approve-participant", "userId", "bob"));
    assertEquals("Bob", back.next("joined-meeting").path("userName").asText());
    assertEquals(bob.id(), ann.next("participant-joined").path("socketId").asText());
    back.close();
  }
}
