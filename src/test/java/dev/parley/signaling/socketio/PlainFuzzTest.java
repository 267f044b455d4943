package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Plain frames on random and mutated text: every text is a frame or refused, a frame says what
/// Jackson reads in it, and what goes out again is JSON.
class PlainFuzzTest {

  private static final List<String> SEEDS =
      List.of(
          "{\"event\":\"connect\",\"data\":{\"token\":\"x\",\"pid\":\"p\",\"offset\":\"a.1\"}}",
          "{\"event\":\"connect\",\"namespace\":\"/signaling\"}",
          "{\"event\":\"disconnect\"}",
          "{\"event\":\"ping\",\"id\":1}",
          "{\"event\":\"offer\",\"data\":{\"sdp\":\"v=0\\r\\n\",\"n\":-1.5e3},\"id\":17}",
          "{\"id\":9007199254740991,\"data\":[{\"a\":null}],\"args\":[true,\"\\u00e9\"]}",
          "{ \"e\\u0076ent\" : \"room:join\" , \"unknown\" : [] }");
  private static final String ALPHABET = "0123456789-/,[]{}\":\\utrfnsle.E+ _\u0000\u0001é\uD83D";

  private final SocketLimits limits = SocketLimits.defaults();

  @Test
  void anyTextIsAFrameOrRefused() {
    Random random = new Random(11);
    int packets = 0;
    int refused = 0;
    for (int round = 0; round < 100_000; round++) {
      String text = round % 4 == 0 ? noise(random) : mutated(random);
      switch (PlainDecoder.decode(text, "/", limits)) {
        case SocketPacket packet -> {
          packets++;
          lookInto(text, packet);
        }
        case PlainDecoder.Ping ping -> assertTrue(ping.id() >= SocketPacket.NO_ACK);
        case PlainDecoder.Malformed malformed -> {
          refused++;
          assertTrue(malformed.why().length() > 3);
        }
      }
    }
    assertTrue(packets > 5_000, "only " + packets + " packets");
    assertTrue(refused > 5_000, "only " + refused + " refused");
  }

  private static void lookInto(String text, SocketPacket packet) {
    JsonNode tree = JsonText.parse(text);
    if (packet.type() == SocketPacket.Type.EVENT) {
      assertEquals(tree.path("event").asText(), packet.event());
    }
    if (packet.ackId() != SocketPacket.NO_ACK) {
      assertEquals(tree.path("id").asLong(), packet.ackId());
    }
    if (packet.auth() != null) {
      assertEquals(tree.path("data"), JsonText.parse(packet.auth()));
      Resumption.of(packet.auth());
    }
    Args args = packet.args();
    if (args != null) {
      assertEquals(tree.path("data"), args.node(0));
      assertEquals(tree.path("args").size() + (tree.has("data") ? 1 : 0), args.size());
      assertTrue(packet.bytes() <= text.length() + 2);
      JsonNode out = JsonText.parse(PlainFrame.event("e", args).with(4, "a.1").text());
      assertEquals(tree.path("data"), out.path("data"));
    }
  }

  private static String noise(Random random) {
    StringBuilder text = new StringBuilder("{");
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int i = random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(text.length());
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, c);
        case 1 -> text.insert(at, c);
        default -> text.deleteCharAt(at);
      }
    }
    return text.toString();
  }
}
