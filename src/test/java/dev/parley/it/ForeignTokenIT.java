package dev.parley.it;

import static dev.parley.it.SocketClient.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.KeyServer;
import dev.parley.account.SigningKey;
import dev.parley.it.StoresExtension.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// People of another issuer, whose keys are fetched from where it publishes them, in light rooms on
/// a listener below a path.
@ExtendWith(StoresExtension.class)
class ForeignTokenIT {

  private static final String ISSUER = "https://login.example.com/tenant/v2.0";

  private static final Vertx VERTX = Vertx.vertx();
  private static final SigningKey KEY = SigningKey.rsa("k1", 2048);
  private static KeyServer keys;
  private static TestNode node;

  @BeforeAll
  static void open(Stores stores) throws TimeoutException {
    keys = new KeyServer(VERTX, new HttpServerOptions());
    keys.serves(SigningKey.set(KEY.jwk()));
    JsonNode issuer =
        object(
            "issuer",
            ISSUER,
            "audience",
            "the-client",
            "jwksUrl",
            keys.url(),
            "algorithms",
            List.of("RS256"));
    JsonNode listener =
        object(
            "host", "127.0.0.1", "port", 0, "basePath", "/wrtc-api", "dialects", List.of("room"));
    node =
        TestNode.start(
            stores,
            object(
                    "rooms",
                    object("auth", "required", "issuers", List.of(issuer)),
                    "listeners",
                    List.of(listener))
                .toString());
  }

  @AfterAll
  static void end() throws TimeoutException {
    node.close();
    keys.close();
    SocketClient.await(VERTX.close());
  }

  private static JsonObject claims() {
    return new JsonObject()
        .put("iss", ISSUER)
        .put("aud", "the-client")
        .put("sub", "subject")
        .put("oid", "oid-1")
        .put("name", "Mia M.")
        .put("exp", Instant.now().plusSeconds(600).getEpochSecond());
  }

  private static SocketClient socket(String auth) {
    SocketClient client =
        SocketClient.open(node.clients(), node.port(), "/wrtc-api/socket.io/", Map.of());
    client.send("40" + auth);
    return client;
  }

  @Test
  void aTokenOfTheirsMakesAndEntersRooms() {
    String token = KEY.token("RS256", claims());
    TestNode.Answer made =
        node.http(
            "POST",
            "/wrtc-api/api/rooms",
            "{\"name\":\"Den\"}",
            Map.of("authorization", "Bearer " + token));
    assertEquals(201, made.status(), made::text);
    assertEquals("oid-1", made.json().path("createdBy").asText());
    SocketClient mia = socket("{\"token\":\"" + token + "\"}");
    mia.next(SocketClient.CONNECT);

    mia.emit("join-room", "roomId", made.json().path("id").asText(), "username", "Not Mia");

    assertEquals("oid-1", mia.next("joined-room").path("userId").asText());
    JsonNode shown =
        node.http(
                "GET",
                "/wrtc-api/api/rooms/" + made.json().path("id").asText(),
                "",
                Map.of("authorization", "Bearer " + token))
            .json();
    assertEquals("Mia M.", shown.path("participants").path(0).path("username").asText());
    assertTrue(shown.path("isOwner").asBoolean());
    mia.close();
  }

  @Test
  void whatDoesNotHoldIsRefusedAtTheDoor() {
    String expired =
        KEY.token("RS256", claims().put("exp", Instant.now().minusSeconds(600).getEpochSecond()));
    String other = KEY.token("RS256", claims().put("aud", "another-client"));
    String forged = SigningKey.rsa("k1", 2048).token("RS256", claims());

    for (String token : List.of(expired, other, forged)) {
      try (SocketClient client = socket("{\"token\":\"" + token + "\"}")) {
        assertEquals(
            "Authentication failed",
            client.next(SocketClient.CONNECT_ERROR).path("message").asText());
      }
      TestNode.Answer answer =
          node.http("GET", "/wrtc-api/api/rooms", "", Map.of("authorization", "Bearer " + token));
      assertEquals(401, answer.status());
      assertEquals("Invalid token", answer.json().path("error").asText());
    }
    try (SocketClient client = socket("")) {
      assertEquals(
          "Authentication token required",
          client.next(SocketClient.CONNECT_ERROR).path("message").asText());
    }
  }

  @Test
  void nothingIsOutsideThePath() {
    assertEquals(200, node.get("/wrtc-api/health").status());
    assertEquals("healthy", node.get("/wrtc-api/health").json().path("status").asText());
    assertEquals(404, node.get("/health").status());
    assertEquals(404, node.get("/api/rooms").status());
  }
}
