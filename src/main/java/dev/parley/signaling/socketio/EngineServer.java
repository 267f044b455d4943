package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The HTTP side of Engine.IO 4: checks each request and opens sessions. One server takes the
/// requests of all listeners of a node, from any event loop.
///
/// Sessions are opened by WebSocket; long-polling is answered as a transport that is not enabled.
public final class EngineServer {

  /// Why a request is refused; the code is part of the protocol.
  private enum Refused {
    TRANSPORT_UNKNOWN(0, 400, "Transport unknown"),
    SESSION_UNKNOWN(1, 400, "Session ID unknown"),
    BAD_METHOD(2, 400, "Bad handshake method"),
    BAD_REQUEST(3, 400, "Bad request"),
    FORBIDDEN(4, 403, "Forbidden"),
    BAD_VERSION(5, 400, "Unsupported protocol version");

    private final int code;
    private final int status;
    private final String message;

    Refused(int code, int status, String message) {
      this.code = code;
      this.status = status;
      this.message = message;
    }
  }

  private final Vertx vertx;
  private final SocketLimits limits;
  private final SocketCounters counters;
  private final Function<String, @Nullable SocketHandler> namespaces;
  private final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  /// @param namespaces the application behind a namespace, or null when there is none of that name
  public EngineServer(
      Vertx vertx,
      SocketLimits limits,
      SocketCounters counters,
      Function<String, @Nullable SocketHandler> namespaces) {
    this.vertx = vertx;
    this.limits = limits;
    this.counters = counters;
    this.namespaces = namespaces;
  }

  /// Sets what a listener's HTTP server needs so that messages up to the limit pass.
  public void prepare(HttpServerOptions options) {
    options
        .setMaxWebSocketFrameSize(limits.maxPayload())
        .setMaxWebSocketMessageSize(limits.maxPayload())
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  /// Answers one request to the Engine.IO path.
  ///
  /// @param origins whether an `Origin` may connect to a `Host`
  /// @param address IP address of the client
  public void handle(
      HttpServerRequest request,
      BiPredicate<@Nullable String, @Nullable String> origins,
      String address) {
    Refused refused = check(request, origins);
    if (refused != null) {
      refuse(request, refused);
      return;
    }
    request.toWebSocket().onSuccess(socket -> open(socket, request, address)).onFailure(_ -> {});
  }

  private @Nullable Refused check(
      HttpServerRequest request, BiPredicate<@Nullable String, @Nullable String> origins) {
    boolean isUpgrade = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (!"websocket".equals(request.getParam("transport"))) {
      return Refused.TRANSPORT_UNKNOWN;
    }
    if (origin != null && origin.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
      return Refused.BAD_REQUEST;
    }
    String sid = request.getParam("sid");
    if (sid != null) {
      // A session of a WebSocket takes no other request.
      return sessions.containsKey(sid) ? Refused.BAD_REQUEST : Refused.SESSION_UNKNOWN;
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return Refused.BAD_METHOD;
    }
    if (!isUpgrade) {
      return Refused.BAD_REQUEST;
    }
    if (isClosed || !origins.test(origin, request.getHeader(HttpHeaders.HOST))) {
      return Refused.FORBIDDEN;
    }
    return "4".equals(request.getParam("EIO")) ? null : Refused.BAD_VERSION;
  }

  private static void refuse(HttpServerRequest request, Refused refused) {
    request
        .response()
        .setStatusCode(refused.status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end("{\"code\":" + refused.code + ",\"message\":\"" + refused.message + "\"}");
  }

  private void open(ServerWebSocket webSocket, HttpServerRequest request, String address) {
    Context context = vertx.getOrCreateContext();
    WebSocketChannel channel = new WebSocketChannel(webSocket, counters);
    String id = SessionIds.next();
    EngineSession session =
        new EngineSession(
            id,
            vertx,
            context,
            channel,
            limits,
            counters,
            own -> new Tracked(own, client(own, request, address)));
    sessions.put(id, session);
    channel.attach(session);
    session.open();
  }

  private Client client(EngineSession session, HttpServerRequest request, String address) {
    Client client =
        new Client(
            session, limits, counters, namespaces, request.headers(), request.params(), address);
    client.open();
    return client;
  }

  /// A client that is forgotten here when its session ends.
  private final class Tracked implements EngineSession.Upper {
    private final EngineSession session;
    private final Client client;

    Tracked(EngineSession session, Client client) {
      this.session = session;
      this.client = client;
    }

    @Override
    public void onMessage(String text) {
      client.onMessage(text);
    }

    @Override
    public void onBinary(io.vertx.core.buffer.Buffer message) {
      client.onBinary(message);
    }

    @Override
    public void onClose(CloseReason reason) {
      sessions.remove(session.id());
      client.onClose(reason);
    }
  }

  /// Takes no more sessions and closes those there are.
  public void close() {
    isClosed = true;
    for (EngineSession session : List.copyOf(sessions.values())) {
      session.execute(() -> session.close(CloseReason.SERVER_SHUTDOWN));
    }
  }
}
