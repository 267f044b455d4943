package dev.parley.account;

/// Who brings a token.
public final class Identities {

  private final Accounts accounts;

  public Identities(Accounts accounts) {
    this.accounts = accounts;
  }

  /// Whether a token claims to be of another issuer. Never fails.
  public boolean isForeign(String token) {
    return token.startsWith("foreign:");
  }

  /// Checks a token. Waits: on virtual threads only.
  public Principal authenticate(String token) {
    return accounts.authenticate(token);
  }
}
