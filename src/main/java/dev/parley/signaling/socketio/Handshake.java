package dev.parley.signaling.socketio;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// The HTTP request that opened a session.
///
/// @param path the request's path
/// @param query decoded query parameters, those of the application included; read only
/// @param headers request headers, names without regard to case; read only
/// @param address IP address of the client; empty when it is not known
/// @param isSecure whether the connection itself is TLS
public record Handshake(
    String path, MultiMap query, MultiMap headers, String address, boolean isSecure) {

  /// The first header of this name.
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /// The first query parameter of this name.
  public @Nullable String parameter(String name) {
    return query.get(name);
  }

  /// @param address of the client; null for the other end of the connection
  static Handshake of(HttpServerRequest request, MultiMap query, @Nullable String address) {
    String path = request.path();
    SocketAddress remote = request.remoteAddress();
    String peer = remote == null ? null : remote.hostAddress();
    return new Handshake(
        path == null ? "" : path,
        query,
        request.headers(),
        address != null ? address : peer != null ? peer : "",
        request.isSSL());
  }
}
