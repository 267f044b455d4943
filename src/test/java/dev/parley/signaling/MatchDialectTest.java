package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.contract.Participant;
import dev.parley.contract.People;
import dev.parley.contract.Role;
import dev.parley.contract.RoomKind;
import dev.parley.contract.Wish;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.room.RoomState;
import dev.parley.room.RoomStates;
import dev.parley.signaling.socketio.Args;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchDialectTest {

  private static final MatchDialect DIALECT = new MatchDialect();
  private static final String SESSION = "0f8fad5b-d9cb-469f-a165-70867728950e";
  private static final Participant ANN = People.guest("ann", "ann", "s1", Role.PARTICIPANT);
  private static final Participant BOB = People.guest("bob", "bob", "s2", Role.PARTICIPANT);
  private static final RoomState ROOM = RoomStates.of(RoomKind.PAIR, SESSION, ANN, BOB);

  private static JsonNode tree(String json) {
    return Json.read(json.replace('\'', '"'), JsonNode.class);
  }

  private static Wish anyone() {
    return new Wish(Wish.GLOBAL, "en", "", "", "casual", "", "", List.of());
  }

  static Map<String, Command> commands() {
    Map<String, Command> table = new LinkedHashMap<>();
    table.put("join-queue null", new Command.JoinQueue(anyone()));
    table.put(
        "join-queue {'region':5,'language':'','gender':'x'}", new Command.JoinQueue(anyone()));
    table.put("join-queue {'region':'a|b','language':'a@b'}", new Command.JoinQueue(anyone()));
    table.put(
        "join-queue {'region':' EU ','language':'De','gender':'male','genderPreference':'Female',"
            + "'queueType':'serious','nativeLanguage':'en','interests':['Go','go','chess',7]}",
        new Command.JoinQueue(
            new Wish("eu", "de", "male", "female", "serious", "", "", List.of("go", "chess"))));
    table.put(
        "join-queue {'queueType':'language','nativeLanguage':'en','learningLanguage':'de'}",
        new Command.JoinQueue(
            new Wish(Wish.GLOBAL, "en", "", "", Wish.EXCHANGE, "en", "de", List.of())));
    table.put(
        "join-queue {'gender':'male','preferences':{'gender':'female','interests':['go']}}",
        new Command.JoinQueue(
            new Wish(Wish.GLOBAL, "en", "male", "", "casual", "", "", List.of("go"))));
    table.put("leave-queue null", new Command.LeaveQueue());
    table.put("end-call {'sessionId':'s'}", new Command.EndCall("s", false));
    table.put("end-call {'sessionId':'s','wasSkipped':true}", new Command.EndCall("s", true));
    table.put("end-call null", new Command.EndCall("", false));
    table.put(
        "connection-status {'sessionId':'s','status':'connected','connectionType':'turn'}",
        new Command.TellConnection("s", "connected", "turn"));
    table.put("get-match-details {'sessionId':'s'}", new Command.GetMatch("s"));
    return table;
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
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "send-offer; 'type':'offer','data':{'sdp':1}; offer; 'offer':{'sdp':1}",
        "send-answer; 'data':null; answer; 'answer':null",
        "send-candidate; 'data':{'candidate':'c'}; candidate; 'candidate':{'candidate':'c'}",
        "send-message; 'message':'hi','timestamp':5; message; 'message':'hi','timestamp':5",
        "send-message; 'message':'hi','sender':'Al','timestamp':5; message;"
            + " 'message':'hi','sender':'Al','timestamp':5",
        "send-reaction; 'emoji':'x','timestamp':5; reaction; 'emoji':'x','timestamp':5",
      })
  void whatIsPassedOnIsInItsWords(String name, String sent, String told, String payload) {
    Relay relay = relay(name, "{'sessionId':'" + SESSION + "'," + sent + "}");
    Dialect.Message message = DIALECT.encode(relay, ANN, ROOM);

    assertEquals(SESSION, relay.roomId());
    assertEquals(told, message.name());
    assertEquals(
        tree("{'sessionId':'" + SESSION + "'," + payload + ",'from':'ann'}"),
        tree(String.valueOf(message.json())));
  }

  private static Relay relay(String name, String payload) {
    return DIALECT.relay(name, Args.ofJson(payload.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "send-offer; {'data':1}",
        "send-offer; {'sessionId':'s'}",
        "send-offer; {'sessionId':5,'data':1}",
        "send-offer; 7",
        "send-message; {'sessionId':'s'}",
        "send-message; {'sessionId':'s','message':''}",
        "send-reaction; {'sessionId':'s','emoji':'01234567890'}",
      })
  void whatIsWrongIsRefused(String name, String payload) {
    Failure failure = assertThrows(Failure.class, () -> relay(name, payload));
    assertEquals(Failure.Code.INVALID, failure.code());
  }

  @Test
  void aTimeThatIsNoneIsTheTimeNow() {
    for (String timestamp : List.of("'x'", "-1", "12345678901234567890", "null")) {
      Relay relay =
          relay("send-message", "{'sessionId':'s','message':'m','timestamp':" + timestamp + "}");
      JsonNode told = tree(String.valueOf(DIALECT.encode(relay, ANN, ROOM).json()));
      assertTrue(told.path("timestamp").asLong() > 1_700_000_000_000L, told::toString);
    }
  }

  private static Map<Event, String> events() {
    Map<Event, String> table = new LinkedHashMap<>();
    table.put(new Event.Authenticated("d"), "connected {'deviceId':'d'}");
    table.put(new Event.Queued(2, 3), "queue-joined {'position':2,'queueLength':3}");
    table.put(new Event.Unqueued(), "queue-left {}");
    table.put(new Event.QueueMoved(2, 9), "queue-update {'position':2,'estimatedWaitTime':9}");
    table.put(
        new Event.Matched("s", "p", 70, List.of("go")),
        "matched {'sessionId':'s','peerId':'p','compatibilityScore':70,'commonInterests':['go']}");
    table.put(
        new Event.MatchDetails("s", null, List.of()),
        "match-details {'sessionId':'s','compatibilityScore':null,'commonInterests':[]}");
    table.put(new Event.CallEnded("s"), "call-ended {'sessionId':'s'}");
    table.put(new Event.RoomClosed("s", ""), "peer-disconnected {'sessionId':'s'}");
    table.put(new Event.Kicked("s", ""), "peer-disconnected {'sessionId':'s'}");
    table.put(
        new Event.ShutOut("You have been blocked"),
        "moderation-action {'type':'blocked','message':'You have been blocked'}");
    return table;
  }

  @Test
  void eachEventIsWrittenAsClientsKnowIt() {
    Set<Class<?>> written = new HashSet<>();
    events()
        .forEach((event, expected) -> {
          Dialect.Message message = DIALECT.encode(event);
          assertNotNull(message, expected);
          int space = expected.indexOf(' ');
          assertEquals(expected.substring(0, space), message.name());
          ObjectNode payload = (ObjectNode) tree(String.valueOf(message.json()));
          payload.remove("timestamp");
          assertEquals(tree(expected.substring(space + 1)), payload);
          written.add(event.getClass());
        });

    assertTrue(
        written.containsAll(List.of(Event.OfStrangers.class.getPermittedSubclasses())),
        written::toString);
    assertNull(DIALECT.encode(new Event.Refused("m", "c")));
  }

  @ParameterizedTest
  @CsvSource({
    "send-offer,FORBIDDEN,Session not found",
    "send-message,NOT_FOUND,Session not found",
    "send-answer,FORBIDDEN,",
    "send-candidate,FORBIDDEN,",
    "send-candidate,INVALID,Failed to send candidate",
    "join-queue,UNAVAILABLE,Failed to join queue",
    "join-queue,RATE_LIMITED,why",
    "join-queue,CONFLICT,why",
    "nonsense,INVALID,why",
  })
  void failuresAreToldAsClientsKnowThem(String name, Failure.Code code, String told) {
    Dialect.Message message = DIALECT.complaint(name, Args.none(), new Failure(code, "why"));
    if (told == null) {
      assertNull(message);
    } else {
      assertNotNull(message);
      assertEquals("error", message.name());
      assertEquals(
          tree("{'message':'" + told + "','code':'" + code + "'}"),
          tree(String.valueOf(message.json())));
    }
  }
}
