package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a client sends as the payload of a conference event becomes a command or an INVALID
/// failure, nothing else.
class CommandFuzzTest {

  private static final int ROUNDS = 50_000;

  private static final List<String> EVENTS =
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

  private final Random random = new Random(7_411);
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ConferenceDialect dialect = new ConferenceDialect();

  @Test
  void everyPayloadBecomesACommandOrAnInvalidFailure() throws JsonProcessingException {
    JsonNode sound = Json.MAPPER.readTree(SOUND);
    int accepted = 0;
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      String event = EVENTS.get(random.nextInt(EVENTS.size()));
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
    assertTrue(refused > ROUNDS / 20, "refused " + refused);
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
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, value(0));
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
      case 9 -> nodes.arrayNode().add(value(depth + 1)).add(value(depth + 1));
      default -> nodes.objectNode().set("k" + random.nextInt(3), value(depth + 1));
    };
  }
}
