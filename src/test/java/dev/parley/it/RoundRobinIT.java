package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.conformance.ConformanceApp;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Unmodified clients against three nodes behind a proxy that sends every single request to another
/// node.
class RoundRobinIT {

  private static final int CLIENTS = 10;
  private static final int MESSAGES = 300;
  private static final long LIMIT_S = 60;

  private static Vertx vertx;
  private static ConformanceCluster cluster;
  private static RoundRobinProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    ClientProcess.installPackages();
    vertx = Vertx.vertx();
    cluster =
        new ConformanceCluster(
            3,
            ConformanceApp.quickSettings()
                .withHeartbeat(Duration.ofMillis(300), Duration.ofSeconds(10)));
    proxy = new RoundRobinProxy(vertx, cluster.ports());
  }

  @AfterAll
  static void stop() {
    SocketClient.await(vertx.close());
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "default", "websocket-first"})
  void theJavaScriptClientsPass(String mode) throws Exception {
    ClientProcess.run("node", "socketio.mjs", Integer.toString(proxy.port()), mode);
  }

  @Test
  void manyClientsLoseAndDoubleNothingUnderLoad() throws InterruptedException {
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      for (String transports : List.of("polling", "polling,websocket", "websocket")) {
        talks.add(new Talk(transports));
      }
    }

    talks.forEach(Talk::start);
    for (Talk talk : talks) {
      talk.end();
    }

    List<Integer> expected = IntStream.range(0, MESSAGES).boxed().toList();
    for (Talk talk : talks) {
      assertEquals(expected, talk.heard, talk.transports);
    }
  }

  /// One client that says numbers and hears them again.
  private static final class Talk {
    private final String transports;
    private final Socket socket;
    private final List<Integer> heard = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private int said;

    Talk(String transports) {
      this.transports = transports;
      IO.Options options = new IO.Options();
      options.forceNew = true;
      options.reconnection = false;
      options.transports = transports.split(",", -1);
      socket = IO.socket(URI.create("http://127.0.0.1:" + proxy.port()), options);
    }

    void start() {
      socket.on(Socket.EVENT_CONNECT, _ -> say());
      socket.on("message-back", this::onEcho);
      socket.on(Socket.EVENT_DISCONNECT, _ -> done.countDown());
      socket.on(Socket.EVENT_CONNECT_ERROR, _ -> done.countDown());
      socket.connect();
    }

    /// On the client's thread. Some are on the way at any time, across the change of transports.
    private void say() {
      for (int i = 0; i < 5 && said < MESSAGES; i++) {
        socket.emit("message", said++);
      }
    }

    private void onEcho(Object... args) {
      heard.add((Integer) args[0]);
      if (heard.size() == MESSAGES) {
        done.countDown();
      } else if (said < MESSAGES) {
        socket.emit("message", said++);
      }
    }

    void end() throws InterruptedException {
      var _ = done.await(LIMIT_S, TimeUnit.SECONDS);
      socket.close();
    }
  }
}
