package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The unmodified Java client of Socket.IO, as Android applications use it, over each transport and
/// from one to the other, against the application of `ConformanceApp` wherever it runs.
abstract class JavaClientSuite {

  private static final long LIMIT_S = 15;

  /// Where the servers are reached.
  abstract int port();

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void echoesTextsObjectsAndBytes(String transports) throws Exception {
    try (Client client = new Client(port(), "/", transports)) {
      client.socket.emit("message", "h\u00e9\uD83D\uDE00", new JSONObject("{\"a\":[1,null]}"));
      Object[] texts = client.next("message-back");
      assertEquals("h\u00e9\uD83D\uDE00", texts[0]);
      assertEquals("{\"a\":[1,null]}", texts[1].toString());

      client.socket.emit("message", (Object) new byte[] {0, 1, -1});
      assertArrayEquals(new byte[] {0, 1, -1}, (byte[]) client.next("message-back")[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void isAcknowledgedInOrder(String transports) throws Exception {
    try (Client client = new Client(port(), "/", transports)) {
      for (int i = 0; i < 200; i++) {
        client.ask("message-with-ack", i);
      }
      for (int i = 0; i < 200; i++) {
        assertEquals(i, client.next("$ack")[0]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void answersTheServer(String transports) throws Exception {
    try (Client client = new Client(port(), "/", transports)) {
      client.socket.on("question", args -> ((Ack) args[1]).call("yes " + args[0]));
      client.ask("ask", "question", 7);
      assertEquals("yes 7", client.next("$ack")[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void getsABurstInOrderAndEndsUpWhereItShould(String transports) throws Exception {
    try (Client client = new Client(port(), "/dyn-55", transports)) {
      client.socket.emit("burst", 1000);
      for (int i = 0; i < 1000; i++) {
        assertEquals(i, client.next("seq")[0]);
      }
      String expected = transports.equals("polling") ? "polling" : "websocket";
      client.ask("transport");
      Object last = client.next("$ack")[0];
      for (int i = 0; i < 100 && !last.equals(expected); i++) {
        client.ask("transport");
        last = client.next("$ack")[0];
      }
      assertEquals(expected, last);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void isDisconnectedByTheServer(String transports) throws Exception {
    try (Client client = new Client(port(), "/", transports)) {
      client.socket.emit("kick", true);
      assertEquals("io server disconnect", client.next(Socket.EVENT_DISCONNECT)[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void isToldWhyItIsRefused(String transports) throws Exception {
    IO.Options options = options(transports);
    Socket socket = IO.socket(URI.create("http://localhost:" + port() + "/auth"), options);
    BlockingQueue<Object[]> errors = new LinkedBlockingQueue<>();
    socket.on(Socket.EVENT_CONNECT_ERROR, errors::add);

    socket.connect();

    Object[] error = errors.poll(LIMIT_S, TimeUnit.SECONDS);
    socket.close();
    assertEquals("bad token", message(error));
  }

  private static String message(Object[] error) throws JSONException {
    return error == null ? "" : ((JSONObject) error[0]).getString("message");
  }

  private static IO.Options options(String transports) {
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = false;
    options.transports = transports.split(",", -1);
    options.auth = Map.of("token", "wrong");
    return options;
  }

  /// A connected client that keeps what it hears until the test asks for it.
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final Map<String, BlockingQueue<Object[]>> heard;

    Client(int port, String namespace, String transports) {
      socket = IO.socket(URI.create("http://localhost:" + port + namespace), options(transports));
      heard =
          Map.of(
              "message-back",
              new LinkedBlockingQueue<>(),
              "seq",
              new LinkedBlockingQueue<>(),
              "$ack",
              new LinkedBlockingQueue<>(),
              Socket.EVENT_CONNECT,
              new LinkedBlockingQueue<>(),
              Socket.EVENT_DISCONNECT,
              new LinkedBlockingQueue<>());
      heard.forEach((event, queue) -> socket.on(event, queue::add));
      socket.connect();
      next(Socket.EVENT_CONNECT);
    }

    /// Emits an event whose acknowledgement is heard as `$ack`.
    void ask(String event, Object... args) {
      socket.emit(event, args, answer -> hear(answer));
    }

    private void hear(Object[] answer) {
      queue("$ack").add(answer);
    }

    Object[] next(String event) {
      try {
        Object[] args = queue(event).poll(LIMIT_S, TimeUnit.SECONDS);
        if (args == null) {
          throw new AssertionError("did not hear " + event);
        }
        return args;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private BlockingQueue<Object[]> queue(String event) {
      BlockingQueue<Object[]> queue = heard.get(event);
      if (queue == null) {
        throw new AssertionError("nobody listens to " + event);
      }
      return queue;
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
