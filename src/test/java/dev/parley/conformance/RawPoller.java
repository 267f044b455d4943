package dev.parley.conformance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;

/// A `RawClient` that polls without pause, one poll and one post at a time, as socket.io-client
/// does. Its end is told in the words of WebSocket: 1002 when a post is refused, 1000 else.
final class RawPoller extends RawClient {

  private static final String SEPARATOR = "\u001e";

  private final WebClient http;
  private final int port;
  private final String uri;
  private final ArrayDeque<String> unsent = new ArrayDeque<>();
  private boolean isPosting;
  private boolean hasEnded;

  private RawPoller(WebClient http, int port, String uri) {
    super(true);
    this.http = http;
    this.port = port;
    this.uri = uri;
  }

  /// A session at `path` (`/socket.io/`).
  static RawPoller connect(Vertx vertx, int port, String path) {
    WebClient http =
        WebClient.create(vertx, new WebClientOptions().setDecompressionSupported(true));
    String uri = path + "?EIO=4&transport=polling";
    String open = text(await(http.request(HttpMethod.GET, port, "localhost", uri).send()));
    String sid = open.replaceFirst(".*\"sid\":\"([\\w.-]+)\".*", "$1");
    RawPoller opened = new RawPoller(http, port, uri + "&sid=" + sid);
    opened.onText(open);
    opened.poll();
    return opened;
  }

  /// The query and path of the session's requests.
  String uri() {
    return uri;
  }

  @Override
  void send(String... texts) {
    post(String.join(SEPARATOR, texts));
  }

  @Override
  void send(Buffer bytes) {
    post("b" + Base64.getEncoder().encodeToString(bytes.getBytes()));
  }

  @Override
  void close() {
    post("1");
  }

  @Override
  void cut() {
    http.close();
  }

  private synchronized void post(String payload) {
    unsent.add(payload);
    postNext();
  }

  private synchronized void postNext() {
    if (isPosting || unsent.isEmpty()) {
      return;
    }
    isPosting = true;
    Buffer body = Buffer.buffer(String.join(SEPARATOR, unsent));
    unsent.clear();
    Future<HttpResponse<Buffer>> answer =
        http.request(HttpMethod.POST, port, "localhost", uri)
            .putHeader("Content-Type", "text/plain;charset=UTF-8")
            .sendBuffer(body);
    answer.onFailure(_ -> onClosed(-1)).onSuccess(this::onPosted);
  }

  private synchronized void onPosted(HttpResponse<Buffer> answer) {
    isPosting = false;
    boolean wasLast = hasEnded;
    if (answer.statusCode() == 413) {
      onClosed(1009);
    } else if (answer.statusCode() != 200) {
      onClosed(1002);
    } else if (wasLast) {
      onClosed(1000);
    } else {
      postNext();
    }
  }

  private void poll() {
    if (isClosed()) {
      return;
    }
    http.request(HttpMethod.GET, port, "localhost", uri)
        .send()
        .onFailure(_ -> onClosed(-1))
        .onSuccess(this::onPolled);
  }

  private void onPolled(HttpResponse<Buffer> answer) {
    if (answer.statusCode() != 200) {
      onEnded();
      return;
    }
    for (String packet : text(answer).split(SEPARATOR, -1)) {
      if (packet.startsWith("b")) {
        onBytes(Buffer.buffer(Base64.getDecoder().decode(packet.substring(1))));
      } else if (!packet.equals("1") && !packet.equals("6")) {
        onText(packet);
      }
    }
    poll();
  }

  /// The session is no more. If a post is under way, its answer says why.
  private synchronized void onEnded() {
    hasEnded = true;
    if (!isPosting) {
      onClosed(1000);
    }
  }

  private static String text(HttpResponse<Buffer> answer) {
    Buffer body = answer.body();
    return body == null ? "" : body.toString(StandardCharsets.UTF_8);
  }
}
