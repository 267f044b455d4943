package dev.parley.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// A client that keeps talking to its room and comes back by itself, to wherever it is sent, when
/// its connection is lost. It writes down what it hears.
final class Talker {

  private static final int LIMIT_S = 30;
  private static final long RECONNECT_MS = 50;

  private final Vertx vertx;
  private final WebSocketClient client;
  private final IntSupplier ports;
  private final String token;
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new HashMap<>();
  private final Map<Integer, Integer> unanswered = new HashMap<>();

  /// Socket id of the sender to what he said, in the order heard.
  private final Map<String, List<Integer>> heard = new HashMap<>();

  private final Set<Integer> confirmed = new HashSet<>();
  private final List<String> others = new ArrayList<>();
  private final List<Boolean> recoveries = new ArrayList<>();
  private CompletableFuture<String> ready = new CompletableFuture<>();
  private ClientWebSocket socket;
  private String sid = "";
  private String pid = "";
  private String offset = "";
  private String userId = "";
  private int nextAck;
  private int said;
  private boolean isUp;
  private boolean isOver;

  /// @param ports where to connect next
  Talker(Vertx vertx, IntSupplier ports, String token) {
    this.vertx = vertx;
    this.client =
        vertx.createWebSocketClient(new WebSocketClientOptions().setConnectTimeout(2_000));
    this.ports = ports;
    this.token = token;
    this.socket = client.webSocket();
  }

  /// Connects, and waits for the server's word.
  Talker open() {
    connect();
    get(ready);
    return this;
  }

  private synchronized void connect() {
    if (isOver) {
      return;
    }
    ClientWebSocket opened = client.webSocket();
    socket = opened;
    opened.textMessageHandler(text -> onText(opened, text));
    opened.closeHandler(_ -> onClosed(opened));
    opened.exceptionHandler(_ -> {});
    opened
        .connect(ports.getAsInt(), "127.0.0.1", "/socket.io/?EIO=4&transport=websocket")
        .onFailure(_ -> onClosed(opened));
  }

  private synchronized void onClosed(ClientWebSocket closed) {
    if (!closed.equals(socket)) {
      return;
    }
    isUp = false;
    unanswered.clear();
    if (!isOver) {
      vertx.setTimer(RECONNECT_MS, _ -> connect());
    }
  }

  private synchronized void onText(ClientWebSocket from, String text) {
    if (!from.equals(socket)) {
      return;
    }
    if (text.startsWith("0")) {
      ObjectNode auth = SocketClient.object("token", token);
      if (!pid.isEmpty()) {
        auth.put("pid", pid).put("offset", offset);
      }
      from.writeTextMessage("40" + auth);
    } else if (text.equals("2")) {
      from.writeTextMessage("3");
    } else if (text.startsWith("40")) {
      onJoined(SocketClient.tree(text.substring(2)));
    } else if (text.startsWith("42")) {
      onEvent(SocketClient.tree(text.substring(2)));
    } else if (text.startsWith("43")) {
      int json = text.indexOf('[');
      onAck(Integer.parseInt(text.substring(2, json)), SocketClient.tree(text.substring(json)));
    } else {
      others.add(text);
    }
  }

  private void onJoined(JsonNode joined) {
    String now = joined.path("pid").asText();
    if (!pid.isEmpty()) {
      recoveries.add(now.equals(pid) && joined.path("sid").asText().equals(sid));
    }
    pid = now;
    sid = joined.path("sid").asText();
    isUp = true;
    if (recoveries.size() > 0) {
      ready.complete("");
    }
  }

  private void onEvent(JsonNode event) {
    offset = event.path(event.size() - 1).asText();
    JsonNode payload = event.path(1);
    switch (event.path(0).asText()) {
      case "room:message" ->
          heard
              .computeIfAbsent(payload.path("socketId").asText(), _ -> new ArrayList<>())
              .add(payload.path("data").path("n").asInt());
      case "authenticated" -> {
        userId = payload.path("userId").asText();
        ready.complete("");
      }
      default -> others.add(event.toString());
    }
  }

  private void onAck(int ack, JsonNode answer) {
    Integer number = unanswered.remove(ack);
    CompletableFuture<JsonNode> waiting = asked.remove(ack);
    if (number != null && answer.path(0).path("success").asBoolean()) {
      confirmed.add(number);
    } else if (waiting != null) {
      waiting.complete(answer.path(0));
    } else {
      others.add("ack " + answer);
    }
  }

  /// Asks and waits for the answer.
  JsonNode ask(String name, Object... fields) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    synchronized (this) {
      int ack = nextAck++;
      asked.put(ack, answer);
      socket.writeTextMessage(
          "42" + ack + "[\"" + name + "\"," + SocketClient.object(fields) + "]");
    }
    return get(answer);
  }

  /// Says the next number to the room, if it is connected.
  synchronized void say(String room) {
    if (isUp) {
      int ack = nextAck++;
      int number = ++said;
      unanswered.put(ack, number);
      socket.writeTextMessage(
          "42"
              + ack
              + "[\"room:message\","
              + SocketClient.object("roomId", room, "data", SocketClient.object("n", number))
              + "]");
    }
  }

  synchronized String sid() {
    return sid;
  }

  synchronized String userId() {
    return userId;
  }

  /// Numbers whose delivery the server has confirmed.
  synchronized Set<Integer> confirmed() {
    return Set.copyOf(confirmed);
  }

  /// What was heard of the sender of this socket id, in order.
  synchronized List<Integer> heardOf(String socketId) {
    return List.copyOf(heard.getOrDefault(socketId, List.of()));
  }

  /// What else was heard.
  synchronized List<String> others() {
    return List.copyOf(others);
  }

  synchronized void forgetOthers() {
    others.clear();
  }

  /// Whether each coming back found the socket as it was.
  synchronized List<Boolean> recoveries() {
    return List.copyOf(recoveries);
  }

  synchronized boolean isUp() {
    return isUp;
  }

  synchronized void end() {
    isOver = true;
    socket.close();
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }
}
