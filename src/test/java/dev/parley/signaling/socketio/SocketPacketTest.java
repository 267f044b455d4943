package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketPacketTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0                    | CONNECT       | /      | -1 | ``    | 0",
        "0/admin              | CONNECT       | /admin | -1 | ``    | 0",
        "0/admin,             | CONNECT       | /admin | -1 | ``    | 0",
        "0/admin,{\"a\":1}    | CONNECT       | /admin | -1 | ``    | 0",
        "1                    | DISCONNECT    | /      | -1 | ``    | 0",
        "1/admin,             | DISCONNECT    | /admin | -1 | ``    | 0",
        "2[\"ev\"]            | EVENT         | /      | -1 | ev    | 0",
        "2[\"e\\u0076\"]      | EVENT         | /      | -1 | ev    | 0",
        "2[-7.5]              | EVENT         | /      | -1 | -7.5  | 0",
        "2/a,12[\"ev\"]       | EVENT         | /a     | 12 | ev    | 0",
        "20[\"ev\"]           | EVENT         | /      | 0  | ev    | 0",
        "2/a/b?c=d,[\"ev\"]   | EVENT         | /a/b?c=d | -1 | ev  | 0",
        "3/a,7[]              | ACK           | /a     | 7  | ``    | 0",
        "51-/a,12[\"ev\"]     | EVENT         | /a     | 12 | ev    | 1",
        "510-[\"ev\"]         | EVENT         | /      | -1 | ev    | 10",
        "50-[\"ev\"]          | EVENT         | /      | -1 | ev    | 0",
        "61-3[1]              | ACK           | /      | 3  | ``    | 1",
        "4{\"message\":\"x\"} | CONNECT_ERROR | /      | -1 | ``    | 0",
      })
  void readsEachKind(
      String text, String type, String namespace, long ackId, String event, int attachments) {
    SocketPacket packet = decoded(text);

    assertEquals(type, packet.type().name());
    assertEquals(namespace, packet.namespace());
    assertEquals(ackId, packet.ackId());
    assertEquals(event, packet.event());
    assertEquals(attachments, packet.attachments());
  }

  @Test
  void keepsTheTextOfEachArgument() {
    Args args = decoded("2/a,5[\"ev\", {\"x\" : 1.50},\"two\" , [3] ]").args();

    assertNotNull(args);
    assertEquals(3, args.size());
    assertEquals("{\"x\" : 1.50}", args.json(0));
    assertEquals("\"two\"", args.json(1));
    assertEquals("{\"x\" : 1.50},\"two\" , [3]", args.json());
    assertEquals("\"two\" , [3]", args.jsonFrom(1));
    assertEquals("", args.jsonFrom(3));
    assertEquals(1.5, args.node(0).path("x").doubleValue());
    assertEquals(true, args.node(3).isMissingNode());
  }

  @Test
  void anEventWithoutPayloadHasNoArguments() {
    assertNull(decoded("2").args());
    assertNull(decoded("3/a,4").args());
  }

  @Test
  void keepsTheAuthPayloadAsText() {
    assertEquals("{\"a\": 1}", decoded("0/x,{\"a\": 1}").auth());
    assertNull(decoded("0").auth());
  }

  @Test
  void refusesNamesThatAreTooLong() {
    malformed("0/" + "n".repeat(128) + ",");
    malformed("2[\"" + "e".repeat(129) + "\"]");
    malformed("2[\"" + "\\u0065".repeat(129) + "\"]");
    decoded("0/" + "n".repeat(127) + ",");
    decoded("2[\"" + "\\u0065".repeat(128) + "\"]");
  }

  @Test
  void putsAttachmentsIntoTheTree() {
    SocketPacket packet =
        decoded("51-[\"ev\",{\"a\":[{\"_placeholder\":true,\"num\":0}]}]")
            .withAttachments(List.of(Buffer.buffer("abc")));

    assertNotNull(packet.args());
    assertEquals("YWJj", packet.args().node(0).path("a").path(0).asText());
    assertEquals(true, packet.args().node(0).path("a").path(0).isBinary());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/  | -1 | 42[\"ev\",1,\"x\"]",
        "/  | 7  | 427[\"ev\",1,\"x\"]",
        "/a | -1 | 42/a,[\"ev\",1,\"x\"]",
        "/a | 0  | 42/a,0[\"ev\",1,\"x\"]",
      })
  void writesEvents(String namespace, long ackId, String expected) {
    EnginePacket[] packets =
        Encoded.event(namespace, "ev", Args.ofJson("1,\"x\"")).packets(ackId, null);

    assertEquals(1, packets.length);
    assertEquals(expected, String.valueOf(packets[0].wire()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/  | -1 | 42[\"ev\",\"ü\",\"a.1~b.2\"]",
        "/a | -1 | 42/a,[\"ev\",\"ü\",\"a.1~b.2\"]",
        "/  | 3  | 423[\"ev\",\"ü\",\"a.1~b.2\"]",
      })
  void writesAnOffsetAsTheLastArgument(String namespace, long ackId, String expected) {
    EnginePacket packet =
        Encoded.event(namespace, "ev", Args.ofJson("\"ü\"")).packets(ackId, "a.1~b.2")[0];

    assertEquals(expected, String.valueOf(packet.wire()));
    assertEquals(expected.length() + 1, packet.bytes());
  }

  @Test
  void writesTreesWithBinaryAsAttachments() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("first", new byte[] {1}).putArray("more").add(new byte[] {2, 3}).add(4);

    EnginePacket[] packets =
        Encoded.event("/a", "ev \"quoted\"", Args.of(tree)).packets(SocketPacket.NO_ACK, null);

    assertEquals(
        "452-/a,[\"ev \\\"quoted\\\"\",{\"first\":{\"_placeholder\":true,\"num\":0},"
            + "\"more\":[{\"_placeholder\":true,\"num\":1},4]}]",
        String.valueOf(packets[0].wire()));
    assertEquals(Buffer.buffer(new byte[] {1}), packets[1].binary());
    assertEquals(Buffer.buffer(new byte[] {2, 3}), packets[2].binary());
  }

  @Test
  void whatItWritesItReads() {
    EnginePacket[] packets =
        Encoded.event("/room", "é\n\"", Args.ofJson("{\"a\":[1,2]},null")).packets(9, null);
    String wire = String.valueOf(packets[0].wire());

    SocketPacket packet = decoded(wire.substring(1));
    assertEquals("é\n\"", packet.event());
    assertEquals(9, packet.ackId());
    assertNotNull(packet.args());
    assertEquals("{\"a\":[1,2]},null", packet.args().json());
  }

  private static SocketPacket decoded(String text) {
    return assertInstanceOf(
        SocketPacket.class, SocketPacketDecoder.decode(text, SocketLimits.defaults()), text);
  }

  private static void malformed(String text) {
    assertInstanceOf(
        SocketPacketDecoder.Malformed.class,
        SocketPacketDecoder.decode(text, SocketLimits.defaults()));
  }
}
