package dev.parley.web;

import dev.parley.account.Accounts;
import dev.parley.api.AuthRoutes;
import dev.parley.api.OpsRoutes;
import dev.parley.api.Routes;
import dev.parley.kernel.Config;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Health;
import dev.parley.kernel.Metrics;
import dev.parley.signaling.SignalingService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One instance of a listener: an HTTP server on the listener's port, with the REST API, the
/// signaling edge and the page. Deployed once per core; the instances share the port.
public final class ListenerVerticle extends VerticleBase {

  private static final int MAX_HEADER_BYTES = 16_384;

  /// Silence in both directions that ends a connection; sockets are pinged more often than that.
  private static final int IDLE_SECONDS = 180;

  /// For which what was sent may be left unacknowledged, where the system can tell (Linux).
  private static final int UNACKNOWLEDGED_MS = 60_000;

  /// From the head of a request to the end of its body.
  private static final Duration BODY_PATIENCE = Duration.ofSeconds(30);

  /// From the head of a request with a body to the end of its answer.
  private static final long PATIENCE_MS = 30_000;

  /// What a listener is made of.
  ///
  /// @param withMetrics whether `/metrics` is served here
  /// @param signaling the signaling role, when the node has it
  /// @param gate of all listeners of the node
  public record Parts(
      Config.Listener listener,
      Config.Limits limits,
      boolean withMetrics,
      Control control,
      Accounts accounts,
      @Nullable SignalingService signaling,
      SocketGate gate,
      Health health,
      Metrics metrics) {}

  /// What the instances of one listener have together: the port, and the count of sign-ins.
  public static final class Shared {
    private final int anyPort;
    private final int configuredPort;
    private final AtomicInteger foundPort = new AtomicInteger();
    private final Limits signIns;

    /// @param number of the listener among those of the node
    public Shared(Parts parts, int number) {
      anyPort = -1 - number;
      configuredPort = parts.listener().port();
      foundPort.set(configuredPort);
      signIns = new Limits(parts.limits().http());
    }

    /// The configured port, or the one that was found.
    public int port() {
      return foundPort.get();
    }
  }

  private final Parts parts;
  private final Shared shared;
  private final Origins origins;
  private final ClientAddress addresses;
  private final ConnectionGuard.Patience patience;
  private final @Nullable SocketDoor door;

  public ListenerVerticle(Parts parts, Shared shared) {
    this.parts = parts;
    this.shared = shared;
    this.origins = new Origins(parts.listener().corsOrigins());
    this.addresses = new ClientAddress(parts.listener().trustedProxies());
    this.patience =
        new ConnectionGuard.Patience(
            parts.limits().headTimeout(), BODY_PATIENCE, parts.limits().keepAlive());
    SignalingService signaling = parts.signaling();
    this.door =
        signaling == null
            ? null
            : new SocketDoor(
                signaling,
                parts.listener().dialects(),
                parts.gate(),
                origins,
                addresses,
                parts.metrics());
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(parts.listener().host())
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setIdleTimeout(IDLE_SECONDS)
            .setTcpKeepAlive(true)
            .setTcpUserTimeout(UNACKNOWLEDGED_MS)
            // Browsers do not speak it, and nothing here bounds its streams.
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(true);
    SignalingService signaling = parts.signaling();
    if (signaling != null) {
      signaling.prepare(options);
    }
    HttpServer server = vertx.createHttpServer(options);
    Router router = Router.router(vertx);
    mount(router);
    Router root = router;
    if (!parts.listener().basePath().isEmpty()) {
      root = Router.router(vertx);
      root.route(parts.listener().basePath() + "/*").subRouter(router);
    }
    Router routes = root;
    server.connectionHandler(this::accept);
    server.requestHandler(request -> dispatch(request, routes));
    // A negative port is chosen once and shared by all who ask for the same one: the instances of
    // this deployment, as the number that was found is not free.
    int wanted = shared.configuredPort == 0 ? shared.anyPort : shared.configuredPort;
    return server.listen(wanted).onSuccess(opened -> shared.foundPort.set(opened.actualPort()));
  }

  private void accept(HttpConnection connection) {
    SignalingService signaling = parts.signaling();
    if (signaling != null) {
      signaling.accept(connection);
    }
    new ConnectionGuard(patience, this::count).watch(connection);
  }

  /// A connection that is closed after an answer is none of the cut ones.
  private void count(ConnectionGuard.Cut cut) {
    if (cut != ConnectionGuard.Cut.IDLE) {
      String reason = cut.name().toLowerCase(Locale.ROOT);
      parts.metrics().count(Metrics.Total.CONNECTIONS_CUT, "reason", reason);
    }
  }

  private void dispatch(HttpServerRequest request, Router routes) {
    SignalingService signaling = parts.signaling();
    if (signaling != null
        && door != null
        && signaling.takes(request, parts.listener().basePath())) {
      door.handle(request);
    } else if (!isDecodable(request.path())) {
      // The router would log it as a fault of ours.
      request.response().setStatusCode(400).end();
    } else {
      routes.handle(request);
    }
  }

  /// Whether each `%` of a path is followed by two hexadecimal digits (RFC 3986 §2.1).
  private static boolean isDecodable(@Nullable String path) {
    if (path == null) {
      return false;
    }
    for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
      if (at + 2 >= path.length()
          || !HexFormat.isHexDigit(path.charAt(at + 1))
          || !HexFormat.isHexDigit(path.charAt(at + 2))) {
        return false;
      }
    }
    return true;
  }

  private void mount(Router router) {
    router.route().handler(new SecurityHeaders());
    router.route().handler(new Cors(origins, addresses));
    router.route().failureHandler(ListenerVerticle::fail);
    OpsRoutes.mount(router, parts.health(), parts.metrics(), parts.withMetrics());
    if (parts.listener().roles().contains(Config.Role.API)) {
      router.post().handler(ListenerVerticle::hurry);
      router.post().handler(ListenerVerticle::refuseForms);
      router.post().handler(BodyHandler.create(false).setBodyLimit(parts.limits().maxBody()));
      router.post("/auth/*").handler(this::limit);
      AuthRoutes.mount(router, parts.control(), parts.accounts());
      Routes.read(router, "/assets/*")
          .handler(
              StaticHandler.create("webroot/assets")
                  .setCachingEnabled(true)
                  .setMaxAgeSeconds(31_536_000));
      Routes.read(router, "/*")
          .handler(
              StaticHandler.create("webroot").setCachingEnabled(false).setIndexPage("index.html"));
    }
    router.route().handler(context -> Routes.fail(context, Failure.notFound(missing(context))));
  }

  private static String missing(RoutingContext context) {
    return "Cannot " + context.request().method() + " " + context.request().path();
  }

  /// Ends a request whose body comes by drops.
  private static void hurry(RoutingContext context) {
    long timer = context.vertx().setTimer(PATIENCE_MS, _ -> context.response().reset());
    context.addEndHandler(_ -> context.vertx().cancelTimer(timer));
    context.next();
  }

  /// Forms are not spoken here; the body handler would take them apart while they arrive.
  private static void refuseForms(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    String lower = type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
    if (lower.startsWith("multipart/") || lower.startsWith("application/x-www-form-urlencoded")) {
      Routes.fail(context, Failure.invalid("body must be a JSON object"));
    } else {
      context.next();
    }
  }

  /// Bounds how often one address may try passwords or make accounts.
  private void limit(RoutingContext context) {
    String address = addresses.of(context.request());
    Context own = vertx.getOrCreateContext();
    // All instances count together, in the one place where no lock is needed.
    parts
        .control()
        .run(() -> {
          long waitMs = shared.signIns.retryAfterMs(address, System.nanoTime() / 1_000_000);
          own.runOnContext(_ -> limited(context, waitMs));
        });
  }

  private void limited(RoutingContext context, long waitMs) {
    if (waitMs == 0) {
      context.next();
      return;
    }
    parts.metrics().count(Metrics.Total.HTTP_LIMITED);
    Routes.fail(context, new Failure(Failure.Code.RATE_LIMITED, "Too many requests", waitMs));
  }

  private static void fail(RoutingContext context) {
    Throwable cause = context.failure();
    Routes.fail(context, cause == null ? Routes.failureOf(context.statusCode()) : cause);
  }
}
