package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.Participant;
import dev.parley.contract.People;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomState;
import dev.parley.room.RoomStates;
import dev.parley.signaling.socketio.Args;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerDialectTest {

  private static final PeerDialect DIALECT = new PeerDialect();
  private static final Participant ANN = People.peer("u1", "Ann", "s1");
  private static final Participant BOB = People.peer("u2", "Bob", "s2");
  private static final RoomState ROOM = RoomStates.of(RoomKind.PEER, "r", ANN, BOB);

  private static JsonNode tree(String json) {
    return Json.read(json.replace('\'', '"'), JsonNode.class);
  }

  private static Args args(String json) {
    return Args.ofJson(json.replace('\'', '"'));
  }

  /// Events of the client, each with a payload and what it is read as.
  static Map<String, Command> commands() {
    Map<String, Command> commands = new HashMap<>();
    commands.put("join-room {'roomId':'r','username':' Bob '}", new Command.JoinPeers("r", "Bob"));
    commands.put("join-room {'roomId':'r'}", new Command.JoinPeers("r", ""));
    commands.put("leave-room {'roomId':'r'}", new Command.LeaveCurrent(RoomKind.PEER));
    commands.put("leave-room null", new Command.LeaveCurrent(RoomKind.PEER));
    return commands;
  }

  @Test
  void eachEventDecodesToItsCommand() {
    commands()
        .forEach((sent, command) -> {
          String name = sent.substring(0, sent.indexOf(' '));
          assertTrue(DIALECT.knows(name), sent);
          assertEquals(
              command, DIALECT.decode(name, tree(sent.substring(name.length() + 1))), sent);
        });
    assertFalse(DIALECT.knows("join-meeting"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "webrtc-offer|offer|{'to':'s1','offer':{'sdp':'x'}}|SOCKET|s1|{'sdp':'x'}",
        "webrtc-answer|answer|{'answer':null,'to':'s1'}|SOCKET|s1|null",
        "ice-candidate|candidate|{'targetSocketId':'a','targetUserId':'b','to':'c','candidate':1}"
            + "|SOCKET|a|1",
        "ice-candidate|candidate|{'to':'c','targetUserId':'b','candidate':[]}|USER|b|[]",
        "ice-candidate|candidate|{'targetSocketId':null,'to':'c','candidate':''}|SOCKET|c|''"
      })
  void whatIsPassedOnIsForTheFirstThatIsNamed(
      String name, String what, String payload, String audience, String target, String said) {
    Relay relay = DIALECT.relay(name, args(payload));

    assertEquals(Relay.Audience.valueOf(audience), relay.audience());
    assertEquals(target, relay.target());
    assertEquals("", relay.roomId());
    assertEquals(Utf8.of(said.replace('\'', '"')), relay.json());
    Dialect.Message message = DIALECT.encode(relay, BOB, ROOM);
    assertEquals(name, message.name());
    assertEquals(
        tree(
            "{'fromUserId':'u2','fromPeerId':'s2','socketId':'s2','from':'s2','"
                + what
                + "':"
                + said
                + "}"),
        tree(String.valueOf(message.json())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "[]",
        "{}",
        "{'to':'s1'}",
        "{'offer':1}",
        "{'to':[],'offer':1}",
        "{'to':'','offer':1}"
      })
  void whatCannotBePassedOnIsInvalidButNotComplainedOf(String payload) {
    Failure failure =
        assertThrows(Failure.class, () -> DIALECT.relay("webrtc-offer", args(payload)));

    assertEquals(Failure.Code.INVALID, failure.code());
    assertNull(DIALECT.complaint("webrtc-offer", args(payload), failure));
  }

  @Test
  void whoIsWhere() {
    assertMessage(
        "joined-room",
        "{'userId':'u2','roomId':'r','participants':"
            + "[{'id':'u1','username':'Ann','socketId':'s1'}]}",
        new Event.Entered(ROOM, BOB));
    String bob = "{'userId':'u2','username':'Bob','socketId':'s2'}";
    assertMessage("user-joined", bob, new Event.ParticipantJoined(BOB, List.of(ANN, BOB)));
    assertMessage("user-left", bob, new Event.ParticipantLeft(BOB, List.of(ANN), false));
    assertMessage(
        "room-deleted",
        "{'roomId':'r','message':'This room has been deleted by the owner'}",
        new Event.RoomClosed("r", "u1"));
    Dialect.Message left = Objects.requireNonNull(DIALECT.encode(new Event.Departed("r")));
    assertEquals("left-room", left.name());
    assertNull(left.json());
    assertNull(DIALECT.encode(new Event.Authenticated("u1")));
  }

  private static void assertMessage(String name, String json, Event event) {
    Dialect.Message message = Objects.requireNonNull(DIALECT.encode(event));
    assertEquals(name, message.name());
    assertEquals(tree(json), tree(String.valueOf(message.json())));
  }

  @Test
  void aJoinThatFailsIsToldByTheEventError() {
    Failure failure = Failure.notFound("Room not found");

    Dialect.Message message =
        Objects.requireNonNull(DIALECT.complaint("join-room", Args.none(), failure));

    assertEquals("error", message.name());
    assertEquals(
        tree("{'status':'error','message':'Room not found','code':'NOT_FOUND'}"),
        tree(String.valueOf(message.json())));
  }
}
