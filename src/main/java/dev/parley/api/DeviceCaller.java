package dev.parley.api;

import dev.parley.account.DeviceTokens;
import dev.parley.account.Principal;
import dev.parley.kernel.Failure;
import io.vertx.ext.web.RoutingContext;

/// Which device makes a request, by the token in its headers. All wait.
final class DeviceCaller {

  private static final String REFUSAL = "Authentication required";

  private DeviceCaller() {}

  /// @throws Failure UNAUTHENTICATED without a token that holds
  static Principal.Device of(RoutingContext context, DeviceTokens tokens) {
    return tokens.verify(token(context)).await();
  }

  private static String token(RoutingContext context) {
    String token;
    try {
      token = Caller.bearer(context);
    } catch (Failure _) {
      token = null;
    }
    if (token == null) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, REFUSAL);
    }
    return token;
  }

  /// A device that may moderate.
  ///
  /// @throws Failure UNAUTHENTICATED without a token that holds, FORBIDDEN for any other device
  static Principal.Device moderator(RoutingContext context, DeviceTokens tokens) {
    Principal.Device device = of(context, tokens);
    if (!device.mayModerate()) {
      throw Failure.forbidden("Moderator privileges required");
    }
    return device;
  }
}
