package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/// Terminates one WebSocket that is to take a session over: asks the session, which may be
/// elsewhere, before it accepts the WebSocket. On the request's event loop.
final class WebSocketEdge {

  private final Vertx vertx;
  private final Context context;
  private final HttpServerRequest request;
  private final Admission rules;
  private final EngineSettings settings;
  private final EngineResponses responses;
  private boolean isGone;

  WebSocketEdge(
      Vertx vertx,
      HttpServerRequest request,
      Admission rules,
      EngineSettings settings,
      EngineResponses responses) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.request = request;
    this.rules = rules;
    this.settings = settings;
    this.responses = responses;
  }

  void start(SessionPort session, SessionPort.Head head) {
    request.exceptionHandler(_ -> isGone = true);
    // Until there is an answer, the end of the request must not pass.
    request.pause();
    session.upgrade(
        head,
        error -> context.runOnContext(_ -> refuse(error)),
        upgrade -> context.runOnContext(_ -> accept(upgrade)));
  }

  private void refuse(EngineError error) {
    request.resume();
    responses.refuse(request, rules, error);
  }

  private void accept(SessionPort.Upgrade upgrade) {
    if (isGone) {
      upgrade.cancel();
      return;
    }
    request
        .toWebSocket()
        .onSuccess(webSocket -> {
          WebSocketWire wire = WebSocketWire.of(vertx, webSocket, settings.maxPayload());
          WebSocketChannel channel = new WebSocketChannel(vertx, wire);
          channel.attach(upgrade.open(channel));
        })
        .onFailure(_ -> upgrade.cancel());
  }
}
