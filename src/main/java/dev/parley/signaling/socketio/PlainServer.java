package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens a session for each WebSocket of a plain client, and refuses what is no handshake of one
/// with a status and `{"code","message"}`.
///
/// One may serve several HTTP servers and event loops at once; each must be an event-loop context,
/// with the options that `EngineServer.prepare` sets.
public final class PlainServer {

  private static final int UPGRADE_REQUIRED = 426;

  private final Vertx vertx;
  private final EngineSettings settings;
  private final Admission admission;
  private final SocketCounters counters;
  private final Function<PlainSession, PlainSession.Handler> acceptor;
  private final Set<PlainSession> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosed;

  /// @param acceptor called on each new session's context; it must not throw
  PlainServer(
      Vertx vertx,
      EngineSettings settings,
      Admission admission,
      SocketCounters counters,
      Function<PlainSession, PlainSession.Handler> acceptor) {
    this.vertx = vertx;
    this.settings = settings;
    this.admission = admission;
    this.counters = counters;
    this.acceptor = acceptor;
  }

  /// Answers one request: with a session, or a refusal.
  public void handle(HttpServerRequest request) {
    handle(request, admission, null);
  }

  /// Answers one request of a listener with rules of its own.
  ///
  /// @param rules who may open a session by this listener
  /// @param clientAddress IP address of the client, where the connection's other end is a proxy
  public void handle(HttpServerRequest request, Admission rules, @Nullable String clientAddress) {
    if (!vertx.getOrCreateContext().isEventLoopContext()) {
      throw new IllegalStateException("WebSockets must be served on an event loop");
    }
    MultiMap query;
    try {
      query = request.params();
    } catch (IllegalArgumentException _) {
      refuse(request, 400, Failure.Code.INVALID, "Malformed query");
      return;
    }
    Handshake handshake = Handshake.of(request, query, clientAddress, rules.entrance());
    if (!request.method().equals(HttpMethod.GET)
        || !"websocket".equalsIgnoreCase(handshake.header("Upgrade"))) {
      askToUpgrade(request);
      refuse(request, UPGRADE_REQUIRED, Failure.Code.INVALID, "Expected a WebSocket");
      return;
    }
    String origin = handshake.header("Origin");
    if (origin != null && !rules.isOriginAllowed().test(origin)) {
      refuse(request, Failure.Code.FORBIDDEN, "Forbidden");
      return;
    }
    String refusal = rules.refusal().apply(handshake);
    if (refusal != null) {
      refuse(request, Failure.Code.FORBIDDEN, refusal);
    } else if (isClosed) {
      refuse(request, Failure.Code.UNAVAILABLE, "Service unavailable");
    } else {
      request
          .toWebSocket()
          .onSuccess(webSocket -> open(webSocket, handshake))
          .onFailure(_ -> counters.countRefused(EngineError.BAD_REQUEST));
    }
  }

  /// Sessions open now.
  public int sessionCount() {
    return sessions.size();
  }

  /// Refuses new sessions and closes all there are as `SERVER_SHUTTING_DOWN`; complete when each
  /// has been told. Any thread.
  public Future<Void> close() {
    isClosed = true;
    return Future.join(sessions.stream().map(PlainServer::shutDown).toList()).mapEmpty();
  }

  private static Future<Void> shutDown(PlainSession session) {
    return Future.future(promise ->
        session
            .context()
            .runOnContext(_ -> {
              session.close(CloseReason.SERVER_SHUTTING_DOWN);
              promise.complete();
            }));
  }

  private void open(ServerWebSocket webSocket, Handshake handshake) {
    WebSocketWire wire = WebSocketWire.of(vertx, webSocket, settings.maxPayload());
    PlainSession session =
        new PlainSession(vertx, wire, handshake, settings, counters, sessions::remove);
    sessions.add(session);
    session.open(acceptor);
    if (isClosed) {
      session.close(CloseReason.SERVER_SHUTTING_DOWN);
    }
  }

  /// Names the protocol to change to (RFC 9110 §7.8), which no other version has headers for.
  private static void askToUpgrade(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_1_1) {
      request
          .response()
          .putHeader(HttpHeaders.UPGRADE, "websocket")
          .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
    }
  }

  private void refuse(HttpServerRequest request, Failure.Code code, String message) {
    refuse(request, code.status(), code, message);
  }

  private void refuse(HttpServerRequest request, int status, Failure.Code code, String message) {
    boolean isForbidden = code == Failure.Code.FORBIDDEN;
    counters.countRefused(isForbidden ? EngineError.FORBIDDEN : EngineError.BAD_REQUEST);
    HttpServerResponse response = request.response();
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end("{\"code\":\"" + code.name() + "\",\"message\":" + JsonText.quote(message) + "}");
  }
}
