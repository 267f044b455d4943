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

/// A `RawClient` on a WebSocket.
final class RawWebSocket extends RawClient {

  /// Closes its WebSockets when it is garbage collected, so that it is held on to.
  private final WebSocketClient client;

  private final WebSocket webSocket;

  private RawWebSocket(WebSocketClient client, WebSocket webSocket, boolean answersPings) {
    super(answersPings);
    this.client = client;
    this.webSocket = webSocket;
    webSocket.textMessageHandler(this::onText);
    webSocket.binaryMessageHandler(this::onBytes);
    webSocket.exceptionHandler(_ -> {});
    webSocket.closeHandler(_ -> {
      Short status = webSocket.closeStatusCode();
      onClosed(status == null ? -1 : status);
    });
  }

  static RawWebSocket open(Vertx vertx, int port, String uri, boolean answersPings) {
    WebSocketClient client = client(vertx);
    ClientWebSocket webSocket = client.webSocket();
    // Handlers first: the open packet may come in one piece with the answer to the upgrade.
    RawWebSocket opened = new RawWebSocket(client, webSocket, answersPings);
    await(
        webSocket.connect(
            new WebSocketConnectOptions().setPort(port).setHost("localhost").setURI(uri)));
    return opened;
  }

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

  @Override
  void send(String... texts) {
    for (String text : texts) {
      webSocket.writeTextMessage(text);
    }
  }

  @Override
  void send(Buffer bytes) {
    webSocket.writeBinaryMessage(bytes);
  }

  @Override
  void close() {
    webSocket.close();
  }

  @Override
  void cut() {
    if (webSocket instanceof WebSocketInternal internal) {
      var _ = internal.channelHandlerContext().close();
    }
  }

  @Override
  int closeStatus() {
    try {
      return super.closeStatus();
    } finally {
      Reference.reachabilityFence(client);
    }
  }

  @Override
  Object next() {
    try {
      return super.next();
    } finally {
      Reference.reachabilityFence(client);
    }
  }
}
