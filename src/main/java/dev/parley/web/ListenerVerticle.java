package dev.parley.web;

import dev.parley.api.ApiServices;
import dev.parley.api.AuthRoutes;
import dev.parley.api.BridgeRoutes;
import dev.parley.api.ErrorShape;
import dev.parley.api.MatchRoutes;
import dev.parley.api.MeetingRoutes;
import dev.parley.api.OpsRoutes;
import dev.parley.api.PeerRoutes;
import dev.parley.api.ReportRoutes;
import dev.parley.api.Routes;
import dev.parley.bridge.BridgeServices;
import dev.parley.kernel.Config;
import dev.parley.kernel.Config.DialectName;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Health;
import dev.parley.kernel.Metrics;
import dev.parley.room.PeerRooms;
import dev.parley.signaling.SignalingService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
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
      ApiServices services,
      @Nullable SignalingService signaling,
      SocketGate gate,
      Health health,
      Metrics metrics) {}

  /// What the instances of one listener have together: the port, and the counts of what is limited.
  public static final class Shared {
    private final int anyPort;
    private final int configuredPort;
    private final AtomicInteger foundPort = new AtomicInteger();
    private final Limits signIns;
    private final Limits meetings;

    /// @param number of the listener among those of the node
    public Shared(Parts parts, int number) {
      anyPort = -1 - number;
      configuredPort = parts.listener().port();
      foundPort.set(configuredPort);
      signIns = new Limits(parts.limits().http());
      meetings = new Limits(parts.services().meetingConfig().rateLimit());
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
    if (parts.listener().dialects().contains(DialectName.MATCH)) {
      parts.metrics().showVideo();
      router.route().handler(new RequestTimes(parts.metrics()));
      router.route().handler(new RequestIds());
    }
    BridgeServices bridged = parts.services().bridge();
    router.route().handler(new SecurityHeaders(bridged == null ? List.of() : bridged.framedBy()));
    if (isBridge()) {
      router.route(BridgeRoutes.PATHS).handler(new OpenCors());
    }
    router.route().handler(new Cors(origins, addresses));
    router.route().failureHandler(ListenerVerticle::fail);
    List<DialectName> dialects = parts.listener().dialects();
    ErrorShape shape = shape(dialects);
    router
        .route()
        .handler(context -> {
          shape.choose(context);
          context.next();
        });
    OpsRoutes.mount(
        router, parts.health(), parts.metrics(), parts.withMetrics(), dialects, this::count);
    if (parts.listener().roles().contains(Config.Role.API)) {
      mountApi(router, dialects);
    }
    router
        .route()
        .handler(context -> Routes.fail(context, Failure.notFound(missing(context, shape))));
  }

  private boolean isBridge() {
    return parts.services().bridge() != null && parts.listener().roles().contains(Config.Role.API);
  }

  /// How those failures are written that belong to no dialect of their own.
  private static ErrorShape shape(List<DialectName> dialects) {
    return switch (dialects.isEmpty() ? DialectName.CONFERENCE : dialects.getFirst()) {
      case CONFERENCE -> ErrorShape.CONFERENCE;
      case MATCH -> ErrorShape.MATCH;
      case MEETING -> ErrorShape.MEETING;
      case ROOM -> ErrorShape.ROOM;
    };
  }

  private Future<PeerRooms.Count> count() {
    Promise<PeerRooms.Count> counted = Promise.promise();
    ApiServices services = parts.services();
    services
        .control()
        .run(() -> {
          try {
            counted.complete(services.peers().count());
          } catch (Throwable t) {
            counted.fail(t);
          }
        });
    return counted.future();
  }

  private void mountApi(Router router, List<DialectName> dialects) {
    // Before anything that may fail.
    if (dialects.contains(DialectName.MEETING)) {
      router.route("/api/meetings/*").handler(chosen(ErrorShape.MEETING));
    }
    if (dialects.contains(DialectName.ROOM)) {
      router.route("/api/rooms*").handler(chosen(ErrorShape.ROOM));
      router.route("/api/turn-credentials").handler(chosen(ErrorShape.ROOM));
    }
    router.route("/auth/*").handler(chosen(ErrorShape.CONFERENCE));
    if (isBridge()) {
      router.route(BridgeRoutes.PATHS).handler(chosen(ErrorShape.MATCH));
    }
    if (dialects.contains(DialectName.MATCH)) {
      MatchRoutes.PATHS.forEach(path -> router.route(path).handler(chosen(ErrorShape.MATCH)));
    }
    BodyHandler bodies = BodyHandler.create(false).setBodyLimit(parts.limits().maxBody());
    for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE)) {
      router.route().method(method).handler(ListenerVerticle::hurry);
      router.route().method(method).handler(ListenerVerticle::refuseForms);
      router.route().method(method).handler(bodies);
    }
    router.post("/auth/*").handler(context -> limit(context, shared.signIns, Routes::fail));
    AuthRoutes.mount(router, parts.services().control(), parts.services().accounts());
    if (dialects.contains(DialectName.MATCH)) {
      mountMatch(router);
    }
    if (dialects.contains(DialectName.MEETING)) {
      router
          .route("/api/meetings/*")
          .handler(context -> limit(context, shared.meetings, ListenerVerticle::tooMany));
      MeetingRoutes.mount(router, parts.services(), parts.health());
    }
    if (dialects.contains(DialectName.ROOM)) {
      router.post("/api/rooms").handler(context -> limit(context, shared.signIns, Routes::fail));
      PeerRoutes.mount(router, parts.services(), context -> addresses.of(context.request()));
    }
    BridgeServices bridge = parts.services().bridge();
    if (bridge != null) {
      for (String path : BridgeRoutes.LIMITED) {
        router.route(path).handler(context -> limit(context, shared.meetings, Routes::fail));
      }
      BridgeRoutes.mount(router, bridge, parts.services().control(), parts.metrics());
    }
    if (!dialects.isEmpty() && dialects.getFirst() == DialectName.MEETING) {
      Routes.read(router, "/").handler(ListenerVerticle::about);
    }
    Routes.read(router, "/assets/*")
        .handler(
            StaticHandler.create("webroot/assets")
                .setCachingEnabled(true)
                .setMaxAgeSeconds(31_536_000));
    Routes.read(router, "/*")
        .handler(
            StaticHandler.create("webroot").setCachingEnabled(false).setIndexPage("index.html"));
  }

  private void mountMatch(Router router) {
    for (String path : MatchRoutes.WRITTEN) {
      router
          .route(path)
          .method(HttpMethod.POST)
          .method(HttpMethod.DELETE)
          .handler(context -> limit(context, shared.signIns, Routes::fail));
    }
    MatchRoutes.mount(router, parts.services(), context -> addresses.of(context.request()));
    ReportRoutes.mount(router, parts.services());
  }

  private static Handler<RoutingContext> chosen(ErrorShape shape) {
    return context -> {
      shape.choose(context);
      context.next();
    };
  }

  /// What the meeting service says of itself where browsers get the page.
  private static void about(RoutingContext context) {
    String accepts = context.request().getHeader(HttpHeaders.ACCEPT);
    if (accepts != null && accepts.contains("text/html")) {
      context.next();
    } else {
      MeetingRoutes.about(context);
    }
  }

  private static void tooMany(RoutingContext context, Failure failure) {
    long seconds = (failure.retryAfterMs() + 999) / 1000;
    context
        .response()
        .setStatusCode(failure.code().status())
        .putHeader("retry-after", Long.toString(seconds))
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .end("Too many requests from this IP");
  }

  private static String missing(RoutingContext context, ErrorShape shape) {
    if (shape == ErrorShape.MEETING) {
      return "Route not found";
    }
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

  /// Bounds how often one address may ask for what is costly.
  private void limit(
      RoutingContext context, Limits limits, BiConsumer<RoutingContext, Failure> refuse) {
    String address = addresses.of(context.request());
    Context own = vertx.getOrCreateContext();
    // All instances count together, in the one place where no lock is needed.
    parts
        .services()
        .control()
        .run(() -> {
          long waitMs = limits.retryAfterMs(address, System.nanoTime() / 1_000_000);
          own.runOnContext(_ -> limited(context, waitMs, refuse));
        });
  }

  private void limited(
      RoutingContext context, long waitMs, BiConsumer<RoutingContext, Failure> refuse) {
    if (waitMs == 0) {
      context.next();
      return;
    }
    parts.metrics().count(Metrics.Total.HTTP_LIMITED);
    if (ErrorShape.of(context) == ErrorShape.MATCH) {
      parts.metrics().count(Metrics.Total.VIDEO_LIMITED, "limit_type", "http");
    }
    refuse.accept(context, new Failure(Failure.Code.RATE_LIMITED, "Too many requests", waitMs));
  }

  private static void fail(RoutingContext context) {
    Throwable cause = context.failure();
    Routes.fail(context, cause == null ? Routes.failureOf(context.statusCode()) : cause);
  }
}
