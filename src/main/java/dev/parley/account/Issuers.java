package dev.parley.account;

import dev.parley.kernel.Features;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.util.List;
import java.util.function.LongSupplier;

/// Tokens of other issuers, such as an Azure tenant: JWT signed by one of the issuer's keys, which
/// are fetched from it and kept. From any thread.
public final class Issuers {

  private static final int TIMEOUT_MS = 3_000;

  private final List<IssuerKeys> trusted;
  private final LongSupplier clockMs;

  public Issuers(Vertx vertx, List<Features.Issuer> issuers) {
    this(vertx, issuers, TIMEOUT_MS, System::currentTimeMillis);
  }

  /// @param timeoutMs for fetching an issuer's keys
  /// @param clockMs milliseconds since 1970
  Issuers(Vertx vertx, List<Features.Issuer> issuers, int timeoutMs, LongSupplier clockMs) {
    HttpClient http =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(timeoutMs).setKeepAlive(false));
    this.trusted =
        issuers.stream()
            .map(issuer -> new IssuerKeys(vertx, issuer, http, timeoutMs, clockMs))
            .toList();
    this.clockMs = clockMs;
  }

  /// Whether a token says that it is of one of the issuers. Nothing is proven by that.
  public boolean concerns(String token) {
    if (trusted.isEmpty()) {
      return false;
    }
    ForeignToken said = ForeignToken.of(token);
    return said != null && trusted.stream().anyMatch(keys -> said.isOf(keys.issuer()));
  }

  /// Checks issuer, audience, algorithm, lifetime and signature.
  ///
  /// @return whom the token names; or a failure UNAUTHENTICATED, or UNAVAILABLE when the issuer's
  ///   keys cannot be fetched and none that is known has signed the token
  public Future<Principal.Foreign> verify(String token) {
    ForeignToken said = ForeignToken.of(token);
    if (said == null) {
      return Future.failedFuture(Tokens.unauthenticated());
    }
    long nowMs = clockMs.getAsLong();
    for (IssuerKeys keys : trusted) {
      if (said.fits(keys.issuer(), nowMs)) {
        Principal.Foreign identity = said.identity(keys.issuer());
        return identity == null
            ? Future.failedFuture(Tokens.unauthenticated())
            : keys.verify(said).map(identity);
      }
    }
    return Future.failedFuture(Tokens.unauthenticated());
  }
}
