package dev.parley.web;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which web origins may talk to a listener, by HTTP and by WebSocket alike (RFC 6454).
final class Origins {

  private static final Pattern LOCALHOST =
      Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?");

  private final Set<String> exact;
  private final boolean anyLocalhost;
  private final boolean any;

  /// @param allowed exact origins, `localhost` for any port of this machine, `*` for all
  Origins(List<String> allowed) {
    this.exact =
        allowed.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    this.anyLocalhost = exact.contains("localhost");
    this.any = exact.contains("*");
  }

  /// Whether a request with this `Origin` header may be served. Requests without one do not come
  /// from a foreign page; a page of our own host is always allowed.
  ///
  /// @param host value of the request's `Host` header
  boolean allows(@Nullable String origin, @Nullable String host) {
    if (origin == null) {
      return true;
    }
    String name = origin.toLowerCase(Locale.ROOT);
    return any
        || exact.contains(name)
        || (anyLocalhost && LOCALHOST.matcher(name).matches())
        || isSameHost(name, host);
  }

  private static boolean isSameHost(String origin, @Nullable String host) {
    int scheme = origin.indexOf("://");
    return host != null && scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
  }
}
