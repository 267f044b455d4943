package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bodies of posts from random and mutated bytes: none does harm, and what was encoded comes back.
class PayloadFuzzTest {

  private static final List<String> SEEDS =
      List.of("4hello", "4a\u001e4b\u001e4c", "bAQIDBA==", "4\u00e9\uD83D\uDE00\u001eb/+8=", "1");

  @Test
  void anyBytesAreTakenApartOrRefused() {
    Random random = new Random(5);
    int refused = 0;
    for (int round = 0; round < 50_000; round++) {
      Buffer body = random.nextInt(3) == 0 ? noise(random) : mutated(random);
      PayloadTest.Notes notes = new PayloadTest.Notes(1 + random.nextInt(5));
      if (!Payload.decode(body, notes)) {
        refused++;
      }
      assertTrue(notes.seen.size() <= 5);
    }
    assertTrue(refused > 500, "only " + refused + " refused");
  }

  @Test
  void whatIsEncodedComesBack() {
    Random random = new Random(6);
    for (int round = 0; round < 5_000; round++) {
      List<EnginePacket> packets = new ArrayList<>();
      List<Object> expected = new ArrayList<>();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
          packets.add(EnginePacket.binary(Buffer.buffer(bytes)));
          expected.add(Buffer.buffer(bytes));
        } else {
          String wire = "4" + Buffer.buffer(bytes).toString().replace("\u001e", "");
          packets.add(EnginePacket.ofWire(Utf8.of(wire)));
          expected.add(wire);
        }
      }
      PayloadTest.Notes notes = new PayloadTest.Notes(100);

      assertTrue(Payload.decode(Payload.encode(packets), notes));

      assertEquals(expected, notes.seen);
    }
  }

  private static Buffer noise(Random random) {
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private static Buffer mutated(Random random) {
    byte[] bytes =
        SEEDS.get(random.nextInt(SEEDS.size())).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int edits = random.nextInt(3); edits > 0; edits--) {
      bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0x1e : random.nextInt());
    }
    return Buffer.buffer(bytes);
  }
}
