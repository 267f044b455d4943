package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.kernel.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Mutated samples of parameters and capabilities give a result or a `Failure`, nothing else.
class NegotiationFuzzTest {

  private static final int ROUNDS = 20_000;

  private final Random random = new Random(20_261_120);
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private int agreed;
  private int refused;

  @Test
  void onlyAgreesOrRefuses() {
    List<Consumable> producers = new ArrayList<>();
    for (String track : BrowserSamples.TRACKS) {
      producers.add(
          Negotiation.produce("p", kindOf(track), BrowserSamples.parameters(track), "cname"));
    }
    List<JsonNode> devices =
        BrowserSamples.DEVICES.stream().map(d -> BrowserSamples.read(d + "-device")).toList();
    List<JsonNode> tracks =
        BrowserSamples.TRACKS.stream()
            .map(track -> BrowserSamples.read(track).get("rtpParameters"))
            .toList();

    for (int round = 0; round < ROUNDS; round++) {
      int track = random.nextInt(tracks.size());
      JsonNode parameters = mutated(tracks.get(track));
      JsonNode capabilities = mutated(devices.get(random.nextInt(devices.size())));
      MediaKind kind =
          random.nextInt(20) == 0 ? MediaKind.VIDEO : kindOf(BrowserSamples.TRACKS.get(track));
      Consumable producer = producers.get(random.nextInt(producers.size()));
      tryBoth(parameters, capabilities, kind, producer);
    }

    assertTrue(agreed > ROUNDS / 20, "agreed " + agreed);
    assertTrue(refused > ROUNDS / 20, "refused " + refused);
  }

  private static MediaKind kindOf(String track) {
    return track.contains("opus") ? MediaKind.AUDIO : MediaKind.VIDEO;
  }

  private void tryBoth(
      JsonNode parameters, JsonNode capabilities, MediaKind kind, Consumable sound) {
    try {
      Consumable producer =
          Negotiation.produce(
              "p", kind, BrowserSamples.JSON.treeToValue(parameters, RtpParameters.class), "cname");
      agreed++;
      checkConsumption(producer, Negotiation.routerCapabilities());
    } catch (Failure e) {
      refused++;
      assertEquals(Failure.Code.INVALID, e.code());
    } catch (JsonProcessingException _) {
      return;
    }
    try {
      RtpCapabilities received =
          BrowserSamples.JSON.treeToValue(capabilities, RtpCapabilities.class);
      if (Negotiation.canConsume(sound, received)) {
        checkConsumption(sound, received);
        agreed++;
      }
    } catch (Failure e) {
      refused++;
      assertEquals(Failure.Code.INVALID, e.code());
    } catch (JsonProcessingException _) {
      return;
    }
  }

  /// Whatever is agreed on is in bounds and of the router's making.
  private static void checkConsumption(Consumable producer, RtpCapabilities capabilities) {
    Consumption consumption =
        Negotiation.consume(producer, capabilities, "c", "0", () -> 123_456_788L);
    ConsumerSpec spec = consumption.spec();
    assertTrue(spec.payloadType() >= 100 && spec.payloadType() <= 104);
    assertEquals(spec.rtxSsrc() == 0, spec.rtxPayloadType() == -1);
    assertEquals(1 + (spec.rtxSsrc() == 0 ? 0 : 1), consumption.rtpParameters().codecs().size());
    assertTrue(producer.spec().encodings().size() <= RtpRules.MAX_ENCODINGS);
    String wire = BrowserSamples.wire(consumption.rtpParameters()).toString();
    assertTrue(!wire.contains("\\r") && !wire.contains("\\n"), wire);
  }

  private JsonNode mutated(JsonNode sample) {
    JsonNode copy = sample.deepCopy();
    int mutations = random.nextInt(4);
    for (int i = 0; i < mutations; i++) {
      mutate(copy);
    }
    return copy;
  }

  /// Walks down to a random place and changes one member there.
  private void mutate(JsonNode root) {
    JsonNode node = root;
    while (true) {
      int size = node.size();
      if (size == 0) {
        return;
      }
      int index = random.nextInt(size);
      switch (node) {
        case ObjectNode object -> {
          String field = object.properties().stream().toList().get(index).getKey();
          JsonNode child = object.get(field);
          if (child.isContainerNode() && !child.isEmpty() && random.nextInt(4) > 0) {
            node = child;
            continue;
          }
          if (random.nextInt(6) == 0) {
            object.remove(field);
          } else {
            object.set(field, hostile(child));
          }
        }
        case ArrayNode array -> {
          JsonNode child = array.get(index);
          if (child.isContainerNode() && !child.isEmpty() && random.nextInt(6) > 0) {
            node = child;
            continue;
          }
          switch (random.nextInt(4)) {
            case 0 -> array.remove(index);
            case 1 -> array.add(child.deepCopy());
            case 2 -> array.set(index, hostile(child));
            default -> {
              for (int i = 0; i < 200; i++) {
                array.add(child.deepCopy());
              }
            }
          }
        }
        default -> {}
      }
      return;
    }
  }

  private JsonNode hostile(JsonNode was) {
    return switch (random.nextInt(14)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.numberNode(random.nextInt());
      case 2 -> nodes.numberNode(random.nextInt(256));
      case 3 -> nodes.numberNode(random.nextLong());
      case 4 -> nodes.numberNode(random.nextDouble() * 1e12);
      case 5 -> nodes.numberNode(Double.NaN);
      case 6 -> nodes.textNode("");
      case 7 -> nodes.textNode("x".repeat(random.nextInt(100_000)));
      case 8 -> nodes.textNode("a\r\nm=audio 9 " + (char) random.nextInt(65_536));
      case 9 -> nodes.booleanNode(random.nextBoolean());
      case 10 -> nodes.arrayNode().add(was.deepCopy()).addNull();
      case 11 -> nodes.objectNode().set("profile-level-id", nodes.textNode("42e01f"));
      case 12 -> nodes.textNode(was.asText() + (char) random.nextInt(128));
      default ->
          nodes.textNode(List.of("video/rtx", "audio/opus", "r0", "L1T3").get(random.nextInt(4)));
    };
  }
}
