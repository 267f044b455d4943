package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.conformance.ConformanceApp;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Unmodified socket.io-client versions 4.0, 4.4 and 4.8 in Node.js. Installs them on first use.
class SocketIoClientIT {

  private static final Path CLIENTS = Path.of("src/test/clients");

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void everyClientVersionPassesOverWebSocket() throws Exception {
    if (!Files.isDirectory(CLIENTS.resolve("node_modules"))) {
      run("npm", "ci", "--no-audit", "--no-fund");
    }
    ConformanceApp app =
        ConformanceApp.start(vertx, 0, ConformanceApp.quickSettings(), ConformanceApp.quickLimits())
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);

    run("node", "socketio-websocket.mjs", Integer.toString(app.port()));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(CLIENTS.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
