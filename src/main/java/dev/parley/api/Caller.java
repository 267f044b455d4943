package dev.parley.api;

import dev.parley.account.Identities;
import dev.parley.account.Principal;
import dev.parley.kernel.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/// Who makes a request, by the token in its headers.
final class Caller {

  private static final String BEARER = "Bearer ";

  private Caller() {}

  /// `of` or `ofAny`.
  interface Check {
    Principal caller(Identities identities, String token, String refusal);
  }

  /// The token of `Authorization: Bearer`; null when there is no such header.
  ///
  /// @throws Failure UNAUTHENTICATED when the header is of another form
  static @Nullable String bearer(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return null;
    }
    if (!header.startsWith(BEARER) || header.length() == BEARER.length()) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Invalid authorization header format");
    }
    return header.substring(BEARER.length()).strip();
  }

  /// Who a token names, which must be more than a pass. Waits.
  ///
  /// @param refusal what one is told whose token does not hold
  /// @throws Failure FORBIDDEN when it is a pass
  static Principal of(Identities identities, String token, String refusal) {
    Principal caller = ofAny(identities, token, refusal);
    if (caller instanceof Principal.Holder) {
      throw Failure.forbidden("A pass is good for its room only");
    }
    return caller;
  }

  /// Who a token names, be it a pass. Waits.
  ///
  /// @param refusal what one is told whose token does not hold
  static Principal ofAny(Identities identities, String token, String refusal) {
    try {
      return identities.authenticate(token);
    } catch (Failure failure) {
      throw failure.code() == Failure.Code.UNAUTHENTICATED
          ? new Failure(Failure.Code.UNAUTHENTICATED, refusal)
          : failure;
    }
  }
}
