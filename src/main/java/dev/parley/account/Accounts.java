package dev.parley.account;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Postgres;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.Iterator;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Accounts of people who sign in with e-mail address and password. All methods wait: on virtual
/// threads only.
public final class Accounts {

  private static final String SELECT =
      """
      SELECT id, email, "displayName", "passwordHash", "isActive" FROM users WHERE
      """;

  private final Postgres postgres;
  private final Passwords passwords;
  private final Tokens tokens;

  public Accounts(Postgres postgres, Passwords passwords, Tokens tokens) {
    this.postgres = postgres;
    this.passwords = passwords;
    this.tokens = tokens;
  }

  private record Account(Principal.User user, String passwordHash, boolean isActive) {}

  /// Makes an account.
  ///
  /// @return a token for it
  /// @throws Failure CONFLICT when the address has one
  public String register(String email, String password, String displayName) {
    String address = normal(email);
    if (find("email = $1", address) != null) {
      throw taken();
    }
    String hash = passwords.hash(password).await();
    String sql =
        """
        INSERT INTO users (email, "passwordHash", "displayName") VALUES ($1, $2, $3) RETURNING id
        """;
    try {
      Row row = postgres.query(sql, address, hash, displayName).iterator().next();
      return tokens.issue(new Principal.User(row.getUUID(0).toString(), address, displayName));
    } catch (PgException e) {
      if (Postgres.UNIQUE_VIOLATION.equals(e.getSqlState())) {
        throw taken();
      }
      throw e;
    }
  }

  /// Checks a password. Takes as long for an unknown address as for a wrong password.
  ///
  /// @return a token
  /// @throws Failure UNAUTHENTICATED
  public String login(String email, String password) {
    Account account = find("email = $1", normal(email));
    boolean matches =
        account == null
            ? passwords.matchesNothing(password).await()
            : passwords.matches(password, account.passwordHash()).await();
    if (account == null || !matches) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Invalid credentials");
    }
    if (!account.isActive()) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Account is deactivated");
    }
    return tokens.issue(account.user());
  }

  /// Checks a token and that its account is still there and active; a pass has none.
  ///
  /// @throws Failure UNAUTHENTICATED
  public Principal.Member authenticate(String token) {
    return switch (tokens.verify(token).await()) {
      case Principal.User claimed -> active(claimed);
      case Principal.Holder holder -> holder;
    };
  }

  private Principal.User active(Principal.User claimed) {
    Account account = find("id = $1", UUID.fromString(claimed.id()));
    if (account == null || !account.isActive()) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication failed");
    }
    return account.user();
  }

  private @Nullable Account find(String condition, Object value) {
    Iterator<Row> rows = postgres.query(SELECT + condition, value).iterator();
    if (!rows.hasNext()) {
      return null;
    }
    Row row = rows.next();
    return new Account(
        new Principal.User(row.getUUID(0).toString(), row.getString(1), row.getString(2)),
        row.getString(3),
        row.getBoolean(4));
  }

  private static String normal(String email) {
    return email.strip().toLowerCase(Locale.ROOT);
  }

  private static Failure taken() {
    return new Failure(Failure.Code.CONFLICT, "Email already registered");
  }
}
