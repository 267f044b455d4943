package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.JoinRequest;
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
import dev.parley.room.MeetingJson;
import dev.parley.room.RoomState;
import dev.parley.room.RoomStates;
import dev.parley.signaling.Command.OwnMark;
import dev.parley.signaling.socketio.Args;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeetingDialectTest {

  private static final MeetingDialect DIALECT = new MeetingDialect();
  private static final Participant ANN = People.guest("ann", "Ann", "s1", Role.HOST);
  private static final Participant BOB = People.guest("bob", "Bob", "s2", Role.PARTICIPANT);
  private static final RoomState ROOM = RoomStates.of(RoomKind.MEETING, "ABCDEFGH12", ANN, BOB);
  private static final JoinRequest EVE =
      new JoinRequest("eve", false, "Eve", "pic", false, false, "s3", 1_000, "n1", "");
  private static final ProducerInfo TRACK =
      new ProducerInfo("p", "bob", "s2", MediaKind.VIDEO, "screen", true);

  private static final String SETTINGS =
      "{'maxParticipants':9,'isRecordingEnabled':false,'isChatEnabled':true,"
          + "'isScreenShareEnabled':true,'requireApproval':false,'allowedDomains':[]}";

  private static String person(String id, String name, String socket, boolean isHost) {
    return "{'userId':'%s','userName':'%s','userPicture':'pic','peerId':'%s',"
            .formatted(id, name, socket)
        + "'isAudioEnabled':true,'isVideoEnabled':false,'isScreenSharing':true,"
        + "'name':'%s','socketId':'%s','isHost':%s,'isHandRaised':true}"
            .formatted(name, socket, isHost);
  }

  private static JsonNode tree(String json) {
    return Json.read(json.replace('\'', '"'), JsonNode.class);
  }

  private static Args args(String json) {
    return Args.ofJson(json.replace('\'', '"'));
  }

  private static <T> T record(String json, Class<T> type) {
    return Json.decode(tree(json), type, "x");
  }

  private static Command mark(OwnMark what, boolean isOn, boolean isAnnounced) {
    return new Command.Mark(what, isOn, isAnnounced);
  }

  /// Events of the client, each with a payload and what it is read as.
  static Map<String, Command> commands() {
    Map<String, Command> table = new LinkedHashMap<>();
    table.put(
        "join-meeting {'roomId':'r','userId':'u','userName':' N ','userPicture':'p',"
            + "'isVideoEnabled':false,'isAudioEnabled':false,'userEmail':'a@b.c'}",
        new Command.JoinMeeting("r", "u", "N", "p", false, false, "a@b.c"));
    table.put(
        "join-meeting {'roomId':'r','userId':7,'userName':null}",
        new Command.JoinMeeting("r", "7", "", "", true, true, ""));
    table.put("leave-meeting null", new Command.LeaveCurrent(RoomKind.MEETING));
    table.put("leave-meeting {'roomId':7}", new Command.LeaveCurrent(RoomKind.MEETING));
    table.put("meeting:leave {'roomId':'r'}", new Command.LeaveCurrent(RoomKind.MEETING));
    table.put("toggle-audio {'isEnabled':false}", mark(OwnMark.AUDIO, false, false));
    table.put("toggle-video {'isEnabled':true}", mark(OwnMark.VIDEO, true, false));
    table.put("toggle-screen-share {'isSharing':true}", mark(OwnMark.SCREEN, true, false));
    table.put("screen:start {'socketId':'s'}", mark(OwnMark.SCREEN, true, true));
    table.put("screen:stop null", mark(OwnMark.SCREEN, false, true));
    table.put("raise-hand {'isRaised':true}", mark(OwnMark.HAND, true, false));
    table.put("change-video-quality {'quality':'360p'}", new Command.MarkQuality("360p"));
    table.put(
        "control:mute {'roomId':'r','targetSocketId':'s'}", new Command.ControlPeer("s", false));
    table.put("control:remove {'targetSocketId':'s'}", new Command.ControlPeer("s", true));
    table.put("meeting:end {'roomId':'r'}", new Command.EndMeeting());
    table.put("approve-participant {'userId':'u'}", new Command.DecideJoin("u", true, ""));
    table.put(
        "reject-participant {'userId':'u','reason':'no'}",
        new Command.DecideJoin("u", false, "no"));
    table.put("list-join-requests null", new Command.ListJoinRequests());
    table.put("getRouterRtpCapabilities {'roomId':'r'}", new Command.GetCapabilities(""));
    table.put("getProducers null", new Command.GetProducers(""));
    table.put(
        "createWebRtcTransport {'direction':'recv'}",
        new Command.CreateTransport("", Direction.RECV));
    table.put(
        "connectTransport {'transportId':'t','dtlsParameters':{'fingerprints':[]}}",
        new Command.ConnectTransport("t", record("{'fingerprints':[]}", DtlsParameters.class)));
    table.put("restartIce {'transportId':'t'}", new Command.RestartIce("t"));
    table.put(
        "produce {'transportId':'t','kind':'video','rtpParameters':{'codecs':[]},"
            + "'appData':{'label':'screen'},'paused':true}",
        new Command.Produce(
            "",
            "t",
            MediaKind.VIDEO,
            record("{'codecs':[]}", RtpParameters.class),
            "screen",
            true));
    table.put(
        "consume {'transportId':'t','producerId':'p','rtpCapabilities':{'codecs':[]}}",
        new Command.Consume("", "t", "p", record("{'codecs':[]}", RtpCapabilities.class), false));
    table.put(
        "pauseConsumer {'consumerId':'c'}", new Command.ControlConsumer("c", ConsumerAction.PAUSE));
    table.put(
        "resumeConsumer {'consumerId':'c'}",
        new Command.ControlConsumer("c", ConsumerAction.RESUME));
    table.put(
        "closeConsumer {'consumerId':'c'}", new Command.ControlConsumer("c", ConsumerAction.CLOSE));
    table.put(
        "pauseProducer {'producerId':'p'}", new Command.ControlProducer("p", ProducerAction.PAUSE));
    table.put(
        "resumeProducer {'producerId':'p'}",
        new Command.ControlProducer("p", ProducerAction.RESUME));
    table.put(
        "closeProducer {'producerId':'p'}", new Command.ControlProducer("p", ProducerAction.CLOSE));
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

  @Test
  void everyCommandHasAnEventInSomeDialect() {
    Set<Class<?>> decoded = new HashSet<>();
    commands().values().forEach(command -> decoded.add(command.getClass()));
    PeerDialectTest.commands().values().forEach(command -> decoded.add(command.getClass()));
    MatchDialectTest.commands().values().forEach(command -> decoded.add(command.getClass()));
    decoded.addAll(ConferenceDialectTest.commands());
    Set<Class<?>> all = new HashSet<>(Set.of(Command.class.getPermittedSubclasses()));
    all.remove(Command.Join.class);
    all.addAll(Set.of(Command.Join.class.getPermittedSubclasses()));

    assertEquals(all, decoded);
  }

  /// What clients of meetings hear, for each event that they are told of.
  private static Map<Event, String> events() {
    RoomSettings quiet = new RoomSettings(false, false, false, true, true, List.of("x.org"), 2);
    Map<Event, String> table = new LinkedHashMap<>();
    table.put(new Event.Refused("No", "C"), "meeting-error {'error':'No','code':'C'}");
    table.put(
        new Event.OthersPresent(ROOM, BOB),
        "existing-participants {'participants':["
            + person("ann", "Ann", "s1", true)
            + "],'hostId':'ann'}");
    table.put(
        new Event.Entered(ROOM, BOB),
        "joined-meeting {'roomId':'ABCDEFGH12','userId':'bob','peerId':'s2','meeting':"
            + "{'title':'Talk','hostId':'ann','settings':"
            + SETTINGS
            + "},'userName':'Bob','isHost':false,'topology':'mesh'}");
    table.put(new Event.IceServersOffered(List.of()), "ice-servers {'iceServers':[]}");
    table.put(
        new Event.ParticipantJoined(BOB, List.of(ANN, BOB)),
        "participant-joined " + person("bob", "Bob", "s2", false));
    table.put(
        new Event.ParticipantLeft(BOB, List.of(ANN), true),
        "participant-left {'userId':'bob','socketId':'s2'}");
    table.put(
        new Event.MediaMarked(BOB, Mark.AUDIO),
        "participant-audio-changed {'userId':'bob','isAudioEnabled':true}");
    table.put(
        new Event.MediaMarked(BOB, Mark.VIDEO),
        "participant-video-changed {'userId':'bob','isVideoEnabled':false}");
    table.put(
        new Event.MediaMarked(BOB, Mark.SCREEN),
        "participant-screen-share-changed {'userId':'bob','isScreenSharing':true}");
    table.put(
        new Event.HandRaised(BOB),
        "participant-hand-changed {'userId':'bob','socketId':'s2','isHandRaised':true}");
    table.put(new Event.RoomClosed("r", "ann"), "meeting:ended {'by':'ann'}");
    table.put(new Event.Kicked("r", "ann"), "control:removed {'by':'ann'}");
    table.put(new Event.Muted("r", "ann", false), "control:mute {'by':'ann'}");
    table.put(
        new Event.SettingsChanged("r", "T", quiet),
        "meeting:updated {'roomId':'r','title':'T','settings':{'maxParticipants':2,"
            + "'isRecordingEnabled':true,'isChatEnabled':false,'isScreenShareEnabled':false,"
            + "'requireApproval':true,'allowedDomains':['x.org']}}");
    table.put(new Event.SfuAdvised("r"), "meeting:topology {'roomId':'r','topology':'sfu'}");
    table.put(
        new Event.ApprovalAwaited("r", EVE),
        "waiting-for-approval {'roomId':'r','userId':'eve','requestedAt':'1970-01-01T00:00:01Z'}");
    table.put(
        new Event.JoinRequested("r", EVE),
        "join-request {'roomId':'r','userId':'eve','userName':'Eve','userPicture':'pic',"
            + "'socketId':'s3','requestedAt':'1970-01-01T00:00:01Z'}");
    table.put(
        new Event.JoinRequestSettled("r", "eve"),
        "join-request-cancelled {'roomId':'r','userId':'eve'}");
    table.put(
        new Event.ProducerAdded(TRACK, "Bob"),
        "newProducer {'producerId':'p','peerId':'s2','userId':'bob','userName':'Bob',"
            + "'kind':'video','paused':true,'appData':{'label':'screen'}}");
    table.put(
        new Event.ProducerClosed("p", "bob", "s2"),
        "producerClosed {'producerId':'p','peerId':'s2','userId':'bob'}");
    table.put(
        new Event.ProducerPaused(TRACK),
        "producerPaused {'producerId':'p','peerId':'s2','userId':'bob'}");
    table.put(
        new Event.TransportClosed("t", "ice"),
        "transportClosed {'transportId':'t','reason':'ice'}");
    return table;
  }

  /// What they are not told.
  private static final Set<Class<?>> UNTOLD =
      Set.of(
          Event.Authenticated.class,
          Event.Replaced.class,
          Event.RoleChanged.class,
          Event.Departed.class,
          Event.LayersChanged.class,
          Event.OfStrangers.class);

  @Test
  void eachEventIsWrittenAsClientsKnowIt() {
    Set<Class<?>> written = new HashSet<>(UNTOLD);
    events()
        .forEach((event, expected) -> {
          Dialect.Message message = Objects.requireNonNull(DIALECT.encode(event));
          int space = expected.indexOf(' ');
          assertEquals(expected.substring(0, space), message.name());
          assertEquals(tree(expected.substring(space + 1)), tree(String.valueOf(message.json())));
          written.add(event.getClass());
        });

    assertEquals(Set.of(Event.class.getPermittedSubclasses()), written);
    assertNull(DIALECT.encode(new Event.Replaced("r")));
  }

  @Test
  void repliesAreSuccesses() {
    assertEquals(tree("{'success':true}"), tree(DIALECT.encode(Reply.SUCCESS)));
    assertEquals(
        tree(
            "{'success':true,'meeting':{'roomId':'ABCDEFGH12','title':'Talk','participants':["
                + person("ann", "Ann", "s1", true)
                + "]}}"),
        tree(DIALECT.encode(new Reply.MeetingJoined(ROOM, BOB))));
    assertEquals(tree("{'success':true,'id':'p'}"), tree(DIALECT.encode(new Reply.Produced("p"))));
    assertEquals(
        tree(
            "{'success':true,'producers':[{'producerId':'p','peerId':'s2','userId':'bob',"
                + "'userName':'Bob','kind':'video','paused':true,'appData':{'label':'screen'}}]}"),
        tree(DIALECT.encode(new Reply.PeerProducers(ROOM, List.of(TRACK)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "webrtc-offer|offer|{'targetUserId':'ann','roomId':'x','offer':{}}|USER|ann|bob",
        "webrtc-answer|answer|{'targetSocketId':'s1','answer':{},'from':'B'}|SOCKET|s1|B",
        "ice-candidate|candidate|{'to':'s1','candidate':{}}|SOCKET|s1|bob"
      })
  void whatIsPassedOnHasTheFieldsOfBothKindsOfClients(
      String name, String what, String payload, String audience, String target, String from) {
    Relay relay = DIALECT.relay(name, args(payload));

    assertEquals(Relay.Audience.valueOf(audience), relay.audience());
    assertEquals(target, relay.target());
    Dialect.Message message = DIALECT.encode(relay, BOB, ROOM);
    assertEquals(name, message.name());
    assertEquals(
        tree(
            "{'fromUserId':'bob','fromPeerId':'s2','socketId':'s2','from':'%s','%s':{}}"
                .formatted(from, what)),
        tree(String.valueOf(message.json())));
  }

  @Test
  void chatIsForAllAndOnlyWhereItIsAllowed() {
    Relay chat = DIALECT.relay("meeting-chat-message", args("{'message':'a\\n\\u00fc'}"));
    RoomState quiet =
        RoomStates.of(
            RoomKind.MEETING,
            "ABCDEFGH12",
            MeetingJson.merge(ROOM.settings(), tree("{'isChatEnabled':false}")),
            List.of(BOB),
            List.of(),
            List.of());

    assertEquals(Relay.Audience.ALL, chat.audience());
    assertEquals(Utf8.of("\"a\\n\u00fc\""), chat.json());
    assertEquals(
        "Chat is disabled",
        assertThrows(Failure.class, () -> DIALECT.encode(chat, BOB, quiet)).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "join-meeting|{}|NOT_FOUND|meeting-error|{'error':'E','code':'NOT_FOUND'}",
        "webrtc-offer|{'targetUserId':'u','offer':1}|NOT_FOUND|peer-connection-error"
            + "|{'targetUserId':'u','error':'Target participant not found','code':'NOT_FOUND'}",
        "webrtc-answer|{'targetSocketId':'s'}|FORBIDDEN|peer-connection-error"
            + "|{'error':'E','code':'FORBIDDEN'}",
        "ice-candidate|{'targetUserId':'u'}|NOT_FOUND||",
        "webrtc-offer|{'to':'s','offer':1}|FORBIDDEN||"
      })
  void eachFailureIsToldInItsWay(
      String name, String payload, String code, String event, String told) {
    Dialect.Message message =
        DIALECT.complaint(name, args(payload), new Failure(Failure.Code.valueOf(code), "E"));

    if (event == null) {
      assertNull(message);
    } else {
      assertEquals(event, Objects.requireNonNull(message).name());
      assertEquals(tree(told), tree(String.valueOf(message.json())));
    }
  }
}
