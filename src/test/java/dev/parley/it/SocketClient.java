package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A Socket.IO client in the hand of a test: it says what the test tells it to, one thing after the
/// other, and keeps what it hears until the test asks for it. Every wait is bounded.
///
/// What is not an event is kept as one too: `$open`, `$connect`, `$connect_error`, `$disconnect`,
/// `$close`.
final class SocketClient implements AutoCloseable {

  static final String CONNECT = "$connect";
  static final String CONNECT_ERROR = "$connect_error";
  static final String DISCONNECT = "$disconnect";
  static final String CLOSE = "$close";
  private static final String OPEN = "$open";

  private static final long LIMIT_S = 15;
  private static final int ROUND_TRIPS = 4;

  /// One thing heard.
  record Heard(String name, JsonNode payload) {}

  private final WebSocketClient client;
  private final ClientWebSocket socket;
  private final List<Heard> heard = new ArrayList<>();
  private final Map<Integer, CompletableFuture<JsonNode>> acks = new ConcurrentHashMap<>();
  private final AtomicInteger nextAck = new AtomicInteger();
  private String id = "";
  private String userId = "";
  private String pid = "";
  private volatile String offset = "";

  /// What packets of the namespace begin with.
  private volatile String at = "";

  private SocketClient(Vertx vertx) {
    client = vertx.createWebSocketClient();
    socket = client.webSocket();
    socket.textMessageHandler(this::onText);
    socket.closeHandler(_ -> hear(CLOSE, MissingNode.getInstance()));
  }

  /// Opens a WebSocket and waits for the Engine.IO handshake; says nothing.
  static SocketClient open(Vertx vertx, int port, Map<String, String> headers) {
    return open(vertx, port, "/socket.io/", headers);
  }

  /// @param path where the server is
  static SocketClient open(Vertx vertx, int port, String path, Map<String, String> headers) {
    SocketClient opened = new SocketClient(vertx);
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI(path + "?EIO=4&transport=websocket");
    headers.forEach(options::addHeader);
    await(opened.socket.connect(options));
    opened.next(OPEN);
    return opened;
  }

  /// Connects to the default namespace and waits for its answer.
  SocketClient connect(Map<String, String> auth) {
    send("40" + (auth.isEmpty() ? "" : Json.write(auth)));
    JsonNode joined = next(CONNECT);
    id = joined.path("sid").asText();
    pid = joined.path("pid").asText();
    return this;
  }

  /// Connects to another namespace, asking for `auth`, and waits for its answer.
  SocketClient connect(String namespace, Map<String, String> auth) {
    at = namespace + ",";
    send("40" + at + Json.write(auth));
    JsonNode joined = next(CONNECT);
    id = joined.path("sid").asText();
    pid = joined.path("pid").asText();
    return this;
  }

  /// Comes back after a loss, with what an earlier connection knew.
  SocketClient resume(SocketClient before) {
    Map<String, String> known = Map.of("pid", before.pid, "offset", before.offset);
    return before.at.isEmpty()
        ? connect(known)
        : connect(before.at.substring(0, before.at.length() - 1), known);
  }

  /// The secret by which the server knows the socket again.
  String pid() {
    return pid;
  }

  /// Waits until the server has taken our word for who we are.
  SocketClient authenticated() {
    userId = next("authenticated").path("userId").asText();
    return this;
  }

  /// `socket.id`
  String id() {
    return id;
  }

  String userId() {
    return userId;
  }

  void send(String text) {
    await(socket.writeTextMessage(text));
  }

  /// Emits an event without asking for an ack.
  ///
  /// @param fields names and values in turn
  void emit(String name, @Nullable Object... fields) {
    send("42" + at + Json.write(List.of(name, object(fields))));
  }

  /// Emits an event and waits for its ack.
  JsonNode ask(String name, @Nullable Object... fields) {
    return answer(begin(name, fields));
  }

  /// Emits an event that asks for an ack, to be waited for by `answer`.
  CompletableFuture<JsonNode> begin(String name, @Nullable Object... fields) {
    return begin(name, object(fields));
  }

  CompletableFuture<JsonNode> begin(String name, JsonNode payload) {
    int ack = nextAck.getAndIncrement();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    acks.put(ack, answer);
    send("42" + at + ack + Json.write(List.of(name, payload)));
    return answer;
  }

  static JsonNode answer(CompletableFuture<JsonNode> answer) {
    try {
      return answer.get(LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no ack", e);
    }
  }

  /// The ack of a failure, which is also told by the event `error`.
  String refusal(String name, Object... fields) {
    JsonNode ack = ask(name, fields);
    assertEquals(ack, next("error"), () -> name + " was answered " + ack);
    assertEquals("error", ack.path("status").asText());
    assertEquals(ack.has("retryAfterMs") ? 4 : 3, ack.size());
    return ack.path("code").asText() + ": " + ack.path("message").asText();
  }

  /// Joins a room and returns the ack.
  JsonNode join(String room) {
    JsonNode ack = ask("room:join", "roomId", room);
    assertEquals("", ack.path("status").asText(), ack::toString);
    return ack;
  }

  /// Makes a room and returns its id.
  String createRoom(Object... fields) {
    List<Object> all = new ArrayList<>(List.of("title", "A room"));
    all.addAll(List.of(fields));
    return ask("room:create", all.toArray()).path("roomId").asText();
  }

  /// The first event of that name that was not asked for yet; waits for one.
  JsonNode next(String name) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    synchronized (heard) {
      JsonNode found = take(name);
      while (found == null) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        if (leftMs <= 0) {
          throw new AssertionError("did not hear " + name + " but " + heard);
        }
        try {
          heard.wait(leftMs);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        found = take(name);
      }
      return found;
    }
  }

  private @Nullable JsonNode take(String name) {
    for (int i = 0; i < heard.size(); i++) {
      if (heard.get(i).name().equals(name)) {
        return heard.remove(i).payload();
      }
    }
    return null;
  }

  /// The names of what this server has told us by now, and we did not ask for. Nothing that a
  /// signaling node had decided to tell before this call can come later.
  List<String> names() {
    return all().stream().map(Heard::name).toList();
  }

  /// As `names`, with the payloads.
  List<Heard> all() {
    // More than once: on a busy machine what is told by way of the bus may be overtaken by one.
    for (int i = 0; i < ROUND_TRIPS; i++) {
      ask("test:nothing");
    }
    return leftOver();
  }

  /// What was heard by now and not asked for, without asking the server.
  List<Heard> leftOver() {
    synchronized (heard) {
      List<Heard> all = List.copyOf(heard);
      heard.clear();
      return all;
    }
  }

  private void onText(String text) {
    switch (text.charAt(0)) {
      case '0' -> hear(OPEN, tree(text.substring(1)));
      case '2' -> socket.writeTextMessage("3");
      case '4' -> onPacket(text.substring(1));
      default -> hear("$unknown " + text, MissingNode.getInstance());
    }
  }

  private void onPacket(String packet) {
    int start = packet.startsWith(at, 1) ? 1 + at.length() : 1;
    int json = start;
    while (json < packet.length() && Character.isDigit(packet.charAt(json))) {
      json++;
    }
    JsonNode payload = tree(packet.substring(json));
    switch (packet.charAt(0)) {
      case '0' -> hear(CONNECT, payload);
      case '1' -> hear(DISCONNECT, payload);
      case '2' -> {
        offset = payload.path(payload.size() - 1).asText();
        hear(payload.path(0).asText(), payload.path(1));
      }
      case '4' -> hear(CONNECT_ERROR, payload);
      case '3' -> onAck(Integer.parseInt(packet.substring(start, json)), payload.path(0));
      default -> hear("$unknown " + packet, MissingNode.getInstance());
    }
  }

  private void onAck(int ack, JsonNode payload) {
    CompletableFuture<JsonNode> asked = acks.remove(ack);
    if (asked == null) {
      hear("$ack that nobody asked for", payload);
    } else {
      asked.complete(payload);
    }
  }

  private void hear(String name, JsonNode payload) {
    synchronized (heard) {
      heard.add(new Heard(name, payload));
      heard.notifyAll();
    }
  }

  static ObjectNode object(@Nullable Object... fields) {
    ObjectNode object = Json.MAPPER.createObjectNode();
    for (int i = 0; i < fields.length; i += 2) {
      object.set((String) fields[i], Json.MAPPER.valueToTree(fields[i + 1]));
    }
    return object;
  }

  static JsonNode tree(String json) {
    try {
      return json.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  static <T extends @Nullable Object> T await(Future<T> future) {
    try {
      return future.await(LIMIT_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /// Says that it leaves, closes the WebSocket and waits for its end.
  void leave() {
    send("41" + at);
    close();
  }

  /// Closes the WebSocket and waits for its end.
  @Override
  public void close() {
    await(client.close());
  }
}
