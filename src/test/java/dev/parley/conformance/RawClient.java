package dev.parley.conformance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A client that says exactly what it is told and shows exactly what comes, for the test's own
/// thread, over whatever transport. Pings are answered unless the test wants to see them.
abstract class RawClient {

  static final long PATIENCE_S = 30;

  private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final boolean answersPings;

  RawClient(boolean answersPings) {
    this.answersPings = answersPings;
  }

  /// A WebSocket to `uri` that answers pings.
  static RawWebSocket open(Vertx vertx, int port, String uri) {
    return open(vertx, port, uri, true);
  }

  static RawWebSocket open(Vertx vertx, int port, String uri, boolean answersPings) {
    return RawWebSocket.open(vertx, port, uri, answersPings);
  }

  /// A Socket.IO client on a WebSocket that has seen the open packet and joined the main namespace.
  static RawWebSocket joined(Vertx vertx, int port) {
    RawWebSocket client = open(vertx, port, "/socket.io/?EIO=4&transport=websocket");
    client.join();
    return client;
  }

  /// Whether a WebSocket to `uri` is refused.
  static boolean isRefused(Vertx vertx, int port, WebSocketConnectOptions options) {
    return RawWebSocket.isRefused(vertx, port, options);
  }

  /// Takes the open packet and joins the main namespace.
  final void join() {
    text();
    send("40");
    text();
    text();
  }

  /// Sends text packets as they are.
  abstract void send(String... texts);

  abstract void send(Buffer bytes);

  /// Ends the connection as a client does that has had enough.
  abstract void close();

  /// Goes away without a word.
  abstract void cut();

  /// A text has come. Any thread.
  final void onText(String text) {
    if (answersPings && text.equals("2")) {
      send("3");
    } else {
      received.add(text);
    }
  }

  final void onBytes(Buffer bytes) {
    received.add(bytes);
  }

  /// The end has come. Any thread; the first status counts.
  final void onClosed(int status) {
    closed.complete(status);
  }

  final boolean isClosed() {
    return closed.isDone();
  }

  /// The next text.
  final String text() {
    if (next() instanceof String text) {
      return text;
    }
    throw new AssertionError("bytes instead of a text");
  }

  /// The next bytes.
  final Buffer bytes() {
    Object next = next();
    if (next instanceof Buffer bytes) {
      return bytes;
    }
    throw new AssertionError("a text instead of bytes: " + next);
  }

  /// Waits for the end, and tells the status that a WebSocket is closed with.
  int closeStatus() {
    try {
      return closed.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("not closed; received " + received, e);
    }
  }

  Object next() {
    try {
      Object next = received.poll(PATIENCE_S, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came; closed: " + closed.isDone());
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
