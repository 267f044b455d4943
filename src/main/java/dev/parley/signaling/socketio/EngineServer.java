package dev.parley.signaling.socketio;

import dev.parley.kernel.Ids;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens Engine.IO 4 sessions for the requests under one path of an HTTP server, and refuses what
/// does not fit as clients expect: a status and `{"code":n,"message":"…"}`.
///
/// One engine may serve several HTTP servers and event loops at once; each must be an event-loop
/// context. Every request that `isOurs` goes to `handle`. Here HTTP and WebSocket end; a session is
/// reached by its `SessionPort`, on this node or, where a `SessionFinder` knows of it, on another.
public final class EngineServer {

  private final Vertx vertx;
  private final EngineSettings settings;
  private final Admission admission;
  private final SocketCounters counters;
  private final EngineResponses responses;
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
    this.responses = new EngineResponses(settings, counters);
    this.acceptor = acceptor;
  }

  /// Sets what an HTTP server that carries these sessions needs, and returns `options`: WebSocket
  /// frames and messages of up to `maxPayload` bytes, where Vert.x would cut clients off at 64 and
  /// 256 kB, and no WebSocket compression, which costs each connection a deflater. Answers of at
  /// least 1024 bytes are compressed for who accepts that.
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
        .setRegisterWebSocketWriteHandlers(false)
        .setCompressionSupported(true)
        .setCompressionContentSizeThreshold(1024);
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
    handle(request, admission, null, SessionFinder.none());
  }

  /// Answers one request of a listener with rules of its own.
  ///
  /// @param rules who may open a session by this listener
  /// @param clientAddress IP address of the client, where the connection's other end is a proxy
  public void handle(HttpServerRequest request, Admission rules, @Nullable String clientAddress) {
    handle(request, rules, clientAddress, SessionFinder.none());
  }

  /// Answers one request, also of a session that lives elsewhere.
  public void handle(
      HttpServerRequest request,
      Admission rules,
      @Nullable String clientAddress,
      SessionFinder elsewhere) {
    if (!vertx.getOrCreateContext().isEventLoopContext()) {
      throw new IllegalStateException("Engine.IO must be served on an event loop");
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      responses.answerPreflight(request, rules);
      return;
    }
    MultiMap query;
    try {
      query = request.params();
    } catch (IllegalArgumentException _) {
      responses.refuse(request, rules, EngineError.BAD_REQUEST);
      return;
    }
    Handshake handshake = Handshake.of(request, query, clientAddress, rules.entrance());
    String transport = handshake.parameter("transport");
    String sid = handshake.parameter("sid");
    if (transport == null || !isEnabled(transport)) {
      responses.refuse(request, rules, EngineError.TRANSPORT_UNKNOWN);
    } else if (!EngineResponses.isHeaderText(handshake.header("Origin"))) {
      responses.refuse(request, rules, EngineError.BAD_REQUEST);
    } else if (sid == null) {
      begin(request, rules, handshake, transport);
    } else {
      SessionPort own = session(sid);
      SessionPort found = own != null ? own : elsewhere.find(sid);
      if (found == null) {
        responses.refuse(request, rules, EngineError.SESSION_UNKNOWN);
      } else {
        proceed(request, rules, found, headOf(request, handshake, transport));
      }
    }
  }

  /// The way to a session of this node; null when there is none of this id. Any thread.
  public @Nullable SessionPort session(String sid) {
    EngineSession session = sessions.get(sid);
    return session == null ? null : new LocalSession(session);
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

  private boolean isEnabled(String transport) {
    return transport.equals("websocket") || (settings.hasPolling() && transport.equals("polling"));
  }

  private static boolean isUpgrade(HttpServerRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
  }

  private static SessionPort.Head headOf(
      HttpServerRequest request, Handshake handshake, String transport) {
    String version = handshake.parameter("EIO");
    HttpMethod method = request.method();
    return new SessionPort.Head(
        method.equals(HttpMethod.GET)
            ? SessionPort.Method.GET
            : method.equals(HttpMethod.POST) ? SessionPort.Method.POST : SessionPort.Method.OTHER,
        transport,
        version == null ? "" : version,
        "application/octet-stream".equals(request.getHeader("Content-Type")));
  }

  /// A request of a session that there may be.
  private void proceed(
      HttpServerRequest request, Admission rules, SessionPort session, SessionPort.Head head) {
    if (!isUpgrade(request)) {
      boolean isPost = head.method() == SessionPort.Method.POST;
      new PollingEdge(vertx, request, rules, settings, responses, isPost).start(session, head);
      return;
    }
    new WebSocketEdge(vertx, request, rules, settings, responses).start(session, head);
  }

  /// A request that wants a session.
  private void begin(
      HttpServerRequest request, Admission rules, Handshake handshake, String transport) {
    boolean isUpgrade = isUpgrade(request);
    if (!request.method().equals(HttpMethod.GET)) {
      responses.refuse(request, rules, EngineError.BAD_METHOD);
      return;
    }
    if (isUpgrade != transport.equals("websocket")) {
      responses.refuse(request, rules, EngineError.BAD_REQUEST);
      return;
    }
    String refusal = refusal(rules, handshake);
    if (refusal != null) {
      responses.refuse(request, rules, EngineError.FORBIDDEN, refusal);
    } else if (!"4".equals(handshake.parameter("EIO"))) {
      responses.refuse(request, rules, EngineError.UNSUPPORTED_VERSION);
    } else if (isUpgrade) {
      request
          .toWebSocket()
          .onSuccess(webSocket -> open(webSocket, handshake, rules.lease()))
          .onFailure(_ -> counters.countRefused(EngineError.BAD_REQUEST));
    } else {
      EngineSession session = newSession(handshake, null, rules.lease());
      open(session);
      new PollingEdge(vertx, request, rules, settings, responses, false)
          .accept(Answer.of(Payload.encode(List.of(session.openPacket()))));
    }
  }

  private @Nullable String refusal(Admission rules, Handshake handshake) {
    String origin = handshake.header("Origin");
    if (isClosed || (origin != null && !rules.isOriginAllowed().test(origin))) {
      return EngineError.FORBIDDEN.message();
    }
    return rules.refusal().apply(handshake);
  }

  private void open(ServerWebSocket webSocket, Handshake handshake, Lease lease) {
    WebSocketChannel channel = channel(webSocket);
    EngineSession session = newSession(handshake, channel, lease);
    channel.attach(new SessionReceiver(session, channel));
    open(session);
  }

  private WebSocketChannel channel(ServerWebSocket accepted) {
    return new WebSocketChannel(vertx, WebSocketWire.of(vertx, accepted, settings.maxPayload()));
  }

  private EngineSession newSession(Handshake handshake, @Nullable Channel webSocket, Lease lease) {
    EngineSession session =
        new EngineSession(
            vertx,
            settings.idPrefix() + Ids.shortId(),
            handshake.kept(settings.path()),
            webSocket,
            settings,
            counters,
            ended -> {
              sessions.remove(ended.id());
              lease.release();
            });
    sessions.put(session.id(), session);
    return session;
  }

  private void open(EngineSession session) {
    session.open(acceptor);
    if (isClosed) {
      session.close(CloseReason.SERVER_SHUTTING_DOWN);
    }
  }
}
