package dev.parley.kernel;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The checks of one configuration record: each that does not hold is noted with the path it is
/// about, and `refuse` throws them all together.
final class ConfigRules {

  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,]+");

  private final List<String> problems = new ArrayList<>();

  /// Notes `path: message` unless the condition holds.
  void require(boolean holds, String path, String message) {
    if (!holds) {
      problems.add(path + ": " + message);
    }
  }

  void port(String path, int port) {
    require(port >= 1 && port <= 65535, path, port + " is not a port (1 to 65535)");
  }

  void portOrZero(String path, int port, String meaningOfZero) {
    require(
        port >= 0 && port <= 65535,
        path,
        port + " is not a port (1 to 65535, or 0 for " + meaningOfZero + ")");
  }

  void range(String path, long value, long min, long max) {
    require(
        value >= min && value <= max,
        path,
        value + " is out of range (" + min + " to " + max + ")");
  }

  void duration(String path, Duration value, Duration min, Duration max) {
    require(
        value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        path,
        Durations.format(value)
            + " is out of range ("
            + Durations.format(min)
            + " to "
            + Durations.format(max)
            + ")");
  }

  void notBlank(String path, String value) {
    require(!value.isBlank(), path, "is empty");
  }

  void ipOrEmpty(String path, String value) {
    require(value.isEmpty() || isIp(value), path, "\"" + value + "\" is not an IP address");
  }

  void cidr(String path, String value) {
    int slash = value.indexOf('/');
    String address = slash < 0 ? value : value.substring(0, slash);
    boolean holds = isIp(address);
    if (holds && slash >= 0) {
      int bits = address.indexOf(':') >= 0 ? 128 : 32;
      holds =
          value.substring(slash + 1).matches("\\d{1,3}")
              && Integer.parseInt(value.substring(slash + 1)) <= bits;
    }
    require(holds, path, "\"" + value + "\" is not an address or a network such as 10.0.0.0/8");
  }

  void origin(String path, String value) {
    require(
        value.equals("*") || value.equals("localhost") || ORIGIN.matcher(value).matches(),
        path,
        "\"" + value + "\" is not an origin such as https://example.com, \"localhost\" or \"*\"");
  }

  void url(String path, String value, String... schemes) {
    for (String scheme : schemes) {
      if (value.startsWith(scheme + "://") && value.length() > scheme.length() + 3) {
        return;
      }
    }
    problems.add(path + ": is not a URL (" + String.join("://…, ", schemes) + "://…)");
  }

  /// An address that can be asked as it is; who asks is told apart from it, as it may be printed.
  void httpUrl(String path, String value) {
    try {
      URI uri = new URI(value);
      boolean isHttp =
          "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
      String authority = uri.getRawAuthority();
      require(
          isHttp
              && authority != null
              && !authority.startsWith(":")
              && uri.getPort() <= 65535
              && uri.getFragment() == null,
          path,
          "is not a URL (https://…, http://…)");
      require(
          authority == null || authority.indexOf('@') < 0,
          path,
          "holds a user; it has keys of its own");
    } catch (URISyntaxException _) {
      problems.add(path + ": is not a URL (https://…, http://…)");
    }
  }

  void hostAndPort(String path, String value) {
    int colon = value.lastIndexOf(':');
    boolean holds = colon > 0 && value.substring(colon + 1).matches("\\d{1,5}");
    if (holds) {
      int port = Integer.parseInt(value.substring(colon + 1));
      holds = port >= 1 && port <= 65535;
    }
    require(holds, path, "\"" + value + "\" is not host:port");
  }

  <T> void distinct(String path, List<T> values) {
    require(values.stream().distinct().count() == values.size(), path, "names something twice");
  }

  /// Throws what was noted, if anything was.
  void refuse() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /// True for an IPv4 or IPv6 literal; never asks a name server.
  static boolean isIp(String value) {
    try {
      return InetAddress.ofLiteral(value) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  static boolean isLoopback(String value) {
    return isIp(value) && InetAddress.ofLiteral(value).isLoopbackAddress();
  }
}
