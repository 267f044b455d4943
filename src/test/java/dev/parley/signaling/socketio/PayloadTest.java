package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

  /// Writes down what it is handed, and has enough after so many.
  static final class Notes implements Payload.Sink {
    final List<Object> seen = new ArrayList<>();
    private final int enough;

    Notes(int enough) {
      this.enough = enough;
    }

    @Override
    public boolean onText(String wire) {
      seen.add(wire);
      return seen.size() < enough;
    }

    @Override
    public boolean onBinary(Buffer data) {
      seen.add(data);
      return seen.size() < enough;
    }
  }

  @Test
  void joinsPacketsWithASeparatorAndBytesInBase64() {
    Buffer body =
        Payload.encode(
            List.of(
                EnginePacket.ofWire(Utf8.of("4h\u00e9\uD83D\uDE00")),
                EnginePacket.binary(Buffer.buffer(new byte[] {1, 2, 3, 4})),
                EnginePacket.PING));

    assertEquals("4h\u00e9\uD83D\uDE00\u001ebAQIDBA==\u001e2", body.toString());
  }

  @Test
  void takesApartWhatItHasJoined() {
    Notes notes = new Notes(100);

    assertTrue(Payload.decode(Buffer.buffer("4h\u00e9\u001ebAQIDBA==\u001e2\u001eb"), notes));

    assertEquals(
        List.of("4h\u00e9", Buffer.buffer(new byte[] {1, 2, 3, 4}), "2", Buffer.buffer()),
        notes.seen);
  }

  @Test
  void handsOverEmptyTextsForTheSinkToJudge() {
    Notes notes = new Notes(100);

    assertTrue(Payload.decode(Buffer.buffer("\u001e4\u001e"), notes));

    assertEquals(List.of("", "4", ""), notes.seen);
  }

  @Test
  void stopsWhenTheSinkHasEnough() {
    Notes notes = new Notes(2);

    assertTrue(Payload.decode(Buffer.buffer("4a\u001e4b\u001eb%%%"), notes));

    assertEquals(List.of("4a", "4b"), notes.seen);
  }

  @Test
  void takesBase64WithLineBreaks() {
    Notes notes = new Notes(100);

    assertTrue(Payload.decode(Buffer.buffer("bAQID\r\nBA==\n\u001e4a"), notes));

    assertEquals(List.of(Buffer.buffer(new byte[] {1, 2, 3, 4}), "4a"), notes.seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b%", "bA", "bAQ=A", "bAQ==A", "b====", "bA-_A", "b\u00e9"})
  void refusesWhatIsNoBase64(String text) {
    Notes notes = new Notes(100);

    assertFalse(Payload.decode(Buffer.buffer("4a\u001e" + text + "\u001e4b"), notes));

    assertEquals(List.of("4a"), notes.seen);
  }
}
