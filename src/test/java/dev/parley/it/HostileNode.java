package dev.parley.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.Node;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/// An all-in-one node on free ports, whose log and metrics are watched.
final class HostileNode implements AutoCloseable {

  private static final List<String> LEVELS =
      List.of(
          "parley_connections",
          "parley_rooms",
          "parley_participants",
          "parley_media_transports",
          "parley_media_producers",
          "parley_media_consumers");

  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(15);

  private static final String CONFIG =
      """
      {
        "mode": "test",
        "listeners": [{ "host": "127.0.0.1", "port": 0 }],
        "accounts": {
          "jwtSecret": "a secret for tests alone",
          "passwordHashing": { "memoryKiB": 64, "iterations": 1 }
        },
        "rooms": { "rateLimit": { "events": 50000, "window": "60s" } },
        "signaling": {
          "eventLimit": { "rate": 100000, "burst": 100000 }, "resume": { "window": 0 }
        },
        "limits": { "http": { "events": 100000, "window": "60s" } },
        "media": {
          "listenIp": "127.0.0.1", "announcedIp": "127.0.0.1", "minPort": 46000, "maxPort": 46999,
          "workers": 2
        },
        "metrics": { "port": 0 }
      }
      """;

  private final Node node;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Errors errors = new Errors();

  /// Keeps what is logged as an error.
  private static final class Errors extends AppenderBase<ILoggingEvent> {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        seen.add(
            event.getLoggerName()
                + ": "
                + event.getFormattedMessage()
                + "\n"
                + ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
  }

  private HostileNode(Node node) {
    this.node = node;
    this.url = URI.create(node.urls().getFirst());
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      errors.setContext(root.getLoggerContext());
      errors.start();
      root.addAppender(errors);
    }
  }

  static HostileNode start(StoresExtension.Stores stores) {
    return start(stores, "{}");
  }

  /// @param json what is different from the configuration of all such nodes
  static HostileNode start(StoresExtension.Stores stores, String json) {
    try {
      JsonNode config = Json.MAPPER.readTree(CONFIG);
      if (json.contains("\"listeners\"") && config instanceof ObjectNode object) {
        object.remove("listeners");
      }
      config = Json.MAPPER.readerForUpdating(config).readValue(json);
      return new HostileNode(Node.start(ConfigFile.of(config.toString(), stores.env())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The port of the listener at this place in the configuration.
  int port(int listener) {
    return URI.create(node.urls().get(listener)).getPort();
  }

  int port() {
    return port(0);
  }

  /// What was logged as an error since the last call.
  List<String> takeErrors() {
    List<String> taken = new ArrayList<>();
    for (String error = errors.seen.poll(); error != null; error = errors.seen.poll()) {
      taken.add(error);
    }
    return taken;
  }

  /// Makes an account and returns its token.
  String account() {
    String body =
        "{\"email\":\""
            + UUID.randomUUID()
            + "@example.com\",\"password\":\"12345678\",\"displayName\":\"Somebody\"}";
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/auth/register"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String answer = send(request);
    return Json.read(answer, JsonNode.class).path("accessToken").asText();
  }

  /// The user a token names.
  static String userId(String token) {
    byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    return Json.read(claims, JsonNode.class).path("sub").asText();
  }

  RawSocketIo connect(String token) {
    return RawSocketIo.connect(http, url, token);
  }

  RawSocketIo open() {
    return RawSocketIo.open(http, url);
  }

  private String send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Sends bytes as they stand and reads until the node closes.
  String http(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      socket.setSoTimeout(10_000);
      Thread.ofVirtual()
          .start(() -> {
            try {
              socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              // The node has answered and closed before it read all.
            }
          });
      StringBuilder answer = new StringBuilder();
      byte[] part = new byte[8192];
      try {
        for (int n = socket.getInputStream().read(part);
            n >= 0;
            n = socket.getInputStream().read(part)) {
          answer.append(new String(part, 0, n, StandardCharsets.ISO_8859_1));
        }
      } catch (java.net.SocketException e) {
        // Reset after the answer, as not all of the request was read.
      }
      return answer.toString();
    }
  }

  /// Sends the beginning of a request and leaves it at that.
  Socket begin(String beginning) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
    socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /// Levels by name, as the metrics say now.
  Map<String, Double> levels() {
    Map<String, Double> levels = new HashMap<>();
    for (String line : node.metrics().scrape().lines().toList()) {
      for (String level : LEVELS) {
        if (line.startsWith(level + " ")) {
          levels.put(level, Double.valueOf(line.substring(level.length() + 1)));
        }
      }
    }
    return levels;
  }

  /// Sum of the totals whose line contains this.
  double total(String part) {
    return node.metrics()
        .scrape()
        .lines()
        .filter(line -> !line.startsWith("#") && line.contains(part))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  void awaitLevels(Map<String, Double> wanted) {
    await(() -> levels().equals(wanted), () -> levels() + " instead of " + wanted);
  }

  void awaitLevel(String name, double wanted) {
    await(() -> levels().getOrDefault(name, -1.0) == wanted, () -> name + " in " + levels());
  }

  void awaitTotal(String part, double atLeast) {
    await(() -> total(part) >= atLeast, () -> part + " is " + total(part));
  }

  private static void await(BooleanSupplier condition, Supplier<String> complaint) {
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError(complaint.get());
      }
      new CompletableFuture<Boolean>().completeOnTimeout(true, 50, TimeUnit.MILLISECONDS).join();
    }
  }

  @Override
  public void close() {
    http.close();
    node.close();
    errors.stop();
  }
}
