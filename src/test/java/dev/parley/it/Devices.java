package dev.parley.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Devices that meet strangers on a node that speaks of nothing else, over HTTP.
final class Devices implements AutoCloseable {

  /// Signs tokens of the tests' own.
  static final String SECRET = "a-secret-of-devices-in-tests";

  /// May moderate, as the configuration says.
  static final String MODERATOR = "moderator-" + UUID.randomUUID();

  static final String OTHER_MODERATOR = "moderator-" + UUID.randomUUID();

  private final TestNode node;

  private Devices(TestNode node) {
    this.node = node;
  }

  /// What makes a node one for strangers.
  static ObjectNode config() {
    return SocketClient.object(
        "listeners",
        List.of(Map.of("host", "127.0.0.1", "port", 0, "dialects", List.of("match"))),
        "match",
        match());
  }

  private static ObjectNode match() {
    return SocketClient.object(
        "jwtSecret", SECRET, "moderators", List.of(MODERATOR, OTHER_MODERATOR));
  }

  /// @param autoBan what is different from the defaults there
  static Devices start(Stores stores, Map<String, Object> autoBan, Map<String, Object> turn) {
    ObjectNode config = config();
    config.set("match", match().putPOJO("autoBan", autoBan));
    config.putPOJO("turn", turn);
    return new Devices(TestNode.start(stores, config.toString()));
  }

  static Devices start(Stores stores) {
    return new Devices(TestNode.start(stores, config().toString()));
  }

  static Devices on(TestNode node) {
    return new Devices(node);
  }

  /// A device that nobody has met.
  static String device() {
    return "device-" + UUID.randomUUID();
  }

  TestNode node() {
    return node;
  }

  /// A token for a device.
  String token(String deviceId) {
    Answer answer = node.post("/auth/token", SocketClient.object("deviceId", deviceId));
    if (answer.status() != 201) {
      throw new AssertionError(answer.text());
    }
    return answer.json().path("accessToken").asText();
  }

  /// Asks as a device.
  Answer ask(String deviceId, String method, String path, Object... fields) {
    return askWith(token(deviceId), method, path, fields);
  }

  /// Asks with a token.
  Answer askWith(String token, String method, String path, Object... fields) {
    String body = fields.length == 0 ? "" : SocketClient.object(fields).toString();
    return node.http(
        method,
        path,
        body,
        Map.of("authorization", "Bearer " + token, "content-type", "application/json"));
  }

  /// Has two devices met; returns the session's id.
  ///
  /// @param addressB where the second one came from
  String met(String deviceA, String deviceB, String addressB) {
    UUID sessionId = UUID.randomUUID();
    node.probe()
        .rows(
            """
            INSERT INTO match_sessions
              (id, "deviceA", "deviceB", "addressA", "addressB", region, language)
            VALUES ($1, $2, $3, '192.0.2.1', ($4::text)::inet, 'global', 'en')
            """,
            sessionId,
            deviceA,
            deviceB,
            addressB);
    return sessionId.toString();
  }

  /// Reports the other one of a session; returns the report's id.
  String report(String reporter, String reported, String sessionId) {
    Answer answer =
        ask(
            reporter,
            "POST",
            "/reports",
            "reportedPeerId",
            reported,
            "sessionId",
            sessionId,
            "reason",
            "spam");
    if (answer.status() != 201) {
      throw new AssertionError(answer.text());
    }
    return answer.json().path("reportId").asText();
  }

  @Override
  public void close() {
    node.close();
  }
}
