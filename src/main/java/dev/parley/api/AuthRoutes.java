package dev.parley.api;

import dev.parley.account.Accounts;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/// Accounts of the conference dialect: `POST /auth/register` (201) and `POST /auth/login` (200),
/// both answering `{accessToken}`.
public final class AuthRoutes {

  private final Accounts accounts;

  private AuthRoutes(Accounts accounts) {
    this.accounts = accounts;
  }

  public static void mount(Router router, Control control, Accounts accounts) {
    AuthRoutes routes = new AuthRoutes(accounts);
    router.post("/auth/register").handler(Routes.waiting(control, routes::register));
    router.post("/auth/login").handler(Routes.waiting(control, routes::login));
  }

  private record Token(String accessToken) {}

  private void register(RoutingContext context) {
    Map<String, String> fields =
        Fields.of(Routes.body(context), List.of("email", "password", "displayName"))
            .email("email")
            .text("password", 8, 128)
            .text("displayName", 1, 100)
            .checked();
    String name = fields.getOrDefault("displayName", "").strip();
    if (name.isEmpty()) {
      throw Failure.invalid("displayName must be longer than or equal to 1 characters");
    }
    String token =
        accounts.register(
            fields.getOrDefault("email", ""), fields.getOrDefault("password", ""), name);
    Routes.answer(context, 201, new Token(token));
  }

  private void login(RoutingContext context) {
    Map<String, String> fields =
        Fields.of(Routes.body(context), List.of("email", "password"))
            .email("email")
            .text("password", 1, 128)
            .checked();
    String token =
        accounts.login(fields.getOrDefault("email", ""), fields.getOrDefault("password", ""));
    Routes.answer(context, 200, new Token(token));
  }
}
