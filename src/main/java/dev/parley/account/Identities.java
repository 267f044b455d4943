package dev.parley.account;

/// Who the bearer of a token is, whoever issued it: we or another issuer that is trusted.
public final class Identities {

  private final Accounts accounts;
  private final Issuers issuers;

  public Identities(Accounts accounts, Issuers issuers) {
    this.accounts = accounts;
    this.issuers = issuers;
  }

  /// Whether a token claims to be of another issuer. Never fails.
  public boolean isForeign(String token) {
    return issuers.concerns(token);
  }

  /// Checks a token, and of one of ours that its account is still there and active. Waits: on
  /// virtual threads only.
  ///
  /// @return a `User`, a `Holder` or a `Foreign`
  /// @throws dev.parley.kernel.Failure UNAUTHENTICATED, or UNAVAILABLE when the store or the
  ///   issuer's keys are away
  public Principal authenticate(String token) {
    return issuers.concerns(token) ? issuers.verify(token).await() : accounts.authenticate(token);
  }
}
