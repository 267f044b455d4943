package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;

/// One stranger: waits when it is told to, and ends each call at once. On one event loop.
final class MatchSocket {

  private static final String NAMESPACE = "/signaling,";

  /// What becomes of all of them.
  interface Receiver {
    /// @param waitedNs since it began to wait
    void matched(MatchSocket socket, String sessionId, long waitedNs);

    /// It may wait again.
    void idle(MatchSocket socket);

    /// It was shut out, and is disconnected.
    void shutOut(MatchSocket socket);

    /// What no client should hear.
    void wrong(String what);
  }

  private final ClientWebSocket socket;
  private final Receiver receiver;
  private final String wish;
  private final Promise<Void> ready = Promise.promise();
  private String session = "";
  private long joinedNs;
  private boolean isWaiting;
  private boolean isShutOut;

  /// @param wish payload of `join-queue`
  MatchSocket(WebSocketClient client, Receiver receiver, String wish) {
    this.socket = client.webSocket();
    this.receiver = receiver;
    this.wish = wish;
  }

  Future<Void> connect(int port, String token) {
    socket.textMessageHandler(text -> onText(text, token));
    socket.closeHandler(_ -> {
      if (isShutOut) {
        receiver.shutOut(this);
      } else {
        receiver.wrong("closed");
      }
      ready.tryFail("closed");
    });
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/socket.io/?EIO=4&transport=websocket");
    return socket.connect(options).compose(_ -> ready.future());
  }

  void join(long nowNs) {
    joinedNs = nowNs;
    isWaiting = true;
    socket.writeTextMessage("42" + NAMESPACE + "[\"join-queue\"," + wish + "]");
  }

  private void onText(String text, String token) {
    if (text.startsWith("0")) {
      socket.writeTextMessage("40" + NAMESPACE + "{\"token\":\"" + token + "\"}");
    } else if (text.equals("2")) {
      socket.writeTextMessage("3");
    } else if (text.startsWith("42" + NAMESPACE)) {
      JsonNode event = Json.read(text.substring(2 + NAMESPACE.length()), JsonNode.class);
      onEvent(event.path(0).asText(), event.path(1));
    }
  }

  private void onEvent(String name, JsonNode payload) {
    switch (name) {
      case "connected" -> ready.tryComplete();
      case "matched" -> onMatched(payload.path("sessionId").asText());
      case "call-ended", "peer-disconnected" -> {
        if (payload.path("sessionId").asText().equals(session)) {
          session = "";
          receiver.idle(this);
        }
      }
      case "moderation-action" -> isShutOut = true;
      case "queue-joined", "queue-update" -> {}
      default -> receiver.wrong(name + " " + payload);
    }
  }

  private void onMatched(String sessionId) {
    if (!isWaiting || !session.isEmpty()) {
      receiver.wrong("matched twice");
    }
    isWaiting = false;
    session = sessionId;
    receiver.matched(this, sessionId, System.nanoTime() - joinedNs);
  }

  void endCall() {
    socket.writeTextMessage(
        "42" + NAMESPACE + "[\"end-call\",{\"sessionId\":\"" + session + "\"}]");
  }

  void close() {
    if (!socket.isClosed()) {
      socket.closeHandler(null);
      socket.close();
    }
  }
}
