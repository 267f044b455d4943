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
    this.exact = allowed.stream().map(Origins::normal).collect(Collectors.toSet());
    this.anyLocalhost = exact.contains("localhost");
    this.any = exact.contains("*");
  }

  /// Whether a request with this `Origin` header may be served. Requests without one do not come
  /// from a foreign page; a page of our own host is always allowed.
  ///
  /// @param host the host and port that the client has asked
  /// @param isHttps whether it is known to have asked by HTTPS, which a page that did not come by
  ///   it is not the same origin as
  boolean allows(@Nullable String origin, @Nullable String host, boolean isHttps) {
    if (origin == null) {
      return true;
    }
    String name = normal(origin);
    return any
        || exact.contains(name)
        || (anyLocalhost && LOCALHOST.matcher(name).matches())
        || (isSameHost(name, host) && (!isHttps || name.startsWith("https://")));
  }

  private static boolean isSameHost(String origin, @Nullable String host) {
    int scheme = origin.indexOf("://");
    return host != null
        && scheme > 0
        && normal(origin.substring(0, scheme + 3) + host).equals(origin);
  }

  /// In lower case, and without the port that the scheme has anyway (RFC 6454 §6.2).
  private static String normal(String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    String port = lower.startsWith("https://") ? ":443" : lower.startsWith("http://") ? ":80" : "";
    return !port.isEmpty() && lower.endsWith(port)
        ? lower.substring(0, lower.length() - port.length())
        : lower;
  }
}
