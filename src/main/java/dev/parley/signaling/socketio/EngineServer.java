package dev.parley.signaling.socketio;

import dev.parley.kernel.Ids;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens Engine.IO 4 sessions for the requests under one path of an HTTP server, and refuses what
/// does not fit as clients expect: a status and `{"code":n,"message":"…"}`.
///
/// One engine may serve several HTTP servers and event loops at once; each must be an event-loop
/// context. Every request that `isOurs` goes to `handle`. WebSocket is the only transport so far: a
/// polling request is told that its transport is unknown.
public final class EngineServer {

  private final Vertx vertx;
  private final EngineSettings settings;
  private final Admission admission;
  private final SocketCounters counters;
  private final Function<EngineSession, EngineHandler> acceptor;
  private final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  /// @param acceptor called on each new session's context, after the open packet has been sent; it
  ///   must not throw
  public EngineServer(
      Vertx vertx,
      EngineSettings settings,
      Admission admission,
      SocketCounters counters,
      Function<EngineSession, EngineHandler> acceptor) {
    this.vertx = vertx;
    this.settings = settings;
    this.admission = admission;
    this.counters = counters;
    this.acceptor = acceptor;
  }

  /// Sets what an HTTP server that carries these sessions needs, and returns `options`: WebSocket
  /// frames and messages of up to `maxPayload` bytes, where Vert.x would cut clients off at 64 and
  /// 256 kB, and no WebSocket compression, which costs each connection a deflater.
  ///
  /// `setStrictThreadMode(true)` saves 4 to 5 kB per connection and is not set here: sessions write
  /// on their event loop only and do with it, but every other route of the same server must as
  /// well.
  public static HttpServerOptions prepare(HttpServerOptions options, EngineSettings settings) {
    return options
        .setMaxWebSocketFrameSize(settings.maxPayload())
        .setMaxWebSocketMessageSize(settings.maxPayload())
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setRegisterWebSocketWriteHandlers(false);
  }

  /// A request handler that takes what is ours and leaves the rest to `otherwise`.
  public Handler<HttpServerRequest> before(Handler<HttpServerRequest> otherwise) {
    return request -> {
      if (isOurs(request)) {
        handle(request);
      } else {
        otherwise.handle(request);
      }
    };
  }

  /// Whether the request's path begins with that of the settings.
  public boolean isOurs(HttpServerRequest request) {
    String path = request.path();
    return path != null && path.startsWith(settings.path());
  }

  /// Answers one request, whose body must not have been read: with a session, or a refusal.
  public void handle(HttpServerRequest request) {
    handle(request, admission, null);
  }

  /// Answers one request of a listener with rules of its own.
  ///
  /// @param rules who may open a session by this listener
  /// @param clientAddress IP address of the client, where the connection's other end is a proxy
  public void handle(HttpServerRequest request, Admission rules, @Nullable String clientAddress) {
    if (!vertx.getOrCreateContext().isEventLoopContext()) {
      throw new IllegalStateException("Engine.IO must be served on an event loop");
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      answerPreflight(request, rules);
      return;
    }
    MultiMap query;
    try {
      query = request.params();
    } catch (IllegalArgumentException _) {
      refuse(request, rules, EngineError.BAD_REQUEST);
      return;
    }
    Handshake handshake = Handshake.of(request, query, clientAddress);
    EngineError error = check(request, handshake);
    if (error != null) {
      refuse(request, rules, error);
      return;
    }
    String refusal = refusal(rules, handshake);
    if (refusal != null) {
      refuse(request, rules, EngineError.FORBIDDEN, refusal);
    } else if (!"4".equals(handshake.parameter("EIO"))) {
      refuse(request, rules, EngineError.UNSUPPORTED_VERSION);
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
  /// has been told. Their clients come back by themselves, to wherever they find a server. Any
  /// thread.
  public Future<Void> close() {
    isClosed = true;
    return Future.join(sessions.values().stream().map(EngineServer::shutDown).toList()).mapEmpty();
  }

  private static Future<Void> shutDown(EngineSession session) {
    return Future.future(promise ->
        session.execute(() -> {
          session.close(CloseReason.SERVER_SHUTTING_DOWN);
          promise.complete();
        }));
  }

  /// The checks that need no rule of the application, in the order in which clients expect them.
  private @Nullable EngineError check(HttpServerRequest request, Handshake handshake) {
    String transport = handshake.parameter("transport");
    if (!"websocket".equals(transport)) {
      return EngineError.TRANSPORT_UNKNOWN;
    }
    String origin = handshake.header("Origin");
    if (origin != null && !isHeaderText(origin)) {
      return EngineError.BAD_REQUEST;
    }
    String sid = handshake.parameter("sid");
    if (sid != null) {
      // A session that is on a WebSocket already takes neither another one nor a plain request.
      return sessions.containsKey(sid) ? EngineError.BAD_REQUEST : EngineError.SESSION_UNKNOWN;
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return EngineError.BAD_METHOD;
    }
    return isUpgrade(handshake) ? null : EngineError.BAD_REQUEST;
  }

  private @Nullable String refusal(Admission rules, Handshake handshake) {
    String origin = handshake.header("Origin");
    if (isClosed || (origin != null && !rules.isOriginAllowed().test(origin))) {
      return EngineError.FORBIDDEN.message();
    }
    return rules.refusal().apply(handshake);
  }

  private static boolean isUpgrade(Handshake handshake) {
    return "websocket".equalsIgnoreCase(handshake.header("Upgrade"));
  }

  /// Whether all characters may stand in a header (RFC 9110 §5.5).
  private static boolean isHeaderText(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f));
  }

  private void open(ServerWebSocket webSocket, Handshake handshake) {
    WebSocketWire wire = WebSocketWire.of(vertx, webSocket, settings.maxPayload());
    WebSocketChannel channel = new WebSocketChannel(vertx, wire);
    EngineSession session =
        new EngineSession(
            vertx,
            Ids.shortId(),
            handshake.kept(settings.path()),
            channel,
            settings,
            counters,
            ended -> sessions.remove(ended.id()));
    sessions.put(session.id(), session);
    channel.attach(session);
    session.open(openPacket(session), acceptor);
    if (isClosed) {
      session.close(CloseReason.SERVER_SHUTTING_DOWN);
    }
  }

  private String openPacket(EngineSession session) {
    return "{\"sid\":\""
        + session.id()
        + "\",\"upgrades\":[],\"pingInterval\":"
        + settings.pingInterval().toMillis()
        + ",\"pingTimeout\":"
        + settings.pingTimeout().toMillis()
        + ",\"maxPayload\":"
        + settings.maxPayload()
        + "}";
  }

  private void refuse(HttpServerRequest request, Admission rules, EngineError error) {
    refuse(request, rules, error, error.message());
  }

  private void refuse(
      HttpServerRequest request, Admission rules, EngineError error, String message) {
    counters.countRefused(error);
    allowOrigin(request, rules)
        .setStatusCode(error.status())
        .putHeader("Content-Type", "application/json")
        .end("{\"code\":" + error.code() + ",\"message\":" + JsonText.quote(message) + "}");
  }

  private void answerPreflight(HttpServerRequest request, Admission rules) {
    HttpServerResponse response = allowOrigin(request, rules).setStatusCode(204);
    response.putHeader("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
    String wanted = request.getHeader("Access-Control-Request-Headers");
    if (wanted != null && isHeaderText(wanted)) {
      response.putHeader("Access-Control-Allow-Headers", wanted);
    }
    response.end();
  }

  private static HttpServerResponse allowOrigin(HttpServerRequest request, Admission rules) {
    HttpServerResponse response = request.response();
    String origin = request.getHeader("Origin");
    if (origin != null && isHeaderText(origin) && rules.isOriginAllowed().test(origin)) {
      response
          .putHeader("Access-Control-Allow-Origin", origin)
          .putHeader("Access-Control-Allow-Credentials", "true")
          .putHeader("Vary", "Origin");
    }
    return response;
  }
}
