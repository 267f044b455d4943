package dev.parley.it;

import static dev.parley.it.RawWebSocket.BINARY;
import static dev.parley.it.RawWebSocket.CONTINUATION;
import static dev.parley.it.RawWebSocket.FIN;
import static dev.parley.it.RawWebSocket.RSV1;
import static dev.parley.it.RawWebSocket.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compressed WebSocket messages on a running node (RFC 7692), honest ones and bombs.
@ExtendWith(StoresExtension.class)
final class DeflateIT {

  private static final String CONFIG =
      """
      { "signaling": { "deflate": { "enabled": true, "minBytes": 200 }, "maxPayload": 1000000 } }
      """;

  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";

  private static HostileNode node;

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) {
    node = HostileNode.start(stores, CONFIG);
  }

  @AfterAll
  static void closeNode() {
    node.close();
  }

  @AfterEach
  void nobodyIsLeftAndNothingIsLoggedAsAnError() {
    node.awaitLevel("parley_connections", 0);
    assertEquals(List.of(), node.takeErrors());
  }

  /// One message as it goes over the wire (RFC 7692 §7.2.1).
  private static byte[] deflated(byte[] message, int times) {
    try (Deflater deflater = new Deflater(9, true)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[65_536];
      for (int i = 0; i < times; i++) {
        deflater.setInput(message);
        int flush = i == times - 1 ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH;
        for (int n = deflater.deflate(part, 0, part.length, flush);
            n > 0;
            n = deflater.deflate(part, 0, part.length, flush)) {
          out.write(part, 0, n);
        }
      }
      byte[] all = out.toByteArray();
      return Arrays.copyOf(all, all.length - 4);
    }
  }

  private static String inflated(RawWebSocket.Frame frame) {
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(frame.payload().copy().appendBytes(new byte[] {0, 0, -1, -1}).getBytes());
      byte[] text = new byte[1_000_000];
      return new String(text, 0, inflater.inflate(text), StandardCharsets.UTF_8);
    } catch (DataFormatException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OFFER,
        OFFER + "; client_max_window_bits",
        OFFER + "; client_max_window_bits=9; server_no_context_takeover",
        OFFER + "; server_max_window_bits=15",
        OFFER + "; unheard_of, permessage-deflate"
      })
  void messagesAreCompressedEachByItself(String offer) {
    try (RawWebSocket client = RawWebSocket.open(node.port(), offer)) {
      String agreed = client.header("sec-websocket-extensions");
      assertTrue(agreed.startsWith("permessage-deflate"), agreed);
      assertTrue(agreed.contains("server_no_context_takeover"), agreed);
      assertTrue(agreed.contains("client_no_context_takeover"), agreed);

      String token = node.account();
      byte[] connect = deflated(bytes("40{\"token\":\"" + token + "\"}"), 1);
      client.frame(FIN | RSV1 | TEXT, connect);
      client.text("42[\"authenticated\"", true);
      for (int i = 0; i < 3; i++) {
        client.frame(FIN | RSV1 | TEXT, deflated(bytes("42" + i + "[\"room:create\",{}]"), 1));
        RawWebSocket.Frame event = client.read();
        assertTrue(inflatedOrPlain(event).contains("\"status\":\"error\""));
        assertTrue(inflatedOrPlain(client.read()).contains("\"status\":\"error\""));
      }
    }
  }

  private static String inflatedOrPlain(RawWebSocket.Frame frame) {
    return (frame.first() & RSV1) != 0 ? inflated(frame) : frame.text();
  }

  @Test
  void longMessagesComeCompressedAndShortOnesAsTheyAre() {
    try (RawWebSocket client = RawWebSocket.open(node.port(), OFFER).join(node.account())) {
      client.text("420[\"room:create\",{\"title\":\"t\"}]");
      RawWebSocket.Frame created = client.read();
      assertEquals(0, created.first() & RSV1);
      String room = created.text().replaceAll(".*\"roomId\":\"([^\"]+)\".*", "$1");

      client.text("421[\"room:join\",{\"roomId\":\"" + room + "\"}]");
      RawWebSocket.Frame joined = client.read();
      assertEquals(RSV1, joined.first() & RSV1);
      assertTrue(inflated(joined).startsWith("431[{"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Sec-WebSocket-Extensions: x-webkit-deflate-frame",
        OFFER + "; server_max_window_bits=9",
        OFFER + "; server_max_window_bits=abc",
        OFFER + "; unheard_of"
      })
  void whatIsNotAgreedOnIsNotUsed(String offer) {
    try (RawWebSocket client = RawWebSocket.open(node.port(), offer)) {
      assertEquals("", client.header("sec-websocket-extensions"));
      client.frame(FIN | RSV1 | TEXT, deflated(bytes("40"), 1));
      assertEquals(1002, client.closeCode());
    }
  }

  private static void assertClosed(int status, Consumer<RawWebSocket> hostile) {
    double closed = node.total("parley_connections_closed_total{reason=\"transport error\"}");
    try (RawWebSocket client = RawWebSocket.open(node.port(), OFFER)) {
      hostile.accept(client);
      node.awaitTotal("parley_connections_closed_total{reason=\"transport error\"}", closed + 1);
      assertEquals(status, client.closeCode());
    }
  }

  @Test
  void aBombIsNotInflated() {
    byte[] bomb = deflated(new byte[1_000_000], 900);
    assertTrue(bomb.length < 1_000_000, () -> bomb.length + " bytes");
    for (int i = 0; i < 10; i++) {
      assertClosed(1009, client -> client.frame(FIN | RSV1 | BINARY, bomb));
    }
  }

  @Test
  void aBombInPartsIsNotInflated() {
    byte[] part =
        Buffer.buffer(deflated(new byte[900_000], 1))
            .appendBytes(new byte[] {0, 0, -1, -1})
            .getBytes();
    assertClosed(
        1009,
        client -> {
          client.frame(RSV1 | BINARY, part);
          for (int i = 0; i < 100; i++) {
            client.frame(CONTINUATION, part);
          }
        });
  }

  @Test
  void justTooLongIsTooLongAndJustNotIsNot() {
    assertClosed(
        1009, client -> client.frame(FIN | RSV1 | BINARY, deflated(new byte[1_000_001], 1)));
    String packet = "40{\"a\":\"" + "x".repeat(1_000_000 - 10) + "\"}";
    assertEquals(1_000_000, packet.length());
    try (RawWebSocket client = RawWebSocket.open(node.port(), OFFER)) {
      client.frame(FIN | RSV1 | TEXT, deflated(bytes(packet), 1));
      assertTrue(client.text("4", true).startsWith("40{\"sid\""));
    }
  }

  @Test
  void garbageIsNoCompression() {
    byte[] garbage = new byte[1_000];
    new java.util.Random(8).nextBytes(garbage);
    garbage[0] = 7;
    assertClosed(1007, client -> client.frame(FIN | RSV1 | TEXT, garbage));
    assertClosed(1002, client -> client.frame(FIN | RSV1 | 0x20 | TEXT, deflated(bytes("40"), 1)));
  }
}
