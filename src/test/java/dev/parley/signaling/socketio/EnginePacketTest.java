package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnginePacketTest {

  @ParameterizedTest
  @CsvSource({
    "0{}, OPEN",
    "1, CLOSE",
    "2, PING",
    "2probe, PING",
    "3, PONG",
    "4, MESSAGE",
    "4text, MESSAGE",
    "5, UPGRADE",
    "6, NOOP",
    "7, MALFORMED",
    "b4AQ, MALFORMED",
    "'', MALFORMED",
    "' 4', MALFORMED",
  })
  void knowsTypesByTheirDigit(String wire, String type) {
    assertEquals(type, EnginePacket.typeOf(wire).name());
  }

  @Test
  void putsTheDigitInFront() {
    EnginePacket packet = EnginePacket.text(EnginePacket.Type.MESSAGE, "hi");

    assertEquals(Utf8.of("4hi"), packet.wire());
    assertEquals(3, packet.bytes());
  }

  @Test
  void bytesTravelAsTheyAre() {
    EnginePacket packet = EnginePacket.binary(Buffer.buffer("abc"));

    assertNull(packet.wire());
    assertEquals(Buffer.buffer("abc"), packet.binary());
    assertEquals(3, packet.bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "é", "€", "\uD83D\uDE00", "a\uD83D\uDE00é€z"})
  void countsBytesAsUtf8Does(String text) {
    assertEquals(text.getBytes(StandardCharsets.UTF_8).length, EnginePacket.utf8Length(text));
  }
}
