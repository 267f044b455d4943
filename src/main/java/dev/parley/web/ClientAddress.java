package dev.parley.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the address a request comes from: the peer's, or when the peer is a trusted proxy, the
/// last address of `X-Forwarded-For` that is not one.
final class ClientAddress {

  /// Addresses that share their first `prefix` bits.
  private static final class Network {
    private final byte[] address;
    private final int prefix;

    Network(byte[] address, int prefix) {
      this.address = address;
      this.prefix = prefix;
    }

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Network> trusted = new ArrayList<>();

  /// @param trustedProxies addresses or networks (`10.0.0.0/8`), already checked
  ClientAddress(List<String> trustedProxies) {
    for (String proxy : trustedProxies) {
      int slash = proxy.indexOf('/');
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? proxy : proxy.substring(0, slash));
      int bits = address.getAddress().length * 8;
      int prefix = slash < 0 ? bits : Integer.parseInt(proxy.substring(slash + 1));
      trusted.add(new Network(address.getAddress(), Math.min(prefix, bits)));
    }
  }

  /// An IP address as text.
  String of(HttpServerRequest request) {
    var remote = request.remoteAddress();
    String peer = remote == null ? "" : String.valueOf(remote.hostAddress());
    return of(peer, request.headers().getAll("x-forwarded-for"));
  }

  /// The same of a connection's other end and the values of its `X-Forwarded-For` headers. Without
  /// an IPv6 zone, which means something on this machine only.
  String of(String peer, List<String> hops) {
    String address = claimed(peer, hops);
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  /// The host and port that the client has in its address bar: `Host`, or when the peer is a
  /// trusted proxy that says so, `X-Forwarded-Host`, the first if there are several.
  @Nullable String host(HttpServerRequest request) {
    String forwarded = isFromProxy(request) ? request.getHeader("x-forwarded-host") : null;
    if (forwarded == null || forwarded.isBlank()) {
      return request.getHeader(HttpHeaders.HOST);
    }
    int comma = forwarded.indexOf(',');
    return (comma < 0 ? forwarded : forwarded.substring(0, comma)).strip();
  }

  /// Whether the client is known to have come by HTTPS: to us, or to a trusted proxy.
  boolean isHttps(HttpServerRequest request) {
    return request.isSSL()
        || (isFromProxy(request)
            && "https".equalsIgnoreCase(request.getHeader("x-forwarded-proto")));
  }

  /// Whether a proxy that is not trusted seems to be in between.
  boolean isThroughStranger(HttpServerRequest request) {
    return !isFromProxy(request) && request.headers().contains("x-forwarded-for");
  }

  private boolean isFromProxy(HttpServerRequest request) {
    var remote = request.remoteAddress();
    return !trusted.isEmpty()
        && remote != null
        && isTrusted(parse(String.valueOf(remote.hostAddress())));
  }

  private String claimed(String peer, List<String> hops) {
    if (trusted.isEmpty() || !isTrusted(parse(peer))) {
      return peer;
    }
    String client = peer;
    for (int i = hops.size() - 1; i >= 0; i--) {
      String[] addresses = hops.get(i).split(",", 64);
      for (int j = addresses.length - 1; j >= 0; j--) {
        InetAddress hop = parse(addresses[j].strip());
        if (hop == null) {
          return client;
        }
        client = hop.getHostAddress();
        if (!isTrusted(hop)) {
          return client;
        }
      }
    }
    return client;
  }

  private boolean isTrusted(@Nullable InetAddress address) {
    return address != null
        && trusted.stream().anyMatch(network -> network.contains(address.getAddress()));
  }

  private static @Nullable InetAddress parse(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
