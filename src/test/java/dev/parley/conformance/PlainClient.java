package dev.parley.conformance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import java.lang.ref.Reference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A plain client that sends exactly what it is told and shows each frame that comes, for the
/// test's own thread. Its WebSocket answers ping frames by itself.
public final class PlainClient implements AutoCloseable {

  private static final long PATIENCE_S = 30;

  /// Closes its WebSockets when it is garbage collected, so that it is held on to.
  private final WebSocketClient client;

  private final ClientWebSocket webSocket;
  private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();

  private PlainClient(Vertx vertx) {
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxFrameSize(4_000_000)
                .setMaxMessageSize(4_000_000)
                .setTryUsePerMessageCompression(false));
    webSocket = client.webSocket();
    webSocket.textMessageHandler(received::add);
    webSocket.exceptionHandler(_ -> {});
    webSocket.closeHandler(
        _ -> closed.complete(webSocket.closeStatusCode() + " " + webSocket.closeReason()));
  }

  /// A WebSocket to `/ws`.
  public static PlainClient open(Vertx vertx, int port) {
    return open(vertx, new WebSocketConnectOptions().setPort(port).setURI("/ws"));
  }

  /// A WebSocket to what `options` say, on this host.
  public static PlainClient open(Vertx vertx, WebSocketConnectOptions options) {
    PlainClient opened = new PlainClient(vertx);
    await(opened.webSocket.connect(options.setHost("localhost")));
    return opened;
  }

  /// Sends each text as a message.
  public void send(String... texts) {
    for (String text : texts) {
      webSocket.writeTextMessage(text);
    }
  }

  public void send(Buffer bytes) {
    webSocket.writeBinaryMessage(bytes);
  }

  public void send(WebSocketFrame frame) {
    webSocket.writeFrame(frame);
  }

  /// The next frame, as it is.
  public String text() {
    try {
      String text = received.poll(PATIENCE_S, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("nothing came; closed: " + closed.getNow("not"));
      }
      return text;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      Reference.reachabilityFence(client);
    }
  }

  /// The next frame.
  public JsonObject next() {
    return new JsonObject(text());
  }

  /// The next event of that name; the frames before it are skipped.
  public JsonObject next(String event) {
    JsonObject frame = next();
    while (!event.equals(frame.getString("event"))) {
      frame = next();
    }
    return frame;
  }

  /// Sends a command and returns the frame that answers it; the frames before it are skipped.
  public JsonObject ask(int id, String event, JsonObject data) {
    send(new JsonObject().put("event", event).put("id", id).put("data", data).encode());
    return answer(id);
  }

  /// The frame that answers the command of that id; the frames before it are skipped.
  public JsonObject answer(int id) {
    JsonObject frame = next();
    while (frame.containsKey("event") || frame.getInteger("id") != id) {
      frame = next();
    }
    return frame;
  }

  /// Waits for the end, and tells the status and the reason.
  public String closed() {
    try {
      return closed.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("not closed; received " + received, e);
    } finally {
      Reference.reachabilityFence(client);
    }
  }

  /// Whether frames are there that nobody has looked at.
  public boolean hasMore() {
    return !received.isEmpty();
  }

  /// Stops reading.
  public void pause() {
    webSocket.pause();
  }

  /// Reads again.
  public void resume() {
    webSocket.resume();
  }

  /// Ends the connection without a close frame.
  public void cut() {
    if (webSocket instanceof WebSocketInternal internal) {
      var _ = internal.channelHandlerContext().close();
    }
    closed();
  }

  @Override
  public void close() {
    webSocket.close();
    closed();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
