package dev.parley.it;

import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Strangers at a node, each a device of its own. Each test is in a language of its own, so that it
/// meets nobody of another.
final class Crowd implements AutoCloseable {

  static final String NAMESPACE = "/signaling";

  static final String SECRET = "a-secret-for-devices-in-integration-tests";

  static final String CONFIG =
      """
      {
        "listeners": [{
          "host": "127.0.0.1", "port": 0, "corsOrigins": ["https://app.example.com"],
          "dialects": ["match", "conference", "meeting", "room"]
        }],
        "match": { "jwtSecret": "%s" },
        "rooms": { "auth": "anonymous" }
      }
      """
          .formatted(SECRET);

  private final TestNode node;
  private final JWTAuth tokens;
  private final List<SocketClient> clients = new ArrayList<>();
  private String language = anyLanguage();

  Crowd(TestNode node) {
    this.node = node;
    this.tokens = tokens(node.clients());
  }

  static JWTAuth tokens(Vertx vertx) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(SECRET)));
  }

  static Crowd start(Stores stores) {
    return new Crowd(TestNode.start(stores, CONFIG));
  }

  TestNode node() {
    return node;
  }

  private static String anyLanguage() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /// The language of this test.
  String language() {
    return language;
  }

  void speak(String other) {
    language = other;
  }

  static String device() {
    return "device-" + UUID.randomUUID();
  }

  String token(String deviceId) {
    return token(tokens, deviceId);
  }

  static String token(JWTAuth tokens, String deviceId) {
    return token(tokens, new JsonObject().put("sub", deviceId).put("deviceId", deviceId), 300);
  }

  String moderator() {
    String id = device();
    JsonObject claims =
        new JsonObject().put("sub", id).put("deviceId", id).put("role", "moderator");
    return token(claims, 300);
  }

  String token(JsonObject claims, int seconds) {
    return token(tokens, claims, seconds);
  }

  private static String token(JWTAuth tokens, JsonObject claims, int seconds) {
    return tokens.generateToken(
        claims, new JWTOptions().setAlgorithm("HS256").setExpiresInSeconds(seconds));
  }

  /// A socket that has not said anything yet, nor heard whether it is welcome.
  SocketClient socket(String token) {
    SocketClient client =
        SocketClient.open(node.clients(), node.port(), Map.of())
            .connect(NAMESPACE, Map.of("token", token));
    clients.add(client);
    return client;
  }

  /// A device that is connected.
  SocketClient device(String deviceId) {
    SocketClient client = socket("Bearer " + token(deviceId));
    client.next("connected");
    return client;
  }

  /// Begins to wait, and is told so.
  void queue(SocketClient client, @Nullable Object... fields) {
    List<@Nullable Object> all = new ArrayList<>(List.of("region", "global", "language", language));
    for (Object each : fields) {
      all.add(each);
    }
    client.emit("join-queue", all.toArray());
    client.next("queue-joined");
  }

  /// Ends the clients, so that the next test finds none.
  void calm() {
    clients.forEach(SocketClient::close);
    clients.clear();
    language = anyLanguage();
  }

  @Override
  public void close() {
    calm();
    node.close();
  }
}
