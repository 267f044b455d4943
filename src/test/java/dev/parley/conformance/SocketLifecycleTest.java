package dev.parley.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import dev.parley.signaling.socketio.Ack;
import dev.parley.signaling.socketio.Admission;
import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.Encoded;
import dev.parley.signaling.socketio.EngineServer;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Namespace;
import dev.parley.signaling.socketio.Socket;
import dev.parley.signaling.socketio.SocketHandler;
import dev.parley.signaling.socketio.SocketLimits;
import dev.parley.signaling.socketio.SocketServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What an application sees of its sockets: admission, start-up, threads, limits, ends.
class SocketLifecycleTest {

  private static final String SOCKET = "/socket.io/?EIO=4&transport=websocket";

  private final Vertx vertx = Vertx.vertx();
  private final Recorder recorder = new Recorder();
  private final EngineSettings settings = EngineSettings.defaults();
  private final SocketLimits limits = SocketLimits.defaults();

  @AfterEach
  void stop() {
    recorder.startUp.tryComplete();
    RawClient.await(vertx.close());
  }

  @Test
  void holdsEventsUntilTheSocketIsAdmittedAndStarted() {
    Promise<SocketHandler> admission = Promise.promise();
    RawWebSocket client = open(start(_ -> admission.future()));
    recorder.startUp = Promise.promise();

    client.send("40", "42[\"one\",1]", "42[\"two\"]");
    vertx.runOnContext(_ -> admission.complete(recorder));
    assertTrue(client.text().startsWith("40{\"sid\""));
    assertEquals("connected", recorder.next());
    client.send("42[\"three\"]", "4");
    client.closeStatus();

    assertEquals("gone parse error", recorder.next());
  }

  @Test
  void deliversHeldEventsInOrderBeforeNewOnes() {
    Promise<SocketHandler> admission = Promise.promise();
    recorder.startUp = Promise.promise();
    RawWebSocket client = open(start(_ -> admission.future()));

    client.send("40", "42[\"one\",1]", "42[\"two\"]");
    admission.complete(recorder);
    client.text();
    client.send("42[\"three\"]");
    recorder.startUp.complete();
    client.send("42[\"four\"]");

    assertEquals("connected", recorder.next());
    assertEquals("one 1", recorder.next());
    assertEquals("two ", recorder.next());
    assertEquals("three ", recorder.next());
    assertEquals("four ", recorder.next());
  }

  @Test
  void closesAClientThatFloodsBeforeItIsAdmitted() {
    SocketServer server = server(_ -> Promise.<SocketHandler>promise().future());
    RawWebSocket client = open(listen(server));

    client.send("40");
    for (int i = 0; i <= limits.maxHeldEvents(); i++) {
      client.send("42[\"x\"]");
    }

    assertEquals(1008, client.closeStatus());
    assertEquals(1, server.counters().sessionsClosed(CloseReason.FLOOD));
  }

  @Test
  void aSecondConnectWhileBeingAdmittedIsABreach() {
    RawWebSocket client = open(start(_ -> Promise.<SocketHandler>promise().future()));

    client.send("40", "40");

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void dropsAClientThatLeftWhileBeingAdmitted() {
    Promise<SocketHandler> admission = Promise.promise();
    RawWebSocket client = open(start(_ -> admission.future()));

    client.send("40", "41", "40/other,");
    assertEquals("44/other,{\"message\":\"Invalid namespace\"}", client.text());
    admission.complete(recorder);
    client.send("40/other,");

    assertEquals("44/other,{\"message\":\"Invalid namespace\"}", client.text());
    assertTrue(recorder.seen.isEmpty());
  }

  @Test
  void answersDuringStartUpReachTheApplication() {
    recorder.startUp = Promise.promise();
    SocketServer server =
        server(socket -> {
          vertx.setTimer(
              1,
              _ ->
                  socket
                      .emitWithAck("hello", Args.none(), Duration.ofSeconds(10))
                      .onSuccess(answer -> recorder.seen.add("answer " + answer)));
          return Future.succeededFuture(recorder);
        });
    RawWebSocket client = open(listen(server));

    client.send("40");
    client.text();
    assertEquals("connected", recorder.next());
    assertEquals("420[\"hello\"]", client.text());
    client.send("430[5]");

    assertEquals("answer 5", recorder.next());
  }

  @Test
  void refusesWithAFailuresTextAndCode() {
    RawWebSocket client =
        open(start(_ -> Future.failedFuture(Failure.forbidden("you are not invited"))));

    client.send("40");

    assertEquals(
        "44{\"message\":\"you are not invited\",\"data\":{\"code\":\"FORBIDDEN\"}}", client.text());
  }

  @Test
  void hidesWhyTheApplicationBroke() {
    SocketServer server =
        server(_ -> {
          throw new IllegalStateException("secret");
        });
    RawWebSocket client = open(listen(server));

    client.send("40");

    assertEquals("44{\"message\":\"Internal server error\"}", client.text());
    assertEquals(1, server.counters().handlerFailures());
  }

  @Test
  void aFailedStartUpDisconnectsTheSocket() {
    recorder.startUp = Promise.promise();
    recorder.startUp.fail(Failure.unavailable("no store"));
    RawWebSocket client = open(start(admit()));

    client.send("40");

    assertTrue(client.text().startsWith("40{"));
    assertEquals("41", client.text());
    assertEquals("connected", recorder.next());
    assertEquals("gone server namespace disconnect", recorder.next());
  }

  @Test
  void callsTheApplicationOnTheSocketsContextOnly() {
    RawWebSocket client = joined(start(admit()));
    Socket socket = recorder.socket();
    Context context = socket.context();

    client.send("42[\"x\"]", "1");

    assertEquals("x ", recorder.next());
    assertEquals("gone transport close", recorder.next());
    assertTrue(context.isEventLoopContext());
    assertEquals(1, recorder.threads.stream().distinct().count());
    assertFalse(socket.isConnected());
  }

  @Test
  void keepsEachCallersOrderFromForeignThreads() throws Exception {
    RawWebSocket client = joined(start(admit()));
    Socket socket = recorder.socket();
    List<Thread> callers =
        List.of("a", "b", "c").stream()
            .map(name ->
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = 0; i < 500; i++) {
                        socket.emit(name, Args.ofJson(Integer.toString(i)));
                      }
                    }))
            .toList();
    for (Thread caller : callers) {
      caller.join();
    }

    int[] next = new int[3];
    for (int i = 0; i < 1500; i++) {
      String packet = client.text();
      int caller = packet.charAt(4) - 'a';
      assertEquals("42[\"" + (char) ('a' + caller) + "\"," + next[caller]++ + "]", packet);
    }
  }

  @Test
  void tellsOfEachDisconnectOnce() {
    RawWebSocket client = joined(start(admit()));
    Socket socket = recorder.socket();

    socket.disconnect(false);
    socket.disconnect(true);
    socket.closeSession();
    socket.emit("late", Args.none());

    assertEquals("41", client.text());
    assertEquals(1000, client.closeStatus());
    assertEquals("gone server namespace disconnect", recorder.next());
    assertTrue(recorder.seen.isEmpty());
  }

  @Test
  void pendingAnswersFailWhenTheSocketGoes() {
    RawWebSocket client = joined(start(admit()));
    Socket socket = recorder.socket();

    Future<Args> answer = socket.emitWithAck("q", Args.none(), Duration.ofMinutes(1));
    client.text();
    client.close();

    assertEquals("gone transport close", recorder.next());
    AssertionError error = assertThrows(AssertionError.class, () -> RawClient.await(answer));
    assertInstanceOf(Failure.class, rootCause(error));
    assertThrows(
        AssertionError.class,
        () -> RawClient.await(socket.emitWithAck("q", Args.none(), Duration.ofMinutes(1))));
  }

  @Test
  void answersOutstandingAreBounded() {
    joined(start(admit()));
    Socket socket = recorder.socket();

    for (int i = 0; i < limits.maxPendingAcks(); i++) {
      socket.emitWithAck("q", Args.none(), Duration.ofMinutes(1));
    }
    Future<Args> beyond = socket.emitWithAck("q", Args.none(), Duration.ofMinutes(1));

    assertThrows(AssertionError.class, () -> RawClient.await(beyond));
  }

  @Test
  void namespacesPerSessionAreBounded() {
    SocketServer server = server(admit());
    server.of(_ -> true, admit());
    RawWebSocket client = open(listen(server));

    for (int i = 0; i < limits.maxNamespaces(); i++) {
      client.send("40/n" + i + ",");
      assertTrue(client.text().startsWith("40/n" + i + ",{"));
    }
    client.send("40/beyond,");

    assertEquals("44/beyond,{\"message\":\"Too many namespaces\"}", client.text());
  }

  @Test
  void attachmentsAreBoundedTogether() {
    RawWebSocket client = joined(start(admit()));

    client.send("452-[\"x\"]");
    client.send(Buffer.buffer(new byte[600_000]));
    client.send(Buffer.buffer(new byte[600_000]));

    assertEquals(1002, client.closeStatus());
  }

  @Test
  void closesASlowReaderAndMakesNobodyWait() {
    SocketServer server = server(admit());
    int port = listen(server);
    NetSocket slow = joinedWithoutReading(port);
    Socket slowSocket = recorder.socket();
    RawClient quick = joined(port);
    Socket quickSocket = recorder.socket();
    Encoded large = Encoded.event("/", "large", Args.ofJson("\"" + "x".repeat(100_000) + "\""));

    for (int i = 0; i < 400; i++) {
      slowSocket.emit(large);
    }
    quickSocket.emit("hello", Args.none());

    assertEquals("gone slow reader", recorder.next());
    assertEquals("42[\"hello\"]", quick.text());
    assertEquals(1, server.counters().sessionsClosed(CloseReason.SLOW_READER));
    assertTrue(quickSocket.isConnected());
    awaitReset(slow);
  }

  @Test
  void aConnectionThatBreaksIsATransportClose() {
    RawWebSocket client = joined(start(admit()));

    client.cut();

    assertEquals("gone transport close", recorder.next());
  }

  @Test
  void dropsVolatileEventsForASlowReader() {
    SocketServer server = server(admit());
    RawWebSocket client = joined(listen(server));
    Socket socket = recorder.socket();
    Encoded large = Encoded.event("/", "large", Args.ofJson("\"" + "x".repeat(100_000) + "\""));

    client.webSocket().pause();
    for (int i = 0; i < 400; i++) {
      socket.emitVolatile(large);
    }
    Future<Args> barrier = socket.emitWithAck("last", Args.none(), Duration.ofSeconds(10));
    client.webSocket().resume();
    String packet = client.text();
    while (!packet.startsWith("420[\"last\"")) {
      assertEquals(large.bytes(), packet.length());
      packet = client.text();
    }
    client.send("430[]");
    RawClient.await(barrier);

    assertTrue(server.counters().volatileDropped() > 0);
    assertEquals(401, server.counters().volatileDropped() + server.counters().eventsOut());
    assertEquals(0, server.counters().sessionsClosed(CloseReason.SLOW_READER));
  }

  @Test
  void queuedEventsArriveInOrderOnceTheClientReadsAgain() {
    RawWebSocket client = joined(start(admit()));
    Socket socket = recorder.socket();
    String filler = "\"" + "x".repeat(1000) + "\"";

    client.webSocket().pause();
    for (int i = 0; i < 3000; i++) {
      socket.emit("seq", Args.ofJson(i + "," + filler));
    }
    client.webSocket().resume();

    for (int i = 0; i < 3000; i++) {
      assertEquals("42[\"seq\"," + i + "," + filler + "]", client.text());
    }
  }

  @Test
  void refusesEventsEncodedForAnotherNamespace() {
    joined(start(admit()));
    Socket socket = recorder.socket();

    Encoded foreign = Encoded.event("/other", "x", Args.none());

    assertThrows(IllegalArgumentException.class, () -> socket.emit(foreign));
  }

  @Test
  void goesDownWithAReason() {
    SocketServer server = server(admit());
    int port = listen(server);
    RawWebSocket client = joined(port);
    recorder.socket();

    RawClient.await(server.close());

    assertEquals(1001, client.closeStatus());
    assertEquals("gone server shutting down", recorder.next());
    assertTrue(RawClient.isRefused(vertx, port, new WebSocketConnectOptions().setURI(SOCKET)));
    assertEquals(0, server.engine().sessionCount());
  }

  @Test
  void countsWhatHappens() {
    SocketServer server = server(admit());
    RawWebSocket client = joined(listen(server));
    Socket socket = recorder.socket();

    client.send("42[\"x\"]", "42[\"y\"]");
    recorder.next();
    recorder.next();
    socket.emit("z", Args.none());
    client.text();

    assertEquals(1, server.counters().sessionsOpen());
    assertEquals(1, server.counters().sessionsTotal());
    assertEquals(2, server.counters().eventsIn());
    assertEquals(1, server.counters().eventsOut());
    assertEquals(2L + 2L * "42[\"x\"]".length(), server.counters().bytesIn());
    client.close();
    assertEquals("gone transport close", recorder.next());
    assertEquals(0, server.counters().sessionsOpen());
    assertEquals(1, server.counters().sessionsClosed(CloseReason.TRANSPORT_CLOSE));
  }

  @Test
  void showsTheHandshake() {
    RawWebSocket client = RawClient.open(vertx, start(admit()), SOCKET + "&room=blue", true);
    client.text();
    client.send("40{\"token\":\"t\"}");
    client.text();
    assertEquals("connected", recorder.next());
    Socket socket = recorder.socket();

    assertEquals("blue", socket.handshake().parameter("room"));
    assertNull(socket.handshake().parameter("transport"));
    assertNull(socket.handshake().header("upgrade"));
    assertEquals("t", socket.auth().path("token").asText());
    assertEquals("websocket", socket.channelName());
    assertEquals("/", socket.namespace());
  }

  @Test
  void aNamespaceIsNamedOnce() {
    SocketServer server = server(admit());

    assertThrows(IllegalStateException.class, () -> server.of("/", admit()));
    assertSame(server, server.of("/second", admit()));
  }

  private Namespace admit() {
    return _ -> Future.succeededFuture(recorder);
  }

  private int start(Namespace namespace) {
    return listen(server(namespace));
  }

  private SocketServer server(Namespace namespace) {
    return new SocketServer(vertx, settings, limits, Admission.open()).of("/", namespace);
  }

  private int listen(SocketServer server) {
    return RawClient.await(
            vertx
                .createHttpServer(EngineServer.prepare(new HttpServerOptions(), settings))
                .requestHandler(server.engine()::handle)
                .listen(0))
        .actualPort();
  }

  private RawWebSocket open(int port) {
    RawWebSocket client = RawClient.open(vertx, port, SOCKET);
    client.text();
    return client;
  }

  private RawWebSocket joined(int port) {
    RawWebSocket client = open(port);
    client.send("40");
    assertTrue(client.text().startsWith("40{"));
    assertEquals("connected", recorder.next());
    return client;
  }

  /// A client that joins and from then on reads nothing.
  private NetSocket joinedWithoutReading(int port) {
    NetSocket socket = RawClient.await(vertx.createNetClient().connect(port, "localhost"));
    socket.handler(_ -> {
      socket.pause();
      socket.write(frame(0x81, "40"));
    });
    socket.write(
        "GET "
            + SOCKET
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    assertEquals("connected", recorder.next());
    return socket;
  }

  /// Waits until the other end refuses what `socket` sends, which it does once it has closed.
  private void awaitReset(NetSocket socket) {
    Promise<Void> reset = Promise.promise();
    long timer =
        vertx.setPeriodic(
            20, _ -> socket.write(frame(0x8a, "")).onFailure(_ -> reset.tryComplete()));
    RawClient.await(reset.future());
    vertx.cancelTimer(timer);
  }

  /// A short WebSocket frame with an empty mask.
  private static Buffer frame(int firstByte, String text) {
    return Buffer.buffer()
        .appendUnsignedByte((short) firstByte)
        .appendUnsignedByte((short) (0x80 | text.length()))
        .appendInt(0)
        .appendString(text);
  }

  private static Throwable rootCause(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /// Writes down what the application is told.
  private static final class Recorder implements SocketHandler {
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    volatile Promise<Void> startUp = Promise.promise();

    Recorder() {
      startUp.complete();
    }

    String next() {
      return take(seen);
    }

    Socket socket() {
      return take(sockets);
    }

    @Override
    public Future<Void> onConnected(Socket socket) {
      note("connected");
      sockets.add(socket);
      return startUp.future();
    }

    @Override
    public void onEvent(Socket socket, String event, Args args, @Nullable Ack ack) {
      note(event + " " + args.json());
    }

    @Override
    public void onDisconnect(Socket socket, CloseReason reason) {
      note("gone " + reason.label());
    }

    private void note(String what) {
      threads.add(Thread.currentThread());
      seen.add(what);
    }

    private static <T> T take(BlockingQueue<T> queue) {
      try {
        T next = queue.poll(10, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("the application was told nothing");
        }
        return next;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
