package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.contract.Participant;
import dev.parley.contract.People;
import dev.parley.contract.Role;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.room.RoomState;
import dev.parley.room.RoomStates;
import dev.parley.signaling.socketio.Args;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a client sends as the payload of an event becomes a command, or something to be passed
/// on, or an INVALID failure, nothing else; and what is passed on is JSON.
class CommandFuzzTest {

  private static final int ROUNDS = 50_000;

  private static final List<String> MEETING =
      List.of(
          "join-meeting",
          "leave-meeting",
          "toggle-audio",
          "toggle-screen-share",
          "raise-hand",
          "change-video-quality",
          "control:mute",
          "approve-participant",
          "reject-participant",
          "createWebRtcTransport",
          "connectTransport",
          "produce",
          "consume",
          "pauseConsumer");

  private static final List<String> PEER = List.of("join-room", "leave-room");

  private static final List<String> RELAYS =
      List.of(
          "webrtc-offer",
          "webrtc-answer",
          "ice-candidate",
          "meeting-chat-message",
          "meeting-reaction");

  private static final List<String> MATCH_RELAYS =
      List.of("send-offer", "send-answer", "send-candidate", "send-message", "send-reaction");

  private static final List<String> MATCH =
      List.of("join-queue", "end-call", "connection-status", "get-match-details", "leave-queue");

  private static final List<String> CONFERENCE =
      List.of(
          "room:create",
          "room:join",
          "room:kick",
          "room:changeRole",
          "room:reaction",
          "room:updateSettings",
          "media:stateChange",
          "media:createTransport",
          "media:connectTransport",
          "media:produce",
          "media:consume",
          "media:pauseProducer",
          "media:resumeConsumer",
          "media:setPreferredLayers",
          "media:getStats");

  /// One payload with every field that any of the events reads.
  private static final String SOUND =
      """
      {"title":"t","maxParticipants":5,"roomId":"r","targetUserId":"u","newRole":"co_host",
       "reaction":"+1","settings":{"allowScreenShare":true},"audioEnabled":true,
       "videoEnabled":false,"direction":"send","transportId":"t","producerId":"p",
       "userId":"u","userName":"n","userPicture":"p","isVideoEnabled":true,"isAudioEnabled":true,
       "userEmail":"e","username":"n","isEnabled":true,"isSharing":true,"isRaised":true,
       "quality":"q","targetSocketId":"s","reason":"r",
       "consumerId":"c","spatialLayer":1,"temporalLayer":2,"kind":"video",
       "appData":{"label":"screen"},
       "dtlsParameters":{"role":"client","fingerprints":[{"algorithm":"sha-256","value":"AA"}]},
       "rtpParameters":{"mid":"0","codecs":[{"mimeType":"video/VP8","payloadType":96,
         "clockRate":90000,"parameters":{},"rtcpFeedback":[{"type":"nack","parameter":"pli"}]}],
         "headerExtensions":[{"uri":"u","id":1}],"encodings":[{"rid":"r0"}],
         "rtcp":{"cname":"","reducedSize":true}},
       "rtpCapabilities":{"codecs":[{"kind":"video","mimeType":"video/VP8","clockRate":90000}],
         "headerExtensions":[]}}
      """;

  /// The same for what is passed on.
  private static final String SOUND_RELAY =
      """
      {"roomId":"r","targetUserId":"u","targetSocketId":"s","to":"s","from":"f",
       "offer":{"sdp":"o"},"answer":{"sdp":"a"},"candidate":{"candidate":"c"},"message":"m",
       "reaction":"+1","sessionId":"s","data":{"sdp":"d"},"sender":"n","timestamp":5,"emoji":"e",
       "region":"eu","language":"de","queueType":"language","interests":["go"],
       "preferences":{"gender":"male"}}
      """;

  private final Random random = new Random(7_411);
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  private static List<Arguments> dialects() {
    return List.of(
        Arguments.of(new ConferenceDialect(), CONFERENCE),
        Arguments.of(new MeetingDialect(), MEETING),
        Arguments.of(new PeerDialect(), PEER));
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void everyPayloadBecomesACommandOrAnInvalidFailure(Dialect dialect, List<String> events)
      throws JsonProcessingException {
    JsonNode sound = Json.MAPPER.readTree(SOUND);
    int accepted = 0;
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      String event = events.get(random.nextInt(events.size()));
      JsonNode payload = random.nextInt(50) == 0 ? value(0) : mutated(sound.deepCopy());
      try {
        assertNotNull(dialect.decode(event, payload));
        accepted++;
      } catch (Failure failure) {
        assertTrue(failure.code() == Failure.Code.INVALID, failure.text());
        refused++;
      }
    }

    assertTrue(accepted > ROUNDS / 20, "accepted " + accepted);
    assertTrue(refused > ROUNDS / 100, "refused " + refused);
  }

  @Test
  void everyWishIsUnderstoodSomehow() throws JsonProcessingException {
    JsonNode sound = Json.MAPPER.readTree(SOUND_RELAY);
    MatchDialect dialect = new MatchDialect();
    for (int round = 0; round < ROUNDS; round++) {
      JsonNode payload = random.nextInt(50) == 0 ? value(0) : mutated(sound.deepCopy());
      assertNotNull(dialect.decode(MATCH.get(random.nextInt(MATCH.size())), payload));
    }
  }

  private static List<Arguments> relays() {
    return List.of(
        Arguments.of(new MeetingDialect(), RELAYS, RoomKind.MEETING, 4),
        Arguments.of(new MatchDialect(), MATCH_RELAYS, RoomKind.PAIR, 3));
  }

  @ParameterizedTest
  @MethodSource("relays")
  void everyRelayIsPassedOnAsJsonOrInvalid(
      Dialect dialect, List<String> events, RoomKind kind, int fields)
      throws JsonProcessingException {
    JsonNode sound = Json.MAPPER.readTree(SOUND_RELAY);
    Participant odd =
        People.guest("u\"\\\n\u2028}", "n\"\\\u0000\ud83d\ude00", "s", Role.PARTICIPANT);
    RoomState room = RoomStates.of(kind, "ABCDEFGH12", odd);
    int passed = 0;

    for (int round = 0; round < ROUNDS; round++) {
      String event = events.get(random.nextInt(events.size()));
      JsonNode payload = random.nextInt(50) == 0 ? value(0) : mutated(sound.deepCopy());
      String json = payload.isMissingNode() ? "" : Json.write(payload);
      Args args = json.isEmpty() ? Args.none() : Args.ofJson(json);
      try {
        Dialect.Message message = dialect.encode(dialect.relay(event, args), odd, room);
        JsonNode told = Json.MAPPER.readTree(String.valueOf(message.json()));
        assertTrue(told.isObject() && told.size() >= fields, told::toString);
        passed++;
      } catch (Failure failure) {
        assertTrue(failure.code() == Failure.Code.INVALID, failure.text());
        var _ = dialect.complaint(event, args, failure);
      }
    }

    assertTrue(passed > ROUNDS / 20, "passed " + passed);
  }

  /// Replaces or removes a few values, at any depth.
  private JsonNode mutated(JsonNode root) {
    for (int changes = 1 + random.nextInt(12); changes > 0; changes--) {
      List<ObjectNode> objects = new ArrayList<>();
      collect(root, objects);
      ObjectNode object = objects.get(random.nextInt(objects.size()));
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      if (names.isEmpty()) {
        continue;
      }
      String name = names.get(random.nextInt(names.size()));
      JsonNode value = value(0);
      if (random.nextInt(4) == 0 || value.isMissingNode()) {
        object.remove(name);
      } else {
        object.set(name, value);
      }
    }
    return root;
  }

  private static void collect(JsonNode node, List<ObjectNode> objects) {
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    node.forEach(child -> collect(child, objects));
  }

  private JsonNode value(int depth) {
    return switch (random.nextInt(depth > 3 ? 9 : 11)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.booleanNode(random.nextBoolean());
      case 2 -> nodes.numberNode(random.nextInt());
      case 3 -> nodes.numberNode(random.nextLong());
      case 4 -> nodes.numberNode(random.nextDouble() * 1e300);
      case 5 -> nodes.textNode("");
      case 6 -> nodes.textNode("x".repeat(random.nextInt(2_000)));
      case 7 -> nodes.textNode(new String(Character.toChars(random.nextInt(0xd800))));
      case 8 -> MissingNode.getInstance();
      case 9 -> nodes.arrayNode().add(there(depth + 1)).add(there(depth + 1));
      default -> nodes.objectNode().set("k" + random.nextInt(3), there(depth + 1));
    };
  }

  /// A value that can be within others.
  private JsonNode there(int depth) {
    JsonNode value = value(depth);
    return value.isMissingNode() ? nodes.nullNode() : value;
  }
}
