package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Terminates one poll or post over HTTP: reads its body, hands it to the session and writes the
/// answer. On the request's event loop.
final class PollingEdge implements Consumer<Answer> {

  /// From the head of a post to the end of its body.
  private static final long BODY_MS = 30_000;

  private final Vertx vertx;
  private final Context context;
  private final Thread thread;
  private final HttpServerRequest request;
  private final Admission rules;
  private final EngineSettings settings;
  private final EngineResponses responses;
  private final boolean isPost;
  private boolean isOver;
  private long bodyTimer = -1;
  private long bodyBytes;
  private @Nullable Buffer body;
  private SessionPort.@Nullable Exchange exchange;

  PollingEdge(
      Vertx vertx,
      HttpServerRequest request,
      Admission rules,
      EngineSettings settings,
      EngineResponses responses,
      boolean isPost) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.thread = Thread.currentThread();
    this.request = request;
    this.rules = rules;
    this.settings = settings;
    this.responses = responses;
    this.isPost = isPost;
  }

  /// Brings the request to `session`.
  void start(SessionPort session, SessionPort.Head head) {
    HttpServerResponse response = request.response();
    // Before anything can answer: an ended response takes no handlers.
    response.closeHandler(_ -> abort());
    response.exceptionHandler(_ -> abort());
    if (!isPost) {
      exchange = session.request(head, this);
      return;
    }
    request.exceptionHandler(_ -> abort());
    request.handler(this::onChunk);
    request.endHandler(_ -> onBody());
    exchange = session.request(head, this);
    if (isTooLarge(request.getHeader("Content-Length"))) {
      refuseBody();
    } else if (!isOver) {
      bodyTimer = vertx.setTimer(BODY_MS, _ -> onBodyLate());
    }
  }

  private boolean isTooLarge(@Nullable String contentLength) {
    // The HTTP decoder lets nothing pass but digits.
    return contentLength != null
        && (contentLength.length() > 18 || Long.parseLong(contentLength) > settings.maxPayload());
  }

  private void onChunk(Buffer chunk) {
    bodyBytes += chunk.length();
    if (bodyBytes > settings.maxPayload()) {
      refuseBody();
    } else if (!isOver) {
      if (body == null) {
        body = Buffer.buffer();
      }
      body.appendBuffer(chunk);
    }
  }

  private void onBody() {
    vertx.cancelTimer(bodyTimer);
    SessionPort.Exchange open = exchange;
    if (!isOver && open != null) {
      Buffer whole = body;
      body = null;
      open.body(whole == null ? Buffer.buffer() : whole);
    }
  }

  /// What is left of the body is read and dropped, so that the client sees the answer; but not for
  /// ever.
  private void refuseBody() {
    SessionPort.Exchange open = exchange;
    body = null;
    if (isOver) {
      if (bodyBytes > 4L * settings.maxPayload()) {
        request.connection().close();
      }
      return;
    }
    isOver = true;
    if (open != null) {
      open.release();
    }
    responses.allowOrigin(request, rules).setStatusCode(413).end();
  }

  private void onBodyLate() {
    if (!isOver) {
      abort();
      request.connection().close();
    }
  }

  private void abort() {
    vertx.cancelTimer(bodyTimer);
    SessionPort.Exchange open = exchange;
    if (!isOver && open != null) {
      isOver = true;
      open.abort();
    }
  }

  /// The session's answer. Any thread.
  @Override
  public void accept(Answer answer) {
    if (Thread.currentThread().equals(thread)) {
      write(answer);
    } else {
      context.runOnContext(_ -> write(answer));
    }
  }

  private void write(Answer answer) {
    if (isOver) {
      return;
    }
    isOver = true;
    EngineError error = answer.error();
    HttpServerResponse response = request.response();
    if (error != null) {
      responses.refuse(request, rules, error);
    } else if (!response.ended() && !response.closed()) {
      responses.allowOrigin(request, rules);
      if (isPost) {
        response.putHeader("Content-Type", "text/html");
      } else {
        response
            .putHeader("Content-Type", "text/plain; charset=UTF-8")
            .putHeader("Cache-Control", "no-store");
      }
      response.end(answer.body());
    }
  }
}
