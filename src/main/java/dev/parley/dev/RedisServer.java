package dev.parley.dev;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/// A Redis on a directory of its own, reached on 127.0.0.1 without password.
///
/// It runs on when this process dies without closing it; the next start on the directory takes it
/// over, and a stranger on the remembered port is left alone.
final class RedisServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long PAUSE_NS = 20_000_000;

  private final int port;

  private RedisServer(int port) {
    this.port = port;
  }

  /// Starts the server, or takes over the one that runs on this directory.
  ///
  /// @param persistent what is written survives a restart
  static RedisServer start(Path directory, boolean persistent) throws IOException {
    Files.createDirectories(directory);
    Path root = directory.toRealPath();
    Path portFile = root.resolve("redis.port");
    int recorded = Ports.recorded(portFile);
    if (recorded > 0 && serves(recorded, root)) {
      LOG.atInfo().addKeyValue("port", recorded).log("Redis runs already");
      return new RedisServer(recorded);
    }
    int port = Ports.preferred(portFile);
    new Commands(List.of())
        .run(
            ExecutableProvider.newJarResourceProvider().get().getAbsolutePath(),
            "--bind",
            "127.0.0.1",
            "--port",
            String.valueOf(port),
            "--dir",
            root.toString(),
            "--daemonize",
            "yes",
            "--logfile",
            root.resolve("redis.log").toString(),
            "--save",
            "",
            "--appendonly",
            persistent ? "yes" : "no");
    await("start", () -> serves(port, root));
    Ports.record(portFile, port);
    return new RedisServer(port);
  }

  int port() {
    return port;
  }

  /// Writes what is to be kept and ends the server, adopted or not.
  @Override
  public void close() {
    try {
      ask(port, "SHUTDOWN");
    } catch (IOException _) {
      // Redis closes the connection instead of answering.
    }
    await("end", () -> !answers(port));
  }

  /// True when a Redis on the port works in the directory.
  private static boolean serves(int port, Path directory) {
    try {
      return ask(port, "CONFIG", "GET", "dir").contains(directory.toString());
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean answers(int port) {
    try {
      return !ask(port, "PING").isEmpty();
    } catch (IOException _) {
      return false;
    }
  }

  /// The lines of the answer to one command (RESP2 requests, read line by line).
  private static List<String> ask(int port, String... command) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(2000);
      var request = new StringBuilder("*" + command.length + "\r\n");
      for (String word : command) {
        request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
      }
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> lines = new ArrayList<>();
      String first = in.readLine();
      if (first == null) {
        throw new IOException("the server closed the connection");
      }
      lines.add(first);
      int more = first.startsWith("*") ? 2 * Integer.parseInt(first.substring(1)) : 0;
      for (int i = 0; i < more; i++) {
        lines.add(String.valueOf(in.readLine()));
      }
      return lines;
    } catch (NumberFormatException e) {
      throw new IOException("not a Redis", e);
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("Redis did not " + what + "; see redis.log");
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }
}
