package dev.parley.it;

import dev.parley.conformance.ConformanceApp;
import dev.parley.signaling.socketio.Recovery;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The Java client against one node, several event loops of which share the port.
class JavaClientIT extends JavaClientSuite {

  private static Vertx vertx;
  private static int port;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    port =
        SocketClient.await(
                ConformanceApp.start(
                    vertx,
                    0,
                    ConformanceApp.quickSettings()
                        .withHeartbeat(Duration.ofMillis(300), Duration.ofSeconds(10)),
                    ConformanceApp.quickLimits().withConnectTimeout(Duration.ofSeconds(10)),
                    Recovery.off(),
                    3))
            .port();
  }

  @AfterAll
  static void stop() {
    SocketClient.await(vertx.close());
  }

  @Override
  int port() {
    return port;
  }
}
