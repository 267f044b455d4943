package dev.parley.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.Node;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// A node of Parley on a free port, and clients for it.
final class TestNode implements AutoCloseable {

  /// Signs users' tokens on all nodes of the tests.
  static final String JWT_SECRET = "a-secret-for-integration-tests";

  static final String ORIGIN = "https://app.example.com";

  private static final String DEFAULTS =
      """
      {
        "mode": "test",
        "listeners": [{
            "host": "127.0.0.1", "port": 0, "corsOrigins": ["%s"], "dialects": ["conference"]
          }],
        "accounts": {
          "jwtSecret": "%s",
          "passwordHashing": { "memoryKiB": 64, "iterations": 1 }
        },
        "media": { "listenIp": "127.0.0.1", "minPort": 46000, "maxPort": 46999, "workers": 1 },
        "turn": { "stunServers": [] },
        "signaling": { "resume": { "window": "1s" } },
        "limits": { "http": { "events": 1000000 } }
      }
      """
          .formatted(ORIGIN, JWT_SECRET);

  /// A user with a token of his own.
  record User(String email, String token) {}

  private final Node node;
  private final Vertx clients = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final StoreProbe probe;

  private TestNode(Node node, Stores stores) {
    this.node = node;
    this.probe = new StoreProbe(clients, stores);
  }

  /// Starts a node on the stores.
  ///
  /// @param json what is different from the tests' defaults
  static TestNode start(Stores stores, String json) {
    try {
      JsonNode config = SocketClient.tree(DEFAULTS);
      config = Json.MAPPER.readerForUpdating(config).readValue(json);
      return new TestNode(
          Node.start(ConfigFile.of(config.toString(), new HashMap<>(stores.env()))), stores);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Node node() {
    return node;
  }

  Vertx clients() {
    return clients;
  }

  StoreProbe probe() {
    return probe;
  }

  int port() {
    return URI.create(node.urls().getFirst()).getPort();
  }

  /// What an HTTP request was answered.
  record Answer(int status, String text, HttpResponse<String> response) {

    JsonNode json() {
      return SocketClient.tree(text);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Answer get(String path) {
    return http("GET", path, "", Map.of());
  }

  Answer post(String path, Object body) {
    String text = body instanceof String given ? given : Json.write(body);
    return http("POST", path, text, Map.of("content-type", "application/json"));
  }

  Answer http(String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(15))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// An address that nobody has.
  static String email() {
    return UUID.randomUUID() + "@example.com";
  }

  /// Makes an account.
  User register(String displayName) {
    String email = email();
    ObjectNode body =
        SocketClient.object("email", email, "password", "12345678", "displayName", displayName);
    Answer answer = post("/auth/register", body);
    if (answer.status() != 201) {
      throw new AssertionError(answer.text());
    }
    return new User(email, answer.json().path("accessToken").asText());
  }

  /// A connection of a user, authenticated.
  SocketClient connect(User user) {
    return SocketClient.open(clients, port(), Map.of())
        .connect(Map.of("token", user.token()))
        .authenticated();
  }

  /// A connection of a new user.
  SocketClient connect(String displayName) {
    return connect(register(displayName));
  }

  @Override
  public void close() {
    probe.close();
    http.close();
    SocketClient.await(clients.close());
    node.close();
  }
}
