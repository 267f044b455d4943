package dev.parley.it;

import static dev.parley.it.RawWebSocket.BINARY;
import static dev.parley.it.RawWebSocket.CLOSE;
import static dev.parley.it.RawWebSocket.CONTINUATION;
import static dev.parley.it.RawWebSocket.FIN;
import static dev.parley.it.RawWebSocket.PING;
import static dev.parley.it.RawWebSocket.PONG;
import static dev.parley.it.RawWebSocket.RSV1;
import static dev.parley.it.RawWebSocket.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A running node under WebSocket frames that the standard forbids (RFC 6455 §5), or allows and
/// nobody should have to bear: the connection that sends them ends, and nothing else does.
@ExtendWith(StoresExtension.class)
final class FramesIT {

  private static HostileNode node;

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) {
    node = HostileNode.start(stores);
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

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether the node closes, with or without saying why.
  private static int code(Consumer<RawWebSocket> hostile) {
    try (RawWebSocket client = RawWebSocket.open(node.port())) {
      hostile.accept(client);
      return client.closeCode();
    }
  }

  private static void assertEndsWith(int expected, List<Consumer<RawWebSocket>> hostile) {
    for (int i = 0; i < hostile.size(); i++) {
      int frame = i;
      assertEquals(expected, code(hostile.get(i)), () -> "frame " + frame);
    }
  }

  @Test
  void forbiddenFramesEndTheConnection() {
    assertEndsWith(
        1002,
        List.of(
            client -> client.unmasked(FIN | TEXT, bytes("40")),
            client -> client.frame(FIN | RSV1 | TEXT, bytes("40")),
            client -> client.frame(FIN | 0x20 | TEXT, bytes("40")),
            client -> client.frame(FIN | 0x10 | TEXT, bytes("40")),
            client -> client.frame(FIN | 3, bytes("40")),
            client -> client.frame(FIN | 0xb, bytes("40")),
            client -> client.frame(FIN | CONTINUATION, bytes("40")),
            client -> {
              client.frame(TEXT, bytes("4"));
              client.frame(FIN | TEXT, bytes("0"));
            },
            client -> client.frame(PING, bytes("a")),
            client -> client.frame(FIN | PING, new byte[126]),
            client -> client.frame(FIN | CLOSE, new byte[1]),
            client -> client.frame(FIN | CLOSE, (byte) 0, (byte) 1),
            client -> client.announce(FIN | BINARY, -1)));
  }

  @Test
  void framesThatAreTooLongEndTheConnection() {
    assertEndsWith(
        1009,
        List.of(
            client -> client.announce(FIN | BINARY, 1_000_001),
            client -> client.announce(FIN | BINARY, 1L << 40)));
  }

  @Test
  void textThatIsNotUtf8EndsTheConnection() {
    assertEndsWith(
        1007,
        List.of(
            client -> client.frame(FIN | TEXT, (byte) '4', (byte) '2', (byte) 0xff),
            client -> {
              client.frame(TEXT, (byte) '4', (byte) 0xc3);
              client.frame(FIN | CONTINUATION, bytes("x"));
            },
            client -> client.frame(FIN | CLOSE, (byte) 3, (byte) 0xe8, (byte) 0xff)));
  }

  @Test
  void aMessageInFramesWithPingsBetweenIsReadWhole() {
    String token = node.account();
    try (RawWebSocket client = RawWebSocket.open(node.port())) {
      byte[] message = bytes("40{\"token\":\"" + token + "\"}");
      for (int i = 0; i < message.length; i++) {
        int last = i == message.length - 1 ? FIN : 0;
        client.frame(last | (i == 0 ? TEXT : CONTINUATION), message[i]);
        if (i % 50 == 7) {
          client.frame(FIN | PING, (byte) i);
        }
      }

      RawWebSocket.Frame pong = client.read();
      assertEquals(FIN | PONG, pong.first());
      assertEquals(Buffer.buffer(new byte[] {7}), pong.payload());
      assertTrue(client.text("42[\"authenticated\"", true).contains("userId"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 500})
  void aMessageOfEndlessFramesIsEnded(int size) {
    double cut = node.total("parley_connections_cut_total{reason=\"fragments\"}");

    int code =
        code(client -> {
          client.frame(TEXT, new byte[size]);
          for (int i = 0; i < 3_000; i++) {
            client.frame(CONTINUATION, new byte[size]);
          }
        });

    assertTrue(code == 1009 || code == RawWebSocket.NO_CLOSE_FRAME, () -> "closed with " + code);
    node.awaitTotal("parley_connections_cut_total{reason=\"fragments\"}", cut + 1);
  }

  @Test
  void aMessageThatGrowsTooLargeByItsFramesIsEnded() {
    double closed = node.total("parley_connections_closed_total{reason=\"transport error\"}");

    code(client -> {
      client.frame(BINARY, new byte[300_000]);
      for (int i = 0; i < 4; i++) {
        client.frame(CONTINUATION, new byte[300_000]);
      }
    });

    node.awaitTotal("parley_connections_closed_total{reason=\"transport error\"}", closed + 1);
  }

  @Test
  void aFloodOfPingsIsEndedThoughNobodyReadsThePongs() {
    double cut = node.total("parley_connections_cut_total{reason=\"control_frames\"}");
    try (RawWebSocket client = RawWebSocket.openNarrow(node.port())) {
      for (int i = 0; i < 2_000; i++) {
        client.frame(FIN | PING, new byte[125]);
      }

      node.awaitTotal("parley_connections_cut_total{reason=\"control_frames\"}", cut + 1);
      node.awaitLevel("parley_connections", 0);
    }
  }

  @Test
  void handshakesThatAreNoneAreRefused() {
    Map<String, Integer> expected =
        Map.of(
            "Sec-WebSocket-Version: 8",
            426,
            "Sec-WebSocket-Version: 0",
            426,
            "Content-Length: 5",
            400,
            "Transfer-Encoding: chunked",
            400,
            "X: " + "x".repeat(20_000),
            431,
            "X: y\r\n".repeat(200) + "X: y",
            431);
    expected.forEach((header, status) -> {
      try (RawWebSocket client = RawWebSocket.ask(node.port(), header)) {
        assertEquals(status, client.status(), header.substring(0, 5));
      }
    });
  }
}
