package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.node.BinaryNode;
import dev.parley.kernel.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames of plain clients, in and out.
class PlainFrameTest {

  private static PlainDecoder.Decoded decode(String text) {
    return PlainDecoder.decode(text, "/here", SocketLimits.defaults());
  }

  private static SocketPacket packet(String text) {
    return assertInstanceOf(SocketPacket.class, decode(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"event\":\"connect\"}                              | CONNECT    | /       | -1 | ``",
        "{\"event\":\"connect\",\"id\":3}                     | CONNECT    | /       | -1 | ``",
        "{\"namespace\":\"/signaling\",\"event\":\"connect\"} | CONNECT    | /signaling | -1 | ``",
        "{\"event\":\"connect\",\"data\":{}}                  | CONNECT    | /       | -1 | ``",
        "{\"event\":\"disconnect\"}                           | DISCONNECT | /here   | -1 | ``",
        "{\"event\":\"room:join\"}                            | EVENT      | /here   | -1 | room:join",
        " { \"event\" : \"a\" , \"data\" : null } | EVENT | /here | -1 | a",
        "{\"id\":7,\"data\":{\"a\":[1]},\"event\":\"a\"}      | EVENT      | /here   | 7  | a",
        "{\"event\":\"a\",\"id\":0}                           | EVENT      | /here   | 0  | a",
        "{\"event\":\"a\",\"id\":9007199254740991}            | EVENT | /here | 9007199254740991 | a",
        "{\"\\u0065vent\":\"\\u0061\"}                        | EVENT      | /here   | -1 | a",
        "{\"event\":\"a\",\"namespace\":7,\"x\":{},\"x\":1}   | EVENT      | /here   | -1 | a",
        "{\"event\":\"a\",\"data\":1,\"args\":[2,3]}          | EVENT      | /here   | -1 | a",
        "{\"id\":3}                                           | ACK        | /here   | 3  | ``",
        "{\"data\":1,\"id\":3}                                | ACK        | /here   | 3  | ``",
      })
  void readsEachKind(String text, String type, String namespace, long ackId, String event) {
    SocketPacket packet = packet(text);

    assertEquals(type, packet.type().name());
    assertEquals(namespace, packet.namespace());
    assertEquals(ackId, packet.ackId());
    assertEquals(event, packet.event());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"event\":\"ping\"}                            | -1",
        "{\"id\":4,\"event\":\"ping\",\"data\":\"x\"}    | 4",
      })
  void readsPings(String text, long id) {
    assertEquals(new PlainDecoder.Ping(id), decode(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "\"connect\"",
        "{",
        "{}",
        "{} {}",
        "{\"data\":1}",
        "{\"event\":7}",
        "{\"event\":null}",
        "{\"event\":\"\"}",
        "{\"event\":\"a\",\"event\":\"a\"}",
        "{\"event\":\"a\",\"\\u0065vent\":\"a\"}",
        "{\"event\":\"a\",\"data\":1,\"data\":1}",
        "{\"event\":\"a\",\"id\":1,\"id\":1}",
        "{\"event\":\"a\",\"id\":-1}",
        "{\"event\":\"a\",\"id\":1.0}",
        "{\"event\":\"a\",\"id\":1e3}",
        "{\"event\":\"a\",\"id\":01}",
        "{\"event\":\"a\",\"id\":\"1\"}",
        "{\"event\":\"a\",\"id\":null}",
        "{\"event\":\"a\",\"id\":9007199254740992}",
        "{\"event\":\"a\",\"id\":99999999999999999999}",
        "{\"event\":\"a\",\"args\":[1]}",
        "{\"event\":\"a\",\"data\":1,\"args\":2}",
        "{\"event\":\"a\",\"data\":1,\"args\":null}",
        "{\"event\":\"connect\",\"data\":[]}",
        "{\"event\":\"connect\",\"data\":null}",
        "{\"event\":\"connect\",\"namespace\":\"signaling\"}",
        "{\"event\":\"connect\",\"namespace\":\"\"}",
        "{\"event\":\"connect\",\"namespace\":7}",
        "{\"event\":\"connect_error\"}",
        "{\"event\":\"disconnecting\"}",
        "{\"event\":\"newListener\"}",
        "{'event':'a'}",
        "{\"event\":\"a\",}",
        "{\"event\":\"a\",\"data\":undefined}",
      })
  void refusesWhatIsNoFrame(String text) {
    assertInstanceOf(PlainDecoder.Malformed.class, decode(text));
  }

  @Test
  void keepsToTheLimits() {
    SocketLimits limits = SocketLimits.defaults();
    String longest = "x".repeat(limits.maxEventName());
    String deepest = "[".repeat(limits.maxDepth() - 1) + "]".repeat(limits.maxDepth() - 1);

    assertEquals(longest, packet("{\"event\":\"" + longest + "\"}").event());
    assertInstanceOf(PlainDecoder.Malformed.class, decode("{\"event\":\"x" + longest + "\"}"));
    packet("{\"event\":\"a\",\"data\":" + deepest + "}");
    assertInstanceOf(
        PlainDecoder.Malformed.class, decode("{\"event\":\"a\",\"data\":[" + deepest + "]}"));
    String name = "/" + "x".repeat(limits.maxNamespaceName());
    assertInstanceOf(
        PlainDecoder.Malformed.class,
        decode("{\"event\":\"connect\",\"namespace\":\"" + name + "\"}"));
    assertInstanceOf(
        PlainDecoder.Malformed.class,
        decode("{\"event\":\"a\",\"data\":0,\"args\":[" + "1,".repeat(1023) + "1]}"));
    assertInstanceOf(
        PlainDecoder.Malformed.class, decode("{\"event\":\"a\"" + ",\"x\":0".repeat(512) + "}"));
  }

  @Test
  void keepsTheTextOfEachArgument() {
    Args one = packet("{\"event\":\"a\",\"data\": {\"x\" : 1.50} ,\"id\":1}").args();
    Args more = packet("{\"args\":[ \"two\" , [3] ],\"event\":\"a\",\"data\":1}").args();
    Args first = packet("{\"event\":\"a\",\"data\":1,\"args\":[ ]}").args();
    Args none = packet("{\"event\":\"a\"}").args();

    assertNotNull(one);
    assertNotNull(more);
    assertNotNull(first);
    assertNotNull(none);
    assertEquals("{\"x\" : 1.50}", one.json());
    assertEquals(1, one.size());
    assertEquals(3, more.size());
    assertEquals("\"two\"", more.json(1));
    assertEquals("[3]", more.json(2));
    assertEquals("1", first.json());
    assertEquals(0, none.size());
  }

  @Test
  void connectCarriesItsPayload() {
    assertEquals(
        "{\"token\":\"x\"}", packet("{\"data\":{\"token\":\"x\"},\"event\":\"connect\"}").auth());
    assertNull(packet("{\"event\":\"connect\"}").auth());
  }

  @Test
  void writesWhatTheServerSays() {
    Failure failure = new Failure(Failure.Code.FORBIDDEN, "Not \"you\"");

    assertEquals(
        "{\"event\":\"connect\",\"data\":{\"sid\":\"s\",\"recovered\":false}}",
        PlainFrame.joined("s", null, false).text());
    assertEquals(
        "{\"event\":\"connect\",\"data\":{\"sid\":\"s\",\"pid\":\"p\",\"recovered\":true}}",
        PlainFrame.joined("s", "p", true).text());
    assertEquals(
        "{\"event\":\"connect_error\",\"data\":{\"message\":\"no\"}}",
        PlainFrame.refused("no", null).text());
    assertEquals(
        "{\"event\":\"connect_error\",\"data\":{\"message\":\"no\",\"data\":{\"a\":1}}}",
        PlainFrame.refused("no", JsonText.parse("{\"a\":1}")).text());
    assertEquals("{\"event\":\"disconnect\"}", PlainFrame.dismissed().text());
    assertEquals(
        "{\"event\":\"error\",\"data\":{\"code\":\"INVALID\",\"message\":\"bad\"}}",
        PlainFrame.breach(Failure.Code.INVALID, "bad").text());
    assertEquals(
        "{\"id\":7,\"error\":{\"code\":\"FORBIDDEN\",\"message\":\"Not \\\"you\\\"\"}}",
        PlainFrame.failure(7, failure).text());
    assertEquals(
        "{\"id\":0,\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"m\",\"retryAfterMs\":50}}",
        PlainFrame.failure(0, new Failure(Failure.Code.RATE_LIMITED, "m", 50)).text());
    assertEquals("{\"id\":7}", PlainFrame.answer(7, Args.none()).text());
    assertEquals("{\"id\":0,\"data\":[1]}", PlainFrame.answer(0, Args.ofJson("[1]")).text());
    assertEquals("{\"id\":5}", PlainFrame.pong(5).text());
    assertEquals("{\"event\":\"pong\"}", PlainFrame.pong(-1).text());
  }

  @Test
  void writesEventsWithTheirArguments() {
    Encoded none = Encoded.event("/", "e", Args.none());
    Encoded one = Encoded.event("/", "é\n", Args.ofJson("{\"a\":\"ü\"}"));
    Encoded three = Encoded.event("/", "e", Args.ofJson("1,\"b\",[2]"));

    assertEquals("{\"event\":\"e\"}", none.plain(-1, null).text());
    assertEquals("{\"event\":\"e\",\"id\":3,\"offset\":\"a.1\"}", none.plain(3, "a.1").text());
    assertEquals(
        "{\"event\":\"é\\n\",\"data\":{\"a\":\"ü\"},\"offset\":\"a.1\"}",
        one.plain(-1, "a.1").text());
    assertEquals("{\"event\":\"e\",\"data\":1,\"args\":[\"b\",[2]]}", three.plain(-1, null).text());
    assertSame(one.plain(-1, null), one.plain(-1, null));
    for (PlainFrame frame : List.of(one.plain(-1, null), one.plain(8, "a.1"))) {
      assertEquals(frame.text().getBytes(StandardCharsets.UTF_8).length, frame.bytes());
    }
  }

  @Test
  void bytesAreWrittenAsBase64() {
    Args args = Args.of(BinaryNode.valueOf(new byte[] {1, 2, 3}));

    assertEquals("{\"event\":\"e\",\"data\":\"AQID\"}", PlainFrame.event("e", args).text());
  }
}
