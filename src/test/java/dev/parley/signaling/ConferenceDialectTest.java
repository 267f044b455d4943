package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaRequest.ConsumerAction;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.ProducerAction;
import dev.parley.contract.Participant;
import dev.parley.contract.People;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent.Mark;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Utf8;
import dev.parley.room.RoomStates;
import dev.parley.signaling.socketio.Args;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConferenceDialectTest {

  private static final ConferenceDialect DIALECT = new ConferenceDialect();

  private static final Set<String> LIMITED =
      Set.of(
          "room:create",
          "room:join",
          "room:close",
          "room:kick",
          "room:muteAll",
          "room:muteUser",
          "room:changeRole",
          "room:handRaise",
          "room:reaction",
          "room:updateSettings",
          "media:createTransport",
          "media:produce");

  private record Row(String payload, Command command) {}

  private static JsonNode tree(String json) {
    try {
      return Json.MAPPER.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Row> rows() {
    Map<String, Row> rows = new LinkedHashMap<>();
    rows.put("room:create", new Row("{'title':' A '}", new Command.CreateRoom("A", null)));
    rows.put("room:join", new Row("{'roomId':'r'}", new Command.JoinRoom("r")));
    rows.put("room:leave", new Row("{'roomId':'r'}", new Command.LeaveRoom("r")));
    rows.put("room:close", new Row("{'roomId':'r'}", new Command.CloseRoom("r")));
    rows.put("room:kick", new Row("{'roomId':'r','targetUserId':'u'}", new Command.Kick("r", "u")));
    rows.put("room:muteAll", new Row("{'roomId':'r'}", new Command.MuteAll("r")));
    rows.put(
        "room:muteUser", new Row("{'roomId':'r','targetUserId':'u'}", new Command.Mute("r", "u")));
    rows.put(
        "room:changeRole",
        new Row(
            "{'roomId':'r','targetUserId':'u','newRole':'co_host'}",
            new Command.ChangeRole("r", "u", Role.CO_HOST)));
    rows.put("room:handRaise", new Row("{'roomId':'r'}", new Command.RaiseHand("r")));
    rows.put(
        "room:reaction", new Row("{'roomId':'r','reaction':'!'}", new Command.React("r", "!")));
    rows.put(
        "room:updateSettings",
        new Row(
            "{'roomId':'r','settings':{'allowWhiteboard':false}}",
            new Command.ChangeSettings("r", null, false)));
    mediaRows(rows);
    return rows;
  }

  private static void mediaRows(Map<String, Row> rows) {
    RtpParameters rtp = new RtpParameters("0", List.of(), null, null, null, null);
    rows.put(
        "media:stateChange",
        new Row(
            "{'roomId':'r','audioEnabled':true,'videoEnabled':false}",
            new Command.MarkMedia("r", true, false)));
    rows.put(
        "media:getRouterCapabilities", new Row("{'roomId':'r'}", new Command.GetCapabilities("r")));
    rows.put(
        "media:createTransport",
        new Row(
            "{'roomId':'r','direction':'recv'}", new Command.CreateTransport("r", Direction.RECV)));
    rows.put(
        "media:connectTransport",
        new Row(
            "{'transportId':'t','dtlsParameters':{'role':'client','fingerprints':[]}}",
            new Command.ConnectTransport("t", new DtlsParameters("client", List.of()))));
    rows.put("media:restartIce", new Row("{'transportId':'t'}", new Command.RestartIce("t")));
    rows.put(
        "media:produce",
        new Row(
            "{'roomId':'r','transportId':'t','kind':'video',"
                + "'rtpParameters':{'mid':'0','codecs':[]},'appData':{'label':'screen'}}",
            new Command.Produce("r", "t", MediaKind.VIDEO, rtp, "screen", false)));
    rows.put(
        "media:consume",
        new Row(
            "{'roomId':'r','transportId':'t','producerId':'p','rtpCapabilities':{'codecs':[]}}",
            new Command.Consume(
                "r",
                "t",
                "p",
                Json.decode(tree("{'codecs':[]}"), RtpCapabilities.class, "capabilities"),
                true)));
    producer(rows, "media:closeProducer", ProducerAction.CLOSE);
    producer(rows, "media:pauseProducer", ProducerAction.PAUSE);
    producer(rows, "media:resumeProducer", ProducerAction.RESUME);
    consumer(rows, "media:resumeConsumer", ConsumerAction.RESUME);
    consumer(rows, "media:pauseConsumer", ConsumerAction.PAUSE);
    consumer(rows, "media:closeConsumer", ConsumerAction.CLOSE);
    consumer(rows, "media:requestKeyFrame", ConsumerAction.REQUEST_KEY_FRAME);
    rows.put(
        "media:setPreferredLayers",
        new Row(
            "{'consumerId':'c','spatialLayer':2}", new Command.SetPreferredLayers("c", 2, null)));
    rows.put("media:getProducers", new Row("{'roomId':'r'}", new Command.GetProducers("r")));
    rows.put("media:getStats", new Row("{'producerId':'p'}", new Command.GetStats("p")));
  }

  private static void producer(Map<String, Row> rows, String name, ProducerAction action) {
    rows.put(
        name, new Row("{'roomId':'r','producerId':'p'}", new Command.ControlProducer("p", action)));
  }

  private static void consumer(Map<String, Row> rows, String name, ConsumerAction action) {
    rows.put(name, new Row("{'consumerId':'c'}", new Command.ControlConsumer("c", action)));
  }

  private static String refusal(String name, String payload) {
    Failure failure = assertThrows(Failure.class, () -> DIALECT.decode(name, tree(payload)));
    assertEquals(Failure.Code.INVALID, failure.code());
    return failure.text();
  }

  @Test
  void eachEventDecodesToItsCommand() {
    rows()
        .forEach((name, row) -> {
          assertTrue(DIALECT.knows(name), name);
          assertEquals(row.command(), DIALECT.decode(name, tree(row.payload())), name);
          assertEquals(LIMITED.contains(name), DIALECT.isLimited(name), name);
        });
  }

  /// The kinds of commands that have an event here.
  static Set<Class<?>> commands() {
    Set<Class<?>> decoded = new HashSet<>();
    rows().values().forEach(row -> decoded.add(row.command().getClass()));
    return decoded;
  }

  @Test
  void noEventTakesAnythingButAnObject() {
    for (String name : rows().keySet()) {
      for (String payload : List.of("null", "[]", "'text'", "7")) {
        assertEquals("payload must be an object", refusal(name, payload));
      }
      assertFalse(refusal(name, "{}").isEmpty(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "join", "room:", "ROOM:JOIN", "constructor", "room:join "})
  void otherNamesAreUnknown(String name) {
    assertFalse(DIALECT.knows(name));
    assertEquals("unknown event", refusal(name, "{}"));
  }

  @Test
  void aTrackIsCalledByItsKindUnlessTheClientCallsItOtherwise() {
    String head = "{'roomId':'r','transportId':'t','kind':'audio','rtpParameters':{'codecs':[]}";

    for (String rest : List.of("}", ",'appData':{}}", ",'appData':null}", ",'appData':7}")) {
      Command.Produce produce =
          (Command.Produce) DIALECT.decode("media:produce", tree(head + rest));
      assertEquals("audio", produce.label());
    }
    assertEquals(
        "kind must be one of the following values: audio, video",
        refusal("media:produce", head.replace("'audio'", "'text'") + "}"));
  }

  private static final Participant BOB =
      People.member(
          "bob", "Bob", "s2", Role.CO_HOST, 5, List.of("p"), true, false, true, "secret-node", "");

  private static final String PERSON =
      "{'userId':'bob','socketId':'s2','role':'co_host','joinedAt':5,'producerIds':['p'],"
          + "'isMuted':true,'isVideoOff':false,'displayName':'Bob','handRaised':true}";

  private static final ProducerInfo TRACK =
      new ProducerInfo("p", "bob", "s2", MediaKind.VIDEO, "screen", true);

  private static Map<Event, String> events() {
    Map<Event, String> events = new LinkedHashMap<>();
    events.put(new Event.Authenticated("bob"), "authenticated {'userId':'bob'}");
    events.put(new Event.Refused("No", "C"), "error {'message':'No','code':'C'}");
    events.put(
        new Event.ParticipantJoined(BOB, List.of(BOB)),
        "room:userJoined {'userId':'bob','role':'co_host','participants':["
            + PERSON
            + "],'displayName':'Bob'}");
    events.put(
        new Event.ParticipantLeft(BOB, List.of(BOB), false),
        "room:userLeft {'userId':'bob','participants':[" + PERSON + "]}");
    events.put(
        new Event.ParticipantLeft(BOB, List.of(), true),
        "room:userLeft {'userId':'bob','participants':[],'kicked':true}");
    events.put(new Event.RoomClosed("r", ""), "room:closed {'roomId':'r'}");
    events.put(
        new Event.Kicked("r", "ann"),
        "room:userKicked {'roomId':'r','reason':'You have been removed from the meeting'}");
    events.put(new Event.Replaced("r"), "room:replaced {'roomId':'r'}");
    events.put(new Event.Muted("r", "ann", true), "room:allMuted {'roomId':'r','mutedBy':'ann'}");
    events.put(new Event.Muted("r", "ann", false), "room:userMuted {'roomId':'r','mutedBy':'ann'}");
    events.put(new Event.RoleChanged(BOB), "room:roleChanged {'userId':'bob','newRole':'co_host'}");
    events.put(new Event.HandRaised(BOB), "room:handRaised {'userId':'bob','handRaised':true}");
    events.put(
        new Event.SettingsChanged(
            "r", "T", new RoomSettings(true, false, true, false, false, List.of(), 9)),
        "room:settingsUpdated {'roomId':'r','settings':"
            + "{'allowScreenShare':true,'allowWhiteboard':false}}");
    events.put(
        new Event.MediaMarked(BOB, Mark.AUDIO),
        "media:peerUpdate {'userId':'bob','audioEnabled':false,'videoEnabled':true}");
    events.put(
        new Event.ProducerAdded(TRACK, "Bob"),
        "media:newProducer {'producerId':'p','userId':'bob','kind':'video','paused':true,"
            + "'appData':{'label':'screen'}}");
    events.put(
        new Event.ProducerClosed("p", "bob", "s2"),
        "media:producerClosed {'producerId':'p','userId':'bob'}");
    events.put(
        new Event.ProducerPaused(TRACK),
        "media:producerPaused {'userId':'bob','producerId':'p','kind':'video'}");
    events.put(
        new Event.TransportClosed("t", "ice"),
        "media:transportClosed {'transportId':'t','reason':'ice'}");
    events.put(
        new Event.LayersChanged("c", 1, null),
        "media:layersChanged {'consumerId':'c','spatialLayer':1,'temporalLayer':null}");
    return events;
  }

  @Test
  void eachEventIsWrittenAsClientsKnowIt() {
    events()
        .forEach((event, expected) -> {
          Dialect.Message message = Objects.requireNonNull(DIALECT.encode(event));
          int space = expected.indexOf(' ');
          assertEquals(expected.substring(0, space), message.name());
          assertEquals(tree(expected.substring(space + 1)), tree(String.valueOf(message.json())));
        });
  }

  /// What only clients of meetings and light rooms are told.
  private static final Set<Class<?>> OTHERS =
      Set.of(
          Event.IceServersOffered.class,
          Event.OthersPresent.class,
          Event.Entered.class,
          Event.Departed.class,
          Event.ApprovalAwaited.class,
          Event.JoinRequested.class,
          Event.JoinRequestSettled.class,
          Event.SfuAdvised.class,
          Event.OfStrangers.class);

  @Test
  void everyKindOfEventIsWritten() {
    Set<Class<?>> written = new HashSet<>(OTHERS);
    events().keySet().forEach(event -> written.add(event.getClass()));

    assertEquals(Set.of(Event.class.getPermittedSubclasses()), written);
  }

  private static Relay relay(String payload) {
    return DIALECT.relay("room:message", Args.ofJson(payload.replace('\'', '"')));
  }

  @Test
  void aMessageIsPassedOnAsItCame() {
    String said = "{ 'deep' : [1, {'a':'}],\\\\'}] , 'n':1.50}".replace('\'', '"');

    Relay relay = relay("{'data':" + said + " , 'roomId' : 'r'}");
    Dialect.Message message =
        DIALECT.encode(relay, BOB, RoomStates.of(RoomKind.CONFERENCE, "r", BOB));

    assertEquals(Utf8.of(said), relay.json());
    assertEquals("", relay.target());
    assertEquals("room:message", message.name());
    assertEquals(
        Utf8.of("{\"roomId\":\"r\",\"userId\":\"bob\",\"socketId\":\"s2\",\"data\":" + said + "}"),
        message.json());
  }

  @Test
  void aMessageMayBeForOne() {
    assertEquals(
        new Relay(Relay.Kind.MESSAGE, "r", Relay.Audience.SOCKET, "s1", "", Utf8.of("null")),
        relay("{'roomId':'r','targetSocketId':'s1','targetUserId':'u','data':null}"));
    assertEquals(
        new Relay(Relay.Kind.MESSAGE, "r", Relay.Audience.USER, "\u00fc", "", Utf8.of("\"\"")),
        relay("{'roomId':'r','targetUserId':'\\u00fc','data':''}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "[]",
        "'x'",
        "{}",
        "{'roomId':'r'}",
        "{'data':1}",
        "{'roomId':1,'data':1}",
        "{'roomId':'','data':1}",
        "{'roomId':'r','targetSocketId':{},'data':1}"
      })
  void aMessageThatLacksSomethingIsRefused(String payload) {
    Failure failure = assertThrows(Failure.class, () -> relay(payload));

    assertEquals(Failure.Code.INVALID, failure.code());
  }

  @Test
  void aReactionIsPassedOn() {
    Dialect.Message message =
        DIALECT.encode(
            Relay.toOthers(Relay.Kind.REACTION, "r", Utf8.of("\"!\"")),
            BOB,
            RoomStates.of(RoomKind.CONFERENCE, "r", BOB));

    assertEquals("room:reactionReceived", message.name());
    assertEquals(Utf8.of("{\"userId\":\"bob\",\"reaction\":\"!\"}"), message.json());
  }

  @Test
  void aFailureIsAckedWithItsCode() {
    assertEquals(
        tree("{'status':'error','message':'Room is full','code':'ROOM_FULL'}"),
        tree(DIALECT.encode(new Failure(Failure.Code.ROOM_FULL, "Room is full"))));
  }

  @Test
  void aFailureIsToldByTheEventErrorAsWell() {
    Dialect.Message message =
        DIALECT.complaint(
            "room:join",
            Args.none(),
            new Failure(Failure.Code.RATE_LIMITED, "Rate limit exceeded", 7));

    assertEquals("error", message.name());
    assertEquals(
        tree(
            "{'status':'error','message':'Rate limit exceeded','code':'RATE_LIMITED',"
                + "'retryAfterMs':7}"),
        tree(String.valueOf(message.json())));
  }
}
