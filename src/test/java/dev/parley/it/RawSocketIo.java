package dev.parley.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A Socket.IO client that sends whatever it is told to, packet by packet.
final class RawSocketIo implements AutoCloseable {

  private static final long PATIENCE_S = 10;
  private static final String CLOSED = "closed";

  private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;
  private int nextAck;

  private RawSocketIo(HttpClient http, URI node) {
    this.socket =
        http.newWebSocketBuilder()
            .buildAsync(
                URI.create("ws://" + node.getAuthority() + "/socket.io/?EIO=4&transport=websocket"),
                new Listener())
            .join();
    next(packet -> packet.startsWith("0{"));
  }

  /// Opens a session, joined to no namespace.
  static RawSocketIo open(HttpClient http, URI node) {
    return new RawSocketIo(http, node);
  }

  /// Opens a session and connects it to the default namespace as the holder of a token.
  static RawSocketIo connect(HttpClient http, URI node, String token) {
    RawSocketIo client = open(http, node);
    client.send("40{\"token\":\"" + token + "\"}");
    client.next(packet -> packet.startsWith("42[\"authenticated\""));
    return client;
  }

  void send(String packet) {
    socket.sendText(packet, true).exceptionally(_ -> socket).join();
  }

  void sendBinary(byte[] message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).exceptionally(_ -> socket).join();
  }

  /// The first packet of that kind; those before it are skipped.
  String next(Predicate<String> wanted) {
    try {
      while (true) {
        String packet = received.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (packet == null || packet.equals(CLOSED)) {
          throw new AssertionError(
              packet == null ? "nothing came" : "closed by the node: " + closed.getNow(-1));
        }
        if (wanted.test(packet)) {
          return packet;
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Sends an event with a payload as it stands and returns its acknowledgement.
  JsonNode ask(String event, String payload) {
    int id = nextAck++;
    send("42" + id + "[\"" + event + "\"," + payload + "]");
    return answer(id);
  }

  /// Sends an event without waiting for its acknowledgement.
  ///
  /// @return the id to wait for
  int post(String event, String payload) {
    int id = nextAck++;
    send("42" + id + "[\"" + event + "\"," + payload + "]");
    return id;
  }

  JsonNode answer(int id) {
    String head = "43" + id + "[";
    String packet = next(p -> p.startsWith(head));
    return Json.read(packet.substring(head.length() - 1), JsonNode.class).path(0);
  }

  /// The code with which the node closes the WebSocket.
  ///
  /// @param why what it is to be closed for, for the complaint when it is not
  int closeCode(String why) {
    try {
      return closed.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("not closed for " + why, e);
    }
  }

  @Override
  public void close() {
    socket.abort();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        received.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      received.add(CLOSED);
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      received.add(CLOSED);
      closed.completeExceptionally(Objects.requireNonNull(error));
    }
  }
}
