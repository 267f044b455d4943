package dev.parley.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.Map;

/// Single requests to one Engine.IO path, for the test's own thread.
final class Http {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// What a request was answered.
  record Reply(int status, String body, MultiMap headers) {

    String header(String name) {
      String value = headers.get(name);
      return value == null ? "" : value;
    }
  }

  private final WebClient client;
  private final int port;
  private final String path;

  Http(Vertx vertx, int port, String path) {
    this.client =
        WebClient.create(vertx, new WebClientOptions(), new PoolOptions().setHttp1MaxSize(50));
    this.port = port;
    this.path = path;
  }

  /// The query of a session that was just opened.
  String open() {
    return query(RawClient.await(get("EIO=4&transport=polling")).body());
  }

  /// The query of the session that an open packet tells of.
  static String query(String openPacket) {
    return "EIO=4&transport=polling&sid=" + handshake(openPacket).path("sid").asText();
  }

  static JsonNode handshake(String openPacket) {
    try {
      return JSON.readTree(openPacket.substring(1));
    } catch (JsonProcessingException e) {
      throw new AssertionError(openPacket, e);
    }
  }

  Future<Reply> get(String query) {
    return request(HttpMethod.GET, query, Map.of(), Buffer.buffer());
  }

  Future<Reply> post(String query, String body) {
    return request(
        HttpMethod.POST,
        query,
        Map.of("Content-Type", "text/plain;charset=UTF-8"),
        Buffer.buffer(body));
  }

  Future<Reply> request(HttpMethod method, String query, Map<String, String> headers, Buffer body) {
    var request = client.request(method, port, "localhost", path + "?" + query);
    headers.forEach(request::putHeader);
    return request
        .sendBuffer(body)
        .map(response -> new Reply(response.statusCode(), text(response), response.headers()));
  }

  private static String text(HttpResponse<Buffer> response) {
    String text = response.bodyAsString();
    return text == null ? "" : text;
  }
}
