package dev.parley.conformance;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.lang.ref.Reference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A WebSocket that says exactly what it is told and shows exactly what comes, for the test's own
/// thread. Pings are answered unless the test wants to see them.
final class RawClient {

  private static final long PATIENCE_S = 10;

  /// Closes its WebSockets when it is garbage collected, so that it is held on to.
  private final WebSocketClient client;

  private final WebSocket webSocket;
  private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Short> closed = new CompletableFuture<>();

  private RawClient(WebSocketClient client, WebSocket webSocket, boolean answersPings) {
    this.client = client;
    this.webSocket = webSocket;
    webSocket.textMessageHandler(text -> {
      if (answersPings && text.equals("2")) {
        webSocket.writeTextMessage("3");
      } else {
        received.add(text);
      }
    });
    webSocket.binaryMessageHandler(received::add);
    webSocket.exceptionHandler(_ -> {});
    webSocket.closeHandler(_ -> {
      Short status = webSocket.closeStatusCode();
      closed.complete(status == null ? -1 : status);
    });
  }

  /// A WebSocket to `uri` that answers pings.
  static RawClient open(Vertx vertx, int port, String uri) {
    return open(vertx, port, uri, true);
  }

  static RawClient open(Vertx vertx, int port, String uri, boolean answersPings) {
    WebSocketClient client = client(vertx);
    ClientWebSocket webSocket = client.webSocket();
    // Handlers first: the open packet may come in one piece with the answer to the upgrade.
    RawClient opened = new RawClient(client, webSocket, answersPings);
    await(
        webSocket.connect(
            new WebSocketConnectOptions().setPort(port).setHost("localhost").setURI(uri)));
    return opened;
  }

  /// A Socket.IO client that has seen the open packet and joined the main namespace.
  static RawClient joined(Vertx vertx, int port) {
    RawClient client = open(vertx, port, "/socket.io/?EIO=4&transport=websocket");
    client.text();
    client.send("40");
    client.text();
    client.text();
    return client;
  }

  /// Whether a WebSocket to `uri` is refused.
  static boolean isRefused(Vertx vertx, int port, WebSocketConnectOptions options) {
    options.setPort(port).setHost("localhost");
    WebSocketClient client = client(vertx);
    try {
      await(client.connect(options));
      return false;
    } catch (AssertionError _) {
      return true;
    } finally {
      Reference.reachabilityFence(client);
    }
  }

  private static WebSocketClient client(Vertx vertx) {
    return vertx.createWebSocketClient(
        new WebSocketClientOptions()
            .setMaxFrameSize(4_000_000)
            .setMaxMessageSize(4_000_000)
            .setTryUsePerMessageCompression(false));
  }

  WebSocket webSocket() {
    return webSocket;
  }

  void send(String... texts) {
    for (String text : texts) {
      webSocket.writeTextMessage(text);
    }
  }

  void send(Buffer bytes) {
    webSocket.writeBinaryMessage(bytes);
  }

  /// The next text.
  String text() {
    if (next() instanceof String text) {
      return text;
    }
    throw new AssertionError("bytes instead of a text");
  }

  /// The next bytes.
  Buffer bytes() {
    Object next = next();
    if (next instanceof Buffer bytes) {
      return bytes;
    }
    throw new AssertionError("a text instead of bytes: " + next);
  }

  /// Waits for the end, and tells the close status.
  int closeStatus() {
    try {
      return closed.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("not closed; received " + received, e);
    } finally {
      Reference.reachabilityFence(client);
    }
  }

  void close() {
    webSocket.close();
  }

  /// Ends the connection without a close frame.
  void cut() {
    if (webSocket instanceof WebSocketInternal internal) {
      var _ = internal.channelHandlerContext().close();
    }
  }

  private Object next() {
    try {
      Object next = received.poll(PATIENCE_S, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came; closed: " + closed.isDone());
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      Reference.reachabilityFence(client);
    }
  }

  static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
