package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Both codecs on random and mutated text: every text is a packet or refused, and what is a packet
/// can be looked into without harm.
class PacketFuzzTest {

  private static final List<String> SEEDS =
      List.of(
          "0",
          "0/admin,{\"token\":\"Bearer x\"}",
          "1/admin,",
          "2[\"offer\",{\"sdp\":\"v=0\\r\\n\",\"n\":-1.5e3}]",
          "2/signaling,17[\"join\",[{\"a\":null}],true]",
          "3/a,9007199254740991[1,\"\\u00e9\"]",
          "4{\"message\":\"no\"}",
          "52-/a,3[\"b\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
          "61-5[{\"_placeholder\":true,\"num\":0}]");
  private static final String ALPHABET = "0123456789-/,[]{}\":\\utrfnsle.E+ _\u0000\u0001é\uD83D";

  private final SocketLimits limits = SocketLimits.defaults();

  @Test
  void anyTextIsAPacketOrRefused() {
    Random random = new Random(7);
    int packets = 0;
    int refused = 0;
    for (int round = 0; round < 100_000; round++) {
      String text = round % 3 == 0 ? noise(random) : mutated(random);
      EnginePacket.typeOf(text);
      EnginePacket.utf8Length(text);
      switch (SocketPacketDecoder.decode(text, limits)) {
        case SocketPacket packet -> {
          packets++;
          lookInto(packet);
        }
        case SocketPacketDecoder.Malformed malformed -> {
          refused++;
          assertTrue(malformed.why().length() > 3);
        }
      }
    }
    assertTrue(packets > 5_000, "only " + packets + " packets");
    assertTrue(refused > 5_000, "only " + refused + " refused");
  }

  private void lookInto(SocketPacket packet) {
    assertTrue(packet.attachments() <= limits.maxAttachments());
    assertTrue(packet.namespace().length() <= limits.maxNamespaceName());
    if (packet.auth() != null) {
      assertTrue(JsonText.parse(packet.auth()).isObject());
    }
    List<Buffer> received =
        new ArrayList<>(Collections.nCopies(packet.attachments(), Buffer.buffer("x")));
    Args args = packet.withAttachments(received).args();
    if (args == null) {
      return;
    }
    StringBuilder joined = new StringBuilder("[");
    for (int i = 0; i < args.size(); i++) {
      args.node(i);
      joined.append(i == 0 ? "" : ",").append(args.json(i));
    }
    assertEquals(JsonText.parse(joined + "]"), JsonText.parse("[" + args.json() + "]"));
  }

  private static String noise(Random random) {
    int length = random.nextInt(40);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int edits = random.nextInt(4); edits > 0; edits--) {
      if (text.isEmpty()) {
        break;
      }
      int at = random.nextInt(text.length());
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, c);
        case 1 -> text.insert(at, c);
        case 2 -> text.deleteCharAt(at);
        default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
      }
    }
    return text.toString();
  }
}
