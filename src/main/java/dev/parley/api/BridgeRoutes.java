package dev.parley.api;

import dev.parley.bridge.Bridge;
import dev.parley.bridge.BridgeClaims;
import dev.parley.bridge.BridgeServices;
import dev.parley.bridge.Call;
import dev.parley.bridge.Delivery;
import dev.parley.bridge.daily.DailyEvent;
import dev.parley.bridge.daily.DailyHook;
import dev.parley.kernel.Config;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bridge, `/room`: what a chat app's front end asks for, what daily.co sends, and what
/// operators look at.
///
/// The front end knows three statuses: 200, 400 for "there is no call to join" and nothing else,
/// 401 for whatever else keeps it from coming in; the stable `code` says what it was.
public final class BridgeRoutes {

  private static final Logger log = LoggerFactory.getLogger(BridgeRoutes.class);

  /// What the paths of the bridge begin with; pages of any origin may ask there.
  public static final String PATHS = "/room/*";

  /// What users ask for; how often one address may is limited.
  public static final List<String> LIMITED =
      List.of("/room/meeting_access_token", "/room/end_meeting");

  private static final String TOKEN_HEADER = "x-auth-jwt";
  private static final int MAX_NAME = 200;
  private static final int MAX_AVATAR_BITS = 128;
  private static final int MOST = 200;

  private final BridgeServices services;
  private final Control control;
  private final Metrics metrics;
  private final @Nullable DailyHook hook;

  private BridgeRoutes(BridgeServices services, Control control, Metrics metrics) {
    this.services = services;
    this.control = control;
    this.metrics = metrics;
    this.hook = services.hook();
  }

  public static void mount(
      Router router, BridgeServices services, Control control, Metrics metrics) {
    BridgeRoutes routes = new BridgeRoutes(services, control, metrics);
    // Not for HEAD, which must not begin a call.
    router.get("/room/meeting_access_token").handler(Routes.waiting(control, routes::access));
    router.post("/room/end_meeting").handler(Routes.waiting(control, routes::end));
    Routes.read(router, "/room/meetings").handler(Routes.waiting(control, routes::meetings));
    router.post("/room/hook").handler(routes::hook);
    Routes.read(router, "/room/deliveries").handler(Routes.waiting(control, routes::deliveries));
    router
        .post("/room/deliveries/:id/redeliver")
        .handler(Routes.waiting(control, routes::redeliver));
  }

  private void access(RoutingContext context) {
    String token = context.request().getHeader(TOKEN_HEADER);
    if (token == null || token.isEmpty()) {
      refuse(
          context,
          401,
          "You must provide an OpenChat authorisation jwt to show that you are permitted to access"
              + " the room",
          "Unauthorized",
          Failure.Code.UNAUTHENTICATED);
      return;
    }
    Bridge.Access access;
    try {
      access = services.bridge().access(services.tokens().verify(token), visitor(context));
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.NOT_FOUND) {
        refuse(context, 400, failure.text(), "Bad Request", failure.code());
      } else {
        log.info("no access code={} error={}", failure.code(), failure.text());
        refuse(context, 401, "Error obtaining room access token", null, failure.code());
      }
      return;
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("token", access.token());
    body.put("roomName", access.roomName());
    body.put("messageId", access.messageId().toString());
    body.put("joining", access.isJoining());
    if (!access.url().isEmpty()) {
      body.put("url", access.url());
    }
    Routes.answer(context, 200, body);
  }

  /// As NestJS writes errors, with the code added.
  private static void refuse(
      RoutingContext context,
      int status,
      String message,
      @Nullable String error,
      Failure.Code code) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("message", message);
    if (error != null) {
      body.put("error", error);
    }
    body.put("statusCode", status);
    body.put("code", code.name());
    Routes.answer(context, status, body);
  }

  /// Front ends of before 2024-02-26 send `username`.
  private static Bridge.Visitor visitor(RoutingContext context) {
    Map<String, String> query = LenientQuery.of(context.request().query());
    String username = name(query, "initiator-username");
    return new Bridge.Visitor(
        username.isEmpty() ? name(query, "username") : username,
        name(query, "initiator-displayname"),
        avatar(name(query, "initiator-avatarid")));
  }

  /// Not longer than a name may be.
  private static String name(Map<String, String> query, String name) {
    String value = query.getOrDefault(name, "");
    String printable = value.replaceAll("\\p{Cntrl}", " ").strip();
    return printable.codePointCount(0, printable.length()) <= MAX_NAME / 2
        ? printable
        : printable.substring(0, printable.offsetByCodePoints(0, MAX_NAME / 2));
  }

  /// What is no number is no picture.
  private static @Nullable BigInteger avatar(String text) {
    if (!text.matches("\\d{1,39}")) {
      return null;
    }
    BigInteger id = new BigInteger(text);
    return id.bitLength() <= MAX_AVATAR_BITS ? id : null;
  }

  private void end(RoutingContext context) {
    String token = context.request().getHeader(TOKEN_HEADER);
    try {
      if (token == null || token.isEmpty()) {
        throw new Failure(Failure.Code.UNAUTHENTICATED, "No token");
      }
      BridgeClaims claims = services.tokens().verify(token);
      services.bridge().end(claims);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.UNAUTHENTICATED
          && failure.code() != Failure.Code.FORBIDDEN) {
        throw failure;
      }
      refuse(context, 401, failure.text(), "Unauthorized", failure.code());
      return;
    }
    context.response().setStatusCode(201).end();
  }

  private void meetings(RoutingContext context) {
    if (!services.isPublic()) {
      checkOperator(context);
    }
    List<Map<String, Object>> meetings = new ArrayList<>();
    for (Call call : services.bridge().live()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("_id", call.id().toString());
      shown.put("roomName", call.roomName());
      shown.put("messageId", call.messageId().toString());
      shown.put("confirmed", call.confirmedAtMs() > 0);
      shown.put("startedBy", call.startedBy());
      shown.put("state", call.state().name().toLowerCase(Locale.ROOT));
      shown.put(
          "expiresAt",
          Instant.ofEpochMilli(call.requestedAtMs() + call.maxDurationMs()).toString());
      meetings.add(shown);
    }
    Routes.answer(context, 200, meetings);
  }

  private void checkOperator(RoutingContext context) {
    Config.Secret secret = services.operatorToken();
    String given = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    boolean isOperator =
        secret.isSet()
            && given != null
            && MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8),
                ("Bearer " + secret.value()).getBytes(StandardCharsets.UTF_8));
    if (!isOperator) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "An operator's token is needed");
    }
  }

  /// Daily takes anything but 200 for a failure, and after three of them sends no more: it gets 200
  /// whatever it sent.
  private void hook(RoutingContext context) {
    Buffer body = context.body().buffer();
    String timestamp = context.request().getHeader("x-webhook-timestamp");
    String signature = context.request().getHeader("x-webhook-signature");
    byte[] bytes = body == null ? new byte[0] : body.getBytes();
    context.response().setStatusCode(200).end();
    if (hook == null) {
      metrics.count(Metrics.Total.BRIDGE_HOOKS, "result", "not configured");
      return;
    }
    DailyEvent event;
    try {
      event = hook.read(timestamp, signature, bytes);
    } catch (Failure failure) {
      log.warn("webhook refused error={}", failure.text());
      metrics.count(Metrics.Total.BRIDGE_HOOKS, "result", "refused");
      return;
    }
    metrics.count(Metrics.Total.BRIDGE_HOOKS, "result", "taken");
    control.run(() -> {
      try {
        services.heard(event);
      } catch (Failure failure) {
        // It is found by polling.
        log.warn("webhook not noted error={}", failure.text());
      }
    });
  }

  private void deliveries(RoutingContext context) {
    checkOperator(context);
    String word = context.queryParams().get("state");
    String before = context.queryParams().get("before");
    Delivery.State state = Delivery.State.DEAD;
    long beforeMs = Long.MAX_VALUE / 2_000_000;
    try {
      if (word != null) {
        state = Delivery.State.valueOf(word.toUpperCase(Locale.ROOT));
      }
      if (before != null) {
        beforeMs = Instant.parse(before).toEpochMilli();
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw Failure.invalid("state must be pending, done, dropped or dead, before a time");
    }
    Routes.answer(
        context, 200, Map.of("deliveries", services.outbox().list(state, MOST, beforeMs)));
  }

  private void redeliver(RoutingContext context) {
    checkOperator(context);
    UUID id;
    try {
      id = UUID.fromString(context.pathParam("id"));
    } catch (IllegalArgumentException e) {
      throw Failure.notFound("No such delivery");
    }
    if (!services.outbox().redeliver(id, System.currentTimeMillis())) {
      throw Failure.notFound("No delivery of that id was given up");
    }
    services.due();
    Routes.answer(context, 202, Map.of("id", id.toString(), "state", "pending"));
  }
}
