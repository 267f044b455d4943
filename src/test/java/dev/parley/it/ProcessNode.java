package dev.parley.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A node in a process of its own, to be killed.
final class ProcessNode implements AutoCloseable {

  private static final int PATIENCE_S = 60;

  private final Process process;
  private final Path directory;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private ProcessNode(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /// Starts the nodes of one cluster and waits until all are ready.
  ///
  /// @param roles of each node, besides api and signaling
  static List<ProcessNode> cluster(StoresExtension.Stores stores, List<List<String>> roles)
      throws IOException, InterruptedException {
    return cluster(stores, roles, SocketClient.object());
  }

  /// @param changes what is different on all nodes
  static List<ProcessNode> cluster(
      StoresExtension.Stores stores, List<List<String>> roles, ObjectNode changes)
      throws IOException, InterruptedException {
    int[] ports = ClusterNodes.freePorts(2 * roles.size());
    List<String> members = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      members.add("127.0.0.1:" + ports[i]);
    }
    List<ProcessNode> nodes = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      List<String> all = new ArrayList<>(List.of("api", "signaling"));
      all.addAll(roles.get(i));
      int port = ports[roles.size() + i];
      ObjectNode config = config(all, members, ports[i], port);
      nodes.add(start(stores, config.<ObjectNode>setAll(changes).toString(), port));
    }
    for (ProcessNode node : nodes) {
      node.awaitReady();
    }
    return nodes;
  }

  /// Starts a node of a cluster that is there, or begins one, and waits until it is ready.
  ///
  /// @param members of the cluster, which is named after the first
  /// @param member port at which it is one of them
  static ProcessNode join(
      StoresExtension.Stores stores, List<String> members, int member, ObjectNode changes)
      throws IOException, InterruptedException {
    int port = ClusterNodes.freePorts(1)[0];
    ObjectNode config = config(List.of("api", "signaling", "media"), members, member, port);
    ProcessNode node = start(stores, config.<ObjectNode>setAll(changes).toString(), port);
    node.awaitReady();
    return node;
  }

  private static ObjectNode config(List<String> roles, List<String> members, int member, int port) {
    return SocketClient.object(
        "mode",
        "test",
        "roles",
        roles,
        "listeners",
        List.of(
            SocketClient.object(
                "host",
                "127.0.0.1",
                "port",
                port,
                "dialects",
                List.of("conference", "match", "meeting", "room"))),
        "accounts",
        SocketClient.object(
            "jwtSecret",
            TestNode.JWT_SECRET,
            "passwordHashing",
            SocketClient.object("memoryKiB", 64, "iterations", 1)),
        "media",
        SocketClient.object(
            "listenIp", "127.0.0.1", "minPort", 46000, "maxPort", 46999, "workers", 1),
        "limits",
        SocketClient.object("http", SocketClient.object("events", 1_000_000)),
        "cluster",
        SocketClient.object(
            "enabled",
            true,
            "name",
            members.getFirst(),
            "port",
            member,
            "busPort",
            0,
            "members",
            members));
  }

  private static ProcessNode start(StoresExtension.Stores stores, String config, int port)
      throws IOException {
    Path directory = Files.createTempDirectory("parley-node");
    Path file = Files.writeString(directory.resolve("node.jsonc"), config);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--config",
            file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(directory.resolve("log").toFile());
    Map<String, String> env = new HashMap<>(stores.env());
    env.put("PATH", System.getenv().getOrDefault("PATH", ""));
    builder.environment().clear();
    builder.environment().putAll(env);
    return new ProcessNode(builder.start(), directory, port);
  }

  int port() {
    return port;
  }

  private void awaitReady() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build();
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (System.nanoTime() < deadlineNs && process.isAlive()) {
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (ConnectException _) {
        // It is not there yet.
      }
      var _ = process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("node not ready: " + log());
  }

  /// Makes a user and returns his token.
  String register(String name) {
    JsonNode answer =
        post(
            "/auth/register",
            SocketClient.object(
                "email", name + "@example.com", "password", "password", "displayName", name));
    String token = answer.path("accessToken").asText();
    if (token.isEmpty()) {
      throw new AssertionError("not registered: " + answer);
    }
    return token;
  }

  JsonNode post(String path, ObjectNode body) {
    return SocketClient.tree(
        send(
            request(path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
  }

  /// The body of what is answered.
  String get(String path) {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private String send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Ends the process as the kernel does it: nothing is said, nothing is written.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    http.close();
  }
}
