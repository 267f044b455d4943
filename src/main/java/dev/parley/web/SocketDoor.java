package dev.parley.web;

import dev.parley.kernel.Config.DialectName;
import dev.parley.kernel.Metrics;
import dev.parley.signaling.SignalingService;
import dev.parley.signaling.socketio.Lease;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where sockets come in: looks at the requests for the signaling role before it does, and turns
/// away those that are no handshakes as the standard has them, and those that are too many. One for
/// each listener instance; on its event loop.
final class SocketDoor {

  private static final Logger log = LoggerFactory.getLogger(SocketDoor.class);

  private static final long WARN_EVERY_NS = 60_000_000_000L;

  /// The version of RFC 6455. Netty would speak older ones as well, which nothing here is made for.
  private static final String WEBSOCKET_VERSION = "13";

  private final SignalingService signaling;
  private final List<DialectName> dialects;
  private final SocketGate gate;
  private final Origins origins;
  private final ClientAddress addresses;
  private final Metrics metrics;
  private boolean hasWarned;
  private long warnedNs;

  SocketDoor(
      SignalingService signaling,
      List<DialectName> dialects,
      SocketGate gate,
      Origins origins,
      ClientAddress addresses,
      Metrics metrics) {
    this.signaling = signaling;
    this.dialects = dialects;
    this.gate = gate;
    this.origins = origins;
    this.addresses = addresses;
    this.metrics = metrics;
  }

  /// Answers a request that the signaling role has claimed.
  void handle(HttpServerRequest request) {
    boolean isUpgrade = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    if (isUpgrade && refuseUpgrade(request)) {
      return;
    }
    String address = addresses.of(request);
    if (!opensSession(request)) {
      signaling.handle(request, dialects, this::allows, address, Lease.none());
      return;
    }
    switch (gate.enter(address)) {
      case SocketGate.Refused refused -> refuse(request, refused);
      case SocketGate.Entered entered -> {
        hold(request, entered.lease(), isUpgrade);
        signaling.handle(request, dialects, this::allows, address, entered.lease());
      }
    }
  }

  private boolean allows(HttpServerRequest request, @Nullable String origin) {
    return origins.allows(origin, addresses.host(request), addresses.isHttps(request));
  }

  /// An upgrade has no body (Vert.x would wait for it), and is to version 13 of the protocol.
  private static boolean refuseUpgrade(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"))) {
      end(request.response().setStatusCode(400));
      return true;
    }
    String version = request.getHeader("sec-websocket-version");
    if (!WEBSOCKET_VERSION.equals(version)) {
      end(
          request
              .response()
              .setStatusCode(426)
              .putHeader("sec-websocket-version", WEBSOCKET_VERSION));
      return true;
    }
    return false;
  }

  private static void end(HttpServerResponse response) {
    response.putHeader(HttpHeaders.CONNECTION, "close").end();
  }

  /// Whether the request is no part of a session yet. One that cannot be read is an attempt too.
  private boolean opensSession(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.OPTIONS)) {
      return false;
    }
    if (signaling.isPlain(request)) {
      return true;
    }
    try {
      return request.getParam("sid") == null;
    } catch (IllegalArgumentException _) {
      return true;
    }
  }

  /// Releases a place whose request comes to nothing, and that of a WebSocket with its connection.
  /// What else comes of a request is a session without a connection, which keeps the place itself.
  private static void hold(HttpServerRequest request, Lease lease, boolean isUpgrade) {
    HttpServerResponse response = request.response();
    response.endHandler(_ -> {
      int status = response.getStatusCode();
      if (status >= 400 || (isUpgrade && status != 101)) {
        lease.release();
      }
    });
    if (isUpgrade && request.connection() instanceof HttpServerConnection connection) {
      var _ =
          connection
              .channelHandlerContext()
              .channel()
              .closeFuture()
              .addListener(_ -> lease.release());
    }
  }

  /// HTTP 429, or 503 where it is not the client's doing, in the shape of Engine.IO's refusals.
  private void refuse(HttpServerRequest request, SocketGate.Refused refused) {
    metrics.count(Metrics.Total.SOCKETS_LIMITED, "reason", refused.reason().label());
    warn(request, refused.reason());
    HttpServerResponse response = request.response();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && allows(request, origin)) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
          .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after")
          .putHeader(HttpHeaders.VARY, "Origin");
    }
    response
        .setStatusCode(refused.reason() == SocketGate.Reason.NODE_FULL ? 503 : 429)
        .putHeader("retry-after", Long.toString((refused.retryAfterMs() + 999) / 1000))
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end("{\"code\":4,\"message\":\"Too many connections\"}");
  }

  /// Now and then, as it may be the configuration that is wrong: behind a proxy that is not trusted
  /// all clients have one address.
  private void warn(HttpServerRequest request, SocketGate.Reason reason) {
    long nowNs = System.nanoTime();
    if (hasWarned && nowNs - warnedNs <= WARN_EVERY_NS) {
      return;
    }
    hasWarned = true;
    warnedNs = nowNs;
    if (reason == SocketGate.Reason.NODE_FULL) {
      log.warn("sockets refused, the node is full open={}", gate.open());
    } else {
      log.warn(
          "sockets of an address refused reason={} throughProxyNotTrusted={}",
          reason.label(),
          addresses.isThroughStranger(request));
    }
  }
}
