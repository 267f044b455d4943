package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Utf8;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketWireTest {

  private static final int MAX_PAYLOAD = 200_000;
  private static final long PATIENCE_S = 10;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<WebSocketWire> accepted = new CompletableFuture<>();
  private final CompletableFuture<Short> closed = new CompletableFuture<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  /// Sends back what comes.
  private final class Echo implements WebSocketWire.Listener {
    private final WebSocketWire wire;

    Echo(WebSocketWire wire) {
      this.wire = wire;
    }

    @Override
    public void onText(String message) {
      wire.writeText(Utf8.of(message));
    }

    @Override
    public void onBinary(Buffer message) {
      wire.writeBinary(message);
    }

    @Override
    public void onWritable() {
      heard.add("writable");
    }

    @Override
    public void onPong() {
      heard.add("pong");
    }

    @Override
    public void onBreach(int status) {
      heard.add("breach " + status);
      wire.close(status, "");
    }

    @Override
    public void onFailure() {
      heard.add("failure");
    }

    @Override
    public void onClosed() {
      heard.add("closed");
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
  }

  private <T> T next(LinkedBlockingQueue<T> queue) throws Exception {
    T item = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
    if (item == null) {
      throw new AssertionError("nothing came");
    }
    return item;
  }

  private void accept(HttpServerRequest request) {
    request
        .toWebSocket()
        .onSuccess(webSocket -> {
          WebSocketWire wire = WebSocketWire.of(vertx, webSocket, MAX_PAYLOAD);
          wire.listener(new Echo(wire));
          accepted.complete(wire);
        });
  }

  private ClientWebSocket connect() throws Exception {
    return connect(new HttpServerOptions(), false);
  }

  private ClientWebSocket connect(HttpServerOptions options, boolean isCompressed)
      throws Exception {
    options.setMaxWebSocketFrameSize(MAX_PAYLOAD).setIdleTimeout(60);
    var server = vertx.createHttpServer(options).requestHandler(this::accept);
    await(server.listen(0, "127.0.0.1"));
    ClientWebSocket client =
        vertx
            .createWebSocketClient(
                new WebSocketClientOptions()
                    .setMaxFrameSize(4 * MAX_PAYLOAD)
                    .setMaxMessageSize(4 * MAX_PAYLOAD)
                    .setTryUsePerMessageCompression(isCompressed))
            .webSocket();
    client.textMessageHandler(received::add);
    client.binaryMessageHandler(received::add);
    client.pongHandler(received::add);
    client.closeHandler(_ -> {
      Short status = client.closeStatusCode();
      closed.complete(status == null ? -1 : status);
    });
    await(
        client.connect(
            new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setURI("/")));
    return client;
  }

  private int closeStatus() throws Exception {
    return closed.get(PATIENCE_S, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, MAX_PAYLOAD})
  void carriesTextsWhateverTheirLengthTakesInTheHead(int length) throws Exception {
    ClientWebSocket client = connect();

    client.writeTextMessage("a".repeat(length));

    assertEquals("a".repeat(length), next(received));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 125, 126, 65_536})
  void carriesBytes(int length) throws Exception {
    ClientWebSocket client = connect();
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);

    client.writeBinaryMessage(Buffer.buffer(bytes));

    assertArrayEquals(bytes, ((Buffer) next(received)).getBytes());
  }

  @Test
  void carriesAllOfUnicode() throws Exception {
    ClientWebSocket client = connect();

    client.writeTextMessage("héllo \u20ac \uD83D\uDE00");

    assertEquals("héllo \u20ac \uD83D\uDE00", next(received));
  }

  @Test
  void joinsFramesBetweenWhichThereArePings() throws Exception {
    ClientWebSocket client = connect();

    client.writeFrame(WebSocketFrame.textFrame("one ", false));
    client.writeFrame(WebSocketFrame.pingFrame(Buffer.buffer("are you there")));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("two "), false));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("three"), true));

    assertEquals(Buffer.buffer("are you there"), next(received));
    assertEquals("one two three", next(received));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rest"})
  void losesNothingOfAMessageThatBeginsEmpty(String rest) throws Exception {
    ClientWebSocket client = connect();

    client.writeFrame(WebSocketFrame.textFrame("", false));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(), false));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(rest), true));
    client.writeTextMessage("next");

    assertEquals(rest, next(received));
    assertEquals("next", next(received));
  }

  @Test
  void putsPiecesOfCharactersTogether() throws Exception {
    ClientWebSocket client = connect();
    Random random = new Random(12);
    for (int round = 0; round < 300; round++) {
      String text = text(random);
      Buffer bytes = Buffer.buffer(text);
      int at = 0;
      client.writeFrame(WebSocketFrame.textFrame("", bytes.length() == 0));
      while (at < bytes.length()) {
        int end = Math.min(bytes.length(), at + random.nextInt(1 + bytes.length()));
        boolean isLast = end == bytes.length();
        client.writeFrame(WebSocketFrame.continuationFrame(bytes.slice(at, end), isLast));
        at = end;
      }

      assertEquals(text, next(received));
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.appendCodePoint(
          random.nextBoolean() ? random.nextInt(0xd800) : 0xe000 + random.nextInt(0x102000));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "61ff", "c3", "c3ed", "c080", "eda080", "f4908080", "efbfbdff"})
  void refusesTextThatIsNotUtf8InOneFrameOrMore(String hex) throws Exception {
    ClientWebSocket client = connect();
    byte[] bytes = HexFormat.of().parseHex(hex);

    client.writeFrame(WebSocketFrame.textFrame("a\ufffd", false));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(bytes), true));
    client.writeTextMessage("unheard");

    assertEquals(1007, closeStatus());
    assertEquals("breach 1007", next(heard));
    assertTrue(received.isEmpty());
  }

  @Test
  void carriesTheCharacterThatStandsForWhatIsNone() throws Exception {
    ClientWebSocket client = connect();

    client.writeTextMessage("a\ufffd\ud83d\ude00");

    assertEquals("a\ufffd\ud83d\ude00", next(received));
  }

  @Test
  void refusesFramesOutOfOrder() throws Exception {
    ClientWebSocket client = connect();

    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("a"), true));

    assertEquals(1002, closeStatus());
    assertEquals("breach 1002", next(heard));
    assertEquals("closed", next(heard));
  }

  @Test
  void asksForPongs() throws Exception {
    connect();

    accepted.join().writePing();

    assertEquals("pong", next(heard));
  }

  @Test
  void startsAnewAfterAMessageInFrames() throws Exception {
    ClientWebSocket client = connect();

    client.writeFrame(WebSocketFrame.binaryFrame(Buffer.buffer("one "), false));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("two"), true));
    client.writeTextMessage("three");

    assertEquals(Buffer.buffer("one two"), next(received));
    assertEquals("three", next(received));
  }

  @Test
  void answersAClosingWithItsStatusAndEndsTheConnection() throws Exception {
    ClientWebSocket client = connect();

    client.close((short) 4321, "I am done");

    assertEquals(4321, closeStatus());
    assertEquals("closed", next(heard));
    assertFalse(accepted.join().isOpen());
  }

  @Test
  void closesWithAStatusAndWaitsForTheAnswer() throws Exception {
    ClientWebSocket client = connect();

    accepted.join().close(1001, "going away");

    assertEquals(1001, closeStatus());
    assertEquals("going away", client.closeReason());
    assertEquals("closed", next(heard));
  }

  @Test
  void sendsNothingAfterItsClosing() throws Exception {
    connect();
    WebSocketWire wire = accepted.join();

    wire.writeText(Utf8.of("before"));
    wire.close(1000, "");
    wire.writeText(Utf8.of("after"));

    assertEquals("before", next(received));
    assertEquals(1000, closeStatus());
    assertTrue(received.isEmpty());
  }

  @Test
  void tellsOfAConnectionThatIsCut() throws Exception {
    connect();

    accepted.join().cut();

    assertEquals("closed", next(heard));
    assertFalse(accepted.join().isOpen());
  }

  @Test
  void refusesAMessageInFramesThatIsTooLongAndStillHearsTheClosing() throws Exception {
    ClientWebSocket client = connect();

    client.writeFrame(WebSocketFrame.textFrame("a".repeat(MAX_PAYLOAD), false));
    client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("a"), true));
    client.writeTextMessage("unheard");

    assertEquals(1009, closeStatus());
    assertEquals("breach 1009", next(heard));
    assertEquals("closed", next(heard));
    assertTrue(received.isEmpty());
  }

  @Test
  void refusesAFrameThatIsTooLong() throws Exception {
    ClientWebSocket client = connect();

    client.writeTextMessage("a".repeat(MAX_PAYLOAD + 1));

    assertEquals(1009, closeStatus());
    assertEquals("breach 1009", next(heard));
    assertEquals("closed", next(heard));
  }

  @Test
  void keepsTheOrderOfAnotherThreadAndTellsItWhenToWait() throws Exception {
    connect();
    WebSocketWire wire = accepted.join();
    String filler = "x".repeat(10_000);
    boolean wasFull = false;

    for (int i = 0; i < 500; i++) {
      wire.writeText(Utf8.of(i + filler));
      wasFull |= !wire.isWritable();
    }

    for (int i = 0; i < 500; i++) {
      assertEquals(i + filler, next(received));
    }
    assertTrue(wasFull);
    assertEquals("writable", next(heard));
    assertTrue(wire.isWritable());
  }

  @Test
  void carriesCompressedMessages() throws Exception {
    WebSocketDeflate deflate = new WebSocketDeflate(64, MAX_PAYLOAD);
    ClientWebSocket client = connect(deflate.prepare(new HttpServerOptions()), true);
    String text = "again and ".repeat(10_000);

    client.writeTextMessage(text);
    client.writeTextMessage("short");

    assertTrue(client.headers().contains("sec-websocket-extensions"));
    assertEquals(text, next(received));
    assertEquals("short", next(received));
    client.close();
    assertEquals(1000, closeStatus());
  }

  @Test
  void endsWithItsServer() throws Exception {
    connect();

    await(vertx.close());

    assertEquals("closed", next(heard));
  }
}
