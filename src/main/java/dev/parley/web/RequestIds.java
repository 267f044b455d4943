package dev.parley.web;

import dev.parley.kernel.Ids;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/// Gives each answer the `x-request-id` of its request, or `<millis>-<random>` where it has none
/// that is fit to be repeated.
final class RequestIds implements Handler<RoutingContext> {

  private static final String HEADER = "x-request-id";
  private static final int MAX_LENGTH = 128;
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int RANDOM_LENGTH = 9;

  @Override
  public void handle(RoutingContext context) {
    String asked = context.request().getHeader(HEADER);
    context.response().putHeader(HEADER, asked != null && isFit(asked) ? asked : made());
    context.next();
  }

  static boolean isFit(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_LENGTH
        && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  static String made() {
    return System.currentTimeMillis() + "-" + Ids.code(ALPHABET, 1, RANDOM_LENGTH);
  }
}
