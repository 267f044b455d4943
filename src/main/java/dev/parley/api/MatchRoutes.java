package dev.parley.api;

import dev.parley.account.DeviceTokens;
import dev.parley.account.Principal;
import dev.parley.kernel.Durations;
import dev.parley.kernel.Failure;
import dev.parley.report.Bans;
import dev.parley.report.Blocks;
import dev.parley.turn.IceServers;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What devices that meet strangers ask for: their tokens (`/auth/token`, `/auth/refresh`,
/// `/auth/verify`), TURN credentials, and whom not to meet again (`/blocks`). For what moderators
/// ask see `ReportRoutes`.
public final class MatchRoutes {

  /// Where failures are written as clients of random video chat know them.
  public static final List<String> PATHS =
      List.of(
          "/auth/token",
          "/auth/refresh",
          "/auth/verify",
          "/turn/credentials",
          "/blocks",
          "/blocks/*",
          "/reports",
          "/reports/*",
          "/moderation/*");

  /// Those that devices change something by, besides `/auth/*`.
  public static final List<String> WRITTEN = List.of("/turn/credentials", "/blocks", "/reports");

  private static final int MAX_REASON = 500;
  private static final int MAX_SESSION_ID = 100;

  private final ApiServices services;
  private final DeviceTokens tokens;
  private final Bans bans;
  private final Blocks blocks;
  private final Function<RoutingContext, String> addresses;

  private MatchRoutes(ApiServices services, Function<RoutingContext, String> addresses) {
    this.services = services;
    this.tokens = services.deviceTokens();
    this.bans = services.moderation().bans();
    this.blocks = services.moderation().blocks();
    this.addresses = addresses;
  }

  /// @param addresses the address that a request comes from
  public static void mount(
      Router router, ApiServices services, Function<RoutingContext, String> addresses) {
    MatchRoutes routes = new MatchRoutes(services, addresses);
    var control = services.control();
    router.post("/auth/token").handler(Routes.waiting(control, routes::issue));
    router.post("/auth/refresh").handler(Routes.waiting(control, routes::refresh));
    Routes.read(router, "/auth/verify").handler(Routes.waiting(control, routes::verify));
    router.post("/turn/credentials").handler(Routes.waiting(control, routes::turn));
    router.post("/blocks").handler(Routes.waiting(control, routes::block));
    router.delete("/blocks").handler(Routes.waiting(control, routes::unblock));
    Routes.read(router, "/blocks").handler(Routes.waiting(control, routes::blocked));
    Routes.read(router, "/blocks/count").handler(Routes.waiting(control, routes::count));
  }

  private record Token(String accessToken, String expiresIn) {}

  private void issue(RoutingContext context) {
    String deviceId =
        Fields.of(Routes.bodyOrEmpty(context), List.of("deviceId"))
            .filled("deviceId", DeviceTokens.MAX_DEVICE_ID)
            .checked()
            .getOrDefault("deviceId", "");
    answerToken(context, deviceId);
  }

  private void refresh(RoutingContext context) {
    answerToken(context, caller(context).id());
  }

  private void answerToken(RoutingContext context, String deviceId) {
    refuseBanned(context, deviceId);
    Routes.answer(
        context, 201, new Token(tokens.issue(deviceId), Durations.format(tokens.lifetime())));
  }

  private Principal.Device caller(RoutingContext context) {
    return DeviceCaller.of(context, tokens);
  }

  private void refuseBanned(RoutingContext context, String deviceId) {
    if (bans.isBanned(deviceId, addresses.apply(context))) {
      throw Failure.forbidden("Device is blocked");
    }
  }

  private void verify(RoutingContext context) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("valid", true);
    fields.put("deviceId", caller(context).id());
    Routes.answer(context, 200, fields);
  }

  private void turn(RoutingContext context) {
    String deviceId = caller(context).id();
    refuseBanned(context, deviceId);
    IceServers.Credentials credentials =
        services.iceServers().credentialsFor(deviceId, Instant.now());
    Routes.answer(context, 201, credentials);
  }

  private void block(RoutingContext context) {
    String deviceId = caller(context).id();
    Map<String, String> fields =
        Fields.of(Routes.bodyOrEmpty(context), List.of("blockedUserId", "reason", "sessionId"))
            .filled("blockedUserId", DeviceTokens.MAX_DEVICE_ID)
            .maybe("reason", MAX_REASON)
            .maybe("sessionId", MAX_SESSION_ID)
            .checked();
    blocks.block(
        deviceId,
        fields.getOrDefault("blockedUserId", ""),
        fields.get("reason"),
        fields.get("sessionId"));
    answerDone(context, 201, "User blocked. You will not be matched with this user again.");
  }

  private void unblock(RoutingContext context) {
    String deviceId = caller(context).id();
    String blockedId =
        Fields.of(Routes.bodyOrEmpty(context), List.of("blockedUserId"))
            .filled("blockedUserId", DeviceTokens.MAX_DEVICE_ID)
            .checked()
            .getOrDefault("blockedUserId", "");
    blocks.unblock(deviceId, blockedId);
    answerDone(context, 200, "User unblocked.");
  }

  private static void answerDone(RoutingContext context, int status, String message) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("success", true);
    fields.put("message", message);
    Routes.answer(context, status, fields);
  }

  private void blocked(RoutingContext context) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Blocks.Entry entry : blocks.list(caller(context).id())) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", entry.id());
      fields.put("blockedId", entry.blockedId());
      String reason = entry.reason();
      if (reason != null) {
        fields.put("reason", reason);
      }
      fields.put("createdAt", entry.createdAt().toString());
      list.add(fields);
    }
    Routes.answer(context, 200, Map.of("blocked", list, "count", list.size()));
  }

  private void count(RoutingContext context) {
    Routes.answer(context, 200, Map.of("count", blocks.count(caller(context).id())));
  }
}
