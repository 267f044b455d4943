package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.conformance.ConformanceApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Unmodified clients against three nodes behind nginx as a distribution packs it, without
/// stickiness (`src/test/clients/nginx.conf`).
class NginxIT extends JavaClientSuite {

  private static @Nullable ConformanceCluster cluster;
  private static @Nullable Process nginx;
  private static int port;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    if (!ClientProcess.succeeds("nginx", "-v")) {
      System.err.println("SKIPPED: NginxIT needs nginx (Debian: nginx-light)");
      Assumptions.abort("no nginx");
    }
    ClientProcess.installPackages();
    ConformanceCluster nodes =
        new ConformanceCluster(
            3,
            ConformanceApp.quickSettings()
                .withHeartbeat(Duration.ofMillis(300), Duration.ofSeconds(10)));
    cluster = nodes;
    port = ClusterNodes.freePorts(1)[0];
    String servers =
        nodes.ports().stream()
            .map(node -> "server 127.0.0.1:" + node + ";")
            .collect(Collectors.joining(" "));
    String config =
        Files.readString(ClientProcess.DIRECTORY.resolve("nginx.conf"))
            .replace("@SERVERS@", servers)
            .replace("@PORT@", Integer.toString(port));
    Path file = Files.writeString(directory.resolve("nginx.conf"), config);
    nginx =
        new ProcessBuilder("nginx", "-p", directory.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Eventually.equal(true, NginxIT::listens);
  }

  private static boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (nginx != null) {
      nginx.destroy();
      assertTrue(nginx.waitFor(10, TimeUnit.SECONDS));
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "default", "websocket-first"})
  void theJavaScriptClientsPass(String mode) throws Exception {
    ClientProcess.run("node", "socketio.mjs", Integer.toString(port), mode);
  }

  @Test
  void thePythonClientPasses() throws Exception {
    ClientProcess.runPython(Integer.toString(port));
  }

  @Override
  int port() {
    return port;
  }
}
