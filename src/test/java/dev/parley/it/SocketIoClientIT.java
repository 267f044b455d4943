package dev.parley.it;

import dev.parley.conformance.ConformanceApp;
import dev.parley.signaling.socketio.Recovery;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Unmodified clients of other people: socket.io-client 4.0, 4.4 and 4.8 in Node.js, which are
/// installed on first use, and python-socketio. Several event loops share the port.
class SocketIoClientIT {

  private static Vertx vertx;
  private static String port;

  @BeforeAll
  static void start() throws Exception {
    ClientProcess.installPackages();
    vertx = Vertx.vertx();
    ConformanceApp app =
        ConformanceApp.start(
                vertx,
                0,
                // Patient: two processes share the machine with whatever else it does.
                ConformanceApp.quickSettings()
                    .withHeartbeat(Duration.ofMillis(300), Duration.ofSeconds(30)),
                ConformanceApp.quickLimits().withConnectTimeout(Duration.ofSeconds(30)),
                Recovery.off(),
                3)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    port = Integer.toString(app.port());
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "default", "websocket-first"})
  void everyVersionOfTheJavaScriptClientPasses(String mode) throws Exception {
    ClientProcess.run("node", "socketio.mjs", port, mode);
  }

  @Test
  void thePythonClientPasses() throws Exception {
    ClientProcess.runPython(port);
  }
}
